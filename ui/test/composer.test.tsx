import { fireEvent, screen as page, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../src/api/api";
import { ApiContext } from "../src/api/context";
import { recorded } from "../src/api/fixture";
import { useQueue } from "../src/run/actions";
import { Composer } from "../src/run/composer";

let api: Api;
let request: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  api = recorded({ search: "", hash: "#/" } as Location);
  request = vi.spyOn(api, "request");
  useQueue.setState({ run: null, text: "" });
});

function show(running: boolean, run: string | null = "answered") {
  render(
    <Tooltip.Provider>
      <ApiContext value={api}>
        <Composer run={run} running={running} placeholder="Ask" />
      </ApiContext>
    </Tooltip.Provider>,
  );
  return page.getByTestId("question-box") as HTMLTextAreaElement;
}

describe("the question box", () => {
  it("sends with Enter, breaks the line with Shift+Enter", async () => {
    const box = show(false);
    await userEvent.type(box, "One{Shift>}{Enter}{/Shift}two{Enter}");
    expect(request).toHaveBeenCalledWith({ request: "ask", question: "One\ntwo", previous: "answered" });
    expect(box.value).toBe("");
    expect(window.location.hash).toBe("#/run/live-1");
  });

  it("does not send what is still being composed", async () => {
    const box = show(false);
    await userEvent.type(box, "日本");
    fireEvent.keyDown(box, { key: "Enter", isComposing: true });
    expect(request).not.toHaveBeenCalled();
  });

  it("sends nothing that is empty", async () => {
    const box = show(false);
    await userEvent.type(box, "   {Enter}");
    expect(request).not.toHaveBeenCalled();
    expect((page.getByTestId("send") as HTMLButtonElement).disabled).toBe(true);
  });

  it("keeps the words of a question that was refused", async () => {
    request.mockRejectedValue({ code: "failed", message: "no" });
    const box = show(false);
    await userEvent.type(box, "Why?{Enter}");
    await vi.waitFor(() => expect(box.value).toBe("Why?"));
  });

  it("queues in mid-run, and stops in the place of sending", async () => {
    const box = show(true);
    await userEvent.type(box, "Next?{Enter}");
    expect(useQueue.getState()).toEqual({ run: "answered", text: "Next?" });
    expect(page.queryByTestId("send")).toBeNull();
    await userEvent.click(page.getByTestId("stop"));
    expect(request).toHaveBeenCalledWith({ request: "cancel", run: "answered" });
  });

  it("adds to the run when that is chosen", async () => {
    const box = show(true);
    await userEvent.type(box, "In metres");
    await userEvent.click(page.getByRole("button", { name: "When to send it" }));
    await userEvent.click(await page.findByRole("menuitem", { name: /Add to this run/ }));
    await userEvent.type(box, "{Enter}");
    expect(request).toHaveBeenCalledWith({ request: "steer", run: "answered", text: "In metres" });
  });
});
