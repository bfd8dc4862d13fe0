import { screen as page, render, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { describe, expect, it, vi } from "vitest";
import { ApiContext } from "../src/api/context";
import { recorded } from "../src/api/fixture";
import { AnswerPane } from "../src/run/answer/answer_pane";
import { HowPane } from "../src/run/how/how_pane";
import { SourcesPane } from "../src/run/sources/sources_pane";
import { RunContext, useRunView } from "../src/run/view";
import { useSettings } from "../src/state/settings";

function Panes({ run }: { run: string }) {
  const view = useRunView(run);
  return (
    <RunContext value={view}>
      <HowPane />
      <AnswerPane />
      <SourcesPane />
    </RunContext>
  );
}

function show(run: string) {
  const api = recorded({ search: `?fixture=${run}`, hash: "#/" } as Location);
  const request = vi.spyOn(api, "request");
  render(
    <Tooltip.Provider>
      <ApiContext value={api}>
        <Panes run={run} />
      </ApiContext>
    </Tooltip.Provider>,
  );
  return { api, request };
}

describe("the steps", () => {
  it("are named for a screen reader", async () => {
    show("answered");
    const names = (await page.findAllByTestId("step")).map((step) =>
      step
        .querySelector("[data-row]")
        ?.getAttribute("aria-label")
        ?.replace(/[\u2068\u2069]/g, "")
        .replaceAll("\u00a0", " "),
    );
    expect(names).toHaveLength(13);
    expect(names[1]).toBe("Step 1, Search, “Forth Bridge opening date” · 4 results, done, 0.7 s");
    expect(names[3]).toMatch(/^Step 2, Read, Forth Bridge · \d+ words, done, 0\.4 s$/);
    expect(names[10]).toMatch(/^Step 5, Read, .*there is no page.*, failed$/);
  });

  it("unfold to what was found, and to what was read", async () => {
    show("answered");
    const steps = await page.findAllByTestId("step");
    await userEvent.click(within(steps[1] as HTMLElement).getByRole("button", { name: /Search/ }));
    expect(within(steps[1] as HTMLElement).getByText("Quebec Bridge")).toBeTruthy();
    await userEvent.click(within(steps[3] as HTMLElement).getByRole("button", { name: /Read/ }));
    expect(within(steps[3] as HTMLElement).getByText(/cantilever railway bridge/)).toBeTruthy();
  });

  it("hide finished thoughts when the person wants it so", async () => {
    useSettings.setState(({ settings, ...rest }) => ({
      ...rest,
      settings: { ...settings, reasoning: "closed" },
    }));
    show("answered");
    const [first] = await page.findAllByTestId("step");
    expect(first?.querySelector("p")).toBeNull();
    await userEvent.click(within(first as HTMLElement).getByRole("button", { name: /Thought/ }));
    expect(first?.querySelector("p")?.textContent).toMatch(/^The question needs/);
    useSettings.setState(({ settings, ...rest }) => ({
      ...rest,
      settings: { ...settings, reasoning: "three_lines" },
    }));
  });
});

describe("the sources", () => {
  it("are in groups, what is cited first", async () => {
    show("answered");
    await page.findByRole("tab", { name: "Cited 3", selected: true });
    await page.findByRole("tab", { name: "Failed 1" });
    await userEvent.click(page.getByRole("tab", { name: "Failed 1" }));
    expect(page.getByText("library:historic-structures")).toBeTruthy();
  });

  it("open as a text with the passage marked and search within", async () => {
    show("answered");
    await page.findByText("2 of 3 claims found in sources", { exact: false });
    await userEvent.click(page.getAllByTestId("citation")[3] as HTMLElement);
    const passage = await page.findByTestId("passage");
    expect(
      within(passage)
        .getAllByTestId("passage-mark")
        .map((mark) => mark.textContent),
    ).toContain("total length of 2,467 metres");
    expect(within(passage).getByText("Partly in source")).toBeTruthy();
    await userEvent.type(within(passage).getByRole("searchbox"), "rivets");
    expect(within(passage).getByText("1 of 1")).toBeTruthy();
    await userEvent.click(page.getByTestId("passage-close"));
    expect(page.queryByTestId("passage")).toBeNull();
  });

  it("say when a page was not read", async () => {
    show("answered");
    await page.findByText("2 of 3 claims found in sources", { exact: false });
    await userEvent.click(page.getAllByTestId("citation")[4] as HTMLElement);
    expect(await page.findByText(/The page was not read/)).toBeTruthy();
  });
});

describe("the end of a run", () => {
  it("offers to go on, to finish and to discard", async () => {
    const { request } = show("stopped");
    await page.findByText("Stopped after 6 steps");
    await userEvent.click(page.getByRole("button", { name: "Finish with what you have" }));
    await waitFor(() => expect(request).toHaveBeenCalledWith({ request: "finish", run: "live-1" }));
    expect(request).toHaveBeenCalledWith({ request: "resume", run: "stopped" });
  });

  it("offers what was searched again, when there was no answer", async () => {
    const { request } = show("out_of_budget");
    await userEvent.click(await page.findByRole("button", { name: "“Atlantis government”" }));
    expect(request).toHaveBeenCalledWith({
      request: "ask",
      question: "Atlantis government",
      previous: "out_of_budget",
    });
  });

  it("says that an answer rests on no page", async () => {
    show("no_evidence");
    expect(await page.findByText("No page was read for this answer")).toBeTruthy();
    expect(await page.findByText("No sentence cites a source")).toBeTruthy();
  });

  it("says why the answer could not be checked", async () => {
    const api = recorded({ search: "?fixture=answered", hash: "#/" } as Location);
    const real = api.request.bind(api);
    api.request = ((asked: Parameters<typeof real>[0]) =>
      asked.request === "evidence"
        ? Promise.reject({ code: "failed", message: "no disk" })
        : real(asked)) as typeof real;
    render(
      <Tooltip.Provider>
        <ApiContext value={api}>
          <Panes run="answered" />
        </ApiContext>
      </Tooltip.Provider>,
    );
    expect(await page.findByText("The answer could not be checked: no disk")).toBeTruthy();
  });
});
