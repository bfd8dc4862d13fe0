import { act, screen as page, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Api } from "../src/api/api";
import { ApiContext } from "../src/api/context";
import { recorded } from "../src/api/fixture";
import { PathForm } from "../src/parts/path_form";

function show(onAdd: (path: string) => Promise<boolean>, chosen?: string | null) {
  const web = recorded({ search: "", hash: "#/" } as Location);
  const choose = vi.fn(async () => chosen ?? null);
  const shell = { choose, ready: vi.fn(), language: vi.fn() };
  const api: Api = chosen === undefined ? web : { ...web, kind: "desktop", shell };
  render(
    <ApiContext value={api}>
      <PathForm what="model" label="Add a model" help="" placeholder="" busy={false} onAdd={onAdd} />
    </ApiContext>,
  );
  return choose;
}

describe("adding a path", () => {
  it("takes what is typed, and keeps it when it was refused", async () => {
    const onAdd = vi.fn(async (path: string) => path === "/good.gguf");
    show(onAdd);
    const box = page.getByLabelText("Add a model") as HTMLInputElement;
    await userEvent.type(box, " /bad.gguf {Enter}");
    expect(onAdd).toHaveBeenLastCalledWith("/bad.gguf");
    expect(box.value).toBe(" /bad.gguf ");
    await userEvent.clear(box);
    await userEvent.type(box, "/good.gguf{Enter}");
    expect(box.value).toBe("");
    expect(page.queryByRole("button", { name: "Choose a file…" })).toBeNull();
  });

  it("keeps what was typed while another path was added", async () => {
    let added = (_: boolean) => {};
    show(() => new Promise((resolve) => (added = resolve)));
    const box = page.getByLabelText("Add a model") as HTMLInputElement;
    await userEvent.type(box, "/one.gguf{Enter}");
    await userEvent.clear(box);
    await userEvent.type(box, "/two.gguf");
    await act(async () => added(true));
    expect(box.value).toBe("/two.gguf");
  });

  it("takes what is chosen in the desktop", async () => {
    const onAdd = vi.fn(async () => true);
    const choose = show(onAdd, "/chosen.gguf");
    await userEvent.click(page.getByRole("button", { name: "Choose a file…" }));
    expect(choose).toHaveBeenCalledWith("model");
    expect(onAdd).toHaveBeenCalledWith("/chosen.gguf");
  });

  it("does nothing when nothing was chosen", async () => {
    const onAdd = vi.fn(async () => true);
    show(onAdd, null);
    await userEvent.click(page.getByRole("button", { name: "Choose a file…" }));
    expect(onAdd).not.toHaveBeenCalled();
  });
});
