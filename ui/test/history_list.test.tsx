import { act, screen as page, render, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiContext } from "../src/api/context";
import { recorded } from "../src/api/fixture";
import { useKeyboard } from "../src/keys/registry";
import { HistoryList } from "../src/shell/history_list";
import { Rail } from "../src/shell/rail";
import { newQuestion } from "../src/state/router";
import { DEFAULTS, useSettings } from "../src/state/settings";

/** A window of so many pixels, for the queries that ask for a least width. */
function makeWindow(pixels: number) {
  let width = pixels;
  const changed = new Set<() => void>();
  vi.stubGlobal("matchMedia", (query: string) => ({
    get matches() {
      return width >= Number(/min-width: (\d+)px/.exec(query)?.[1] ?? Number.POSITIVE_INFINITY);
    },
    addEventListener: (_: string, call: () => void) => changed.add(call),
    removeEventListener: (_: string, call: () => void) => changed.delete(call),
  }));
  return (now: number) =>
    act(() => {
      width = now;
      for (const call of changed) call();
    });
}

function Screen() {
  useKeyboard();
  return (
    <>
      <Rail place={newQuestion} />
      <HistoryList />
      <main tabIndex={-1}>
        <button type="button">On the page</button>
      </main>
    </>
  );
}

function show() {
  const api = recorded({ search: "", hash: "#/" } as Location);
  const request = vi.spyOn(api, "request");
  render(
    <Tooltip.Provider>
      <ApiContext value={api}>
        <Screen />
      </ApiContext>
    </Tooltip.Provider>,
  );
  return { api, request };
}

beforeEach(() => {
  useSettings.setState({ settings: DEFAULTS, defaults: DEFAULTS, problem: null });
});

describe("the history in a wide window", () => {
  it("stands beside the page, is kept open, and traps no focus", async () => {
    makeWindow(1400);
    const { request } = show();
    page.getByRole("button", { name: "On the page" }).focus();
    await userEvent.keyboard("{Control>}b{/Control}");
    const list = await page.findByRole("navigation", { name: "History" });
    expect(page.queryByRole("dialog")).toBeNull();
    expect(request).toHaveBeenCalledWith({ request: "set_settings", patch: { history_beside: true } });
    expect(document.activeElement).toBe(within(list).getByRole("searchbox"));
    expect(page.getByTestId("history-toggle").getAttribute("aria-expanded")).toBe("true");

    const [run] = await within(list).findAllByTestId("history-row");
    await userEvent.click(run as HTMLElement);
    expect(window.location.hash).toBe(`#/run/${run?.dataset.run}`);
    expect(page.getByRole("navigation", { name: "History" })).toBe(list);

    await userEvent.click(page.getByRole("button", { name: "On the page" }));
    expect(document.activeElement?.textContent).toBe("On the page");
  });

  it("gives the focus back to where it was when it closes", async () => {
    makeWindow(1400);
    const { request } = show();
    page.getByRole("button", { name: "On the page" }).focus();
    await userEvent.keyboard("{Control>}b{/Control}");
    await userEvent.keyboard("{Control>}b{/Control}");
    expect(page.queryByTestId("history-beside")).toBeNull();
    expect(request).toHaveBeenLastCalledWith({ request: "set_settings", patch: { history_beside: false } });
    await waitFor(() => expect(document.activeElement?.textContent).toBe("On the page"));
  });

  it("takes no focus when it is there from the start, and Escape leads to the page", async () => {
    makeWindow(1400);
    useSettings.setState({ settings: { ...DEFAULTS, history_beside: true } });
    show();
    const list = page.getByTestId("history-beside");
    expect(document.activeElement).toBe(document.body);
    await userEvent.type(within(list).getByRole("searchbox"), "rivets{Escape}");
    expect(within(list).getByRole<HTMLInputElement>("searchbox").value).toBe("");
    await userEvent.keyboard("{Escape}");
    expect(document.activeElement?.tagName).toBe("MAIN");
    expect(page.getByTestId("history-beside")).toBe(list);
  });

  it("is read again when there may be other runs", async () => {
    makeWindow(1400);
    useSettings.setState({ settings: { ...DEFAULTS, history_beside: true } });
    const { request } = show();
    const reads = () => request.mock.calls.filter(([asked]) => asked.request === "history").length;
    await waitFor(() => expect(reads()).toBe(1));
    act(() => {
      window.location.hash = "#/run/answered";
    });
    await waitFor(() => expect(reads()).toBe(2));
  });
});

describe("the history in other windows", () => {
  it("lies over the page until a run is opened", async () => {
    makeWindow(1399);
    const { request } = show();
    expect(page.getByTestId("history-toggle").getAttribute("aria-haspopup")).toBe("dialog");
    page.getByRole("button", { name: "On the page" }).focus();
    await userEvent.keyboard("{Control>}b{/Control}");
    const list = await page.findByRole("dialog", { name: "History" });
    expect(request).not.toHaveBeenCalledWith(expect.objectContaining({ request: "set_settings" }));
    await userEvent.keyboard("{Escape}");
    expect(page.queryByRole("dialog")).toBeNull();
    await waitFor(() => expect(document.activeElement?.textContent).toBe("On the page"));

    await userEvent.keyboard("{Control>}b{/Control}");
    await userEvent.click((await page.findAllByTestId("history-row"))[0] as HTMLElement);
    expect(list.isConnected).toBe(false);
    expect(page.queryByRole("dialog")).toBeNull();
    await waitFor(() => expect(document.activeElement?.tagName).toBe("MAIN"));
  });

  it("is not opened by a window that gets narrower, nor kept over one that gets wider", async () => {
    const resize = makeWindow(1400);
    useSettings.setState({ settings: { ...DEFAULTS, history_beside: true } });
    show();
    resize(1000);
    expect(page.queryByTestId("history-beside")).toBeNull();
    expect(page.queryByRole("dialog")).toBeNull();
    await userEvent.keyboard("{Control>}b{/Control}");
    expect(page.getByRole("dialog")).toBeTruthy();
    resize(1500);
    expect(page.queryByRole("dialog")).toBeNull();
    expect(page.getByTestId("history-beside")).toBeTruthy();
    resize(1000);
    expect(page.queryByRole("dialog")).toBeNull();
  });

  it("needs a wider window for larger text", () => {
    makeWindow(1500);
    useSettings.setState({ settings: { ...DEFAULTS, history_beside: true, text_size: 120 } });
    show();
    expect(page.queryByTestId("history-beside")).toBeNull();
  });
});
