import { screen as page, render, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiContext } from "../src/api/context";
import { recorded } from "../src/api/fixture";
import { RECORDED } from "../src/fixtures";
import { SourcesPane } from "../src/run/sources/sources_pane";
import { RunContext, useRunView } from "../src/run/view";
import { hashOf } from "../src/state/hash";
import { screen } from "../src/state/screen";
import { readAtOf } from "../src/state/sources";

const log = RECORDED.answered?.log ?? [];

function Sources({ run }: { run: string }) {
  const view = useRunView(run);
  return (
    <RunContext value={view}>
      <SourcesPane />
    </RunContext>
  );
}

async function open(run: string, url: string) {
  const api = recorded({ search: `?fixture=${run}`, hash: "#/" } as Location);
  render(
    <Tooltip.Provider>
      <ApiContext value={api}>
        <Sources run={run} />
      </ApiContext>
    </Tooltip.Provider>,
  );
  await page.findAllByRole("tab");
  screen.openSource(url);
  return { api, passage: await page.findByTestId("passage") };
}

afterEach(() => {
  screen.clean();
  vi.unstubAllGlobals();
});

describe("the head of a passage", () => {
  it("says where the page is, when it was read, how long it is and its hash", async () => {
    const { passage } = await open("answered", "library:forth-bridge");
    expect(passage.textContent).toContain("library:forth-bridge");
    const facts = within(passage).getByTestId("page-facts");
    expect(facts.textContent).toContain("Tue, 24 Nov 2026, after 4.7 s");
    expect(facts.textContent).toContain("227 words, 1.2 kB");
    const hash = await within(facts).findByTitle(/^[0-9a-f]{64}$/);
    expect(hash.title.startsWith(hash.textContent ?? "-")).toBe(true);
    expect(hash.textContent).toHaveLength(8);
  });

  it("copies the whole hash", async () => {
    const user = userEvent.setup();
    const { passage } = await open("answered", "library:forth-bridge");
    const hash = await within(passage).findByTitle(/^[0-9a-f]{64}$/);
    await user.click(within(passage).getByRole("button", { name: "Copy the whole hash" }));
    expect(await navigator.clipboard.readText()).toBe(hash.title);
  });

  it("leaves the hash out where the browser has none", async () => {
    vi.stubGlobal("crypto", {});
    const { passage } = await open("answered", "library:forth-bridge");
    await within(passage).findByText(/227 words/);
    expect(passage.textContent).not.toContain("SHA-256");
  });

  it("opens a page of the web, and shows what the model saw", async () => {
    const url = RECORDED.hostile?.log.flatMap((event) =>
      event.event === "observed" ? event.result.sources.filter(({ text }) => text) : [],
    )[0]?.url;
    const { api, passage } = await open("hostile", url ?? "");
    const opened = vi.spyOn(api, "open");
    await userEvent.click(within(passage).getByRole("button", { name: "Open page ↗" }));
    expect(opened).toHaveBeenCalledWith(url);
    await userEvent.click(within(passage).getByRole("button", { name: "Show what the model saw" }));
    await within(passage).findByText(/Full Content/);
    await userEvent.click(within(passage).getByRole("button", { name: "Show the page" }));
    await waitFor(() => expect(within(passage).queryByText(/Full Content/)).toBeNull());
  });

  it("has neither facts nor actions for a page that was not read", async () => {
    const { passage } = await open("answered", "library:forth-road-bridge");
    expect(within(passage).queryByTestId("page-facts")).toBeNull();
    expect(within(passage).queryByRole("button", { name: "Show what the model saw" })).toBeNull();
  });
});

describe("when a page was read", () => {
  it("is the time of the event that brought its text, not of the list that named it", () => {
    expect(readAtOf(log, "library:forth-bridge")).toBe(4720);
    expect(readAtOf(log.slice(0, 3), "library:forth-bridge")).toBeNull();
  });

  it("is the latest time of several", () => {
    const again = log.findLast((event) => event.event === "observed" && event.result.sources[0]?.text);
    if (again?.event !== "observed") throw new Error("nothing was read");
    const url = again.result.sources[0]?.url ?? "";
    expect(readAtOf([...log, { ...again, elapsed_ms: 99_000 }], url)).toBe(99_000);
  });
});

describe("the hash of a text", () => {
  it("is the SHA-256 of its bytes as UTF-8", async () => {
    expect(await hashOf("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(await hashOf("é")).toBe("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c");
  });
});
