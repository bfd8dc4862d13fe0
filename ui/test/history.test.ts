import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Api, Problem, type Request } from "../src/api/api";
import { recorded } from "../src/api/fixture";
import { isFiltered, NO_FILTER, queryOf, tagsOf } from "../src/pages/history/filter";
import {
  EMPTY,
  PAGE,
  readList,
  remove,
  rename,
  save,
  setFilter,
  tag,
  useList,
} from "../src/pages/history/list";
import { plainOf } from "../src/pages/history/row";
import { fits } from "../src/pages/settings/search";

const toasts: { words: string; undo?: (() => void) | undefined }[] = [];
vi.mock("../src/parts/toast", () => ({
  note: (words: string, undo?: () => void) => toasts.push({ words, undo }),
}));

describe("the filters of the history", () => {
  const query = (text: string) => queryOf({ ...NO_FILTER, text });

  it("asks for nothing that is not set", () => {
    expect(queryOf(NO_FILTER)).toEqual({});
    expect(isFiltered(NO_FILTER)).toBe(false);
    expect(isFiltered({ ...NO_FILTER, text: "  " })).toBe(false);
  });

  it("takes tokens out of the words", () => {
    expect(query('  forth tag:rivers   bridge is:saved tag:"two words" ')).toEqual({
      query: "forth bridge",
      tag: "two words",
      saved: true,
    });
    expect(query("is:failed")).toEqual({ outcome: "failed" });
  });

  it("reads days as midnight here", () => {
    expect(query("before:2026-11-24 after:2026-10")).toEqual({
      before_ms: new Date(2026, 10, 24).getTime(),
      after_ms: new Date(2026, 9, 1).getTime(),
    });
  });

  it("leaves what only looks like a token among the words", () => {
    for (const text of [
      "before:yesterday",
      "before:2026-02-31",
      "is:it",
      "tag:",
      "http://a.example",
      "ratio 3:2",
    ])
      expect(query(text)).toEqual({ query: text });
  });

  it("goes beside the choices", () => {
    expect(queryOf({ text: "a", saved: true, tag: "x", outcome: "answered" })).toEqual({
      query: "a",
      saved: true,
      tag: "x",
      outcome: "answered",
    });
  });

  it("cuts tags at commas, each once", () => {
    expect(tagsOf(" a, two  words ,a,, ")).toEqual(["a", "two words"]);
  });

  it("shows an answer without the signs of its markup", () => {
    expect(plainOf("It **opened** in 1890 [1][2].\n\n- `One`")).toBe("It opened in 1890. - One");
  });
});

describe("the runs of the history", () => {
  let api: Api;
  beforeEach(async () => {
    toasts.length = 0;
    useList.setState(EMPTY);
    api = recorded({ search: "", hash: "#/" } as Location);
    await readList(api);
  });
  const names = () => useList.getState().runs.map(({ run }) => run);

  it("deletes at once and restores on undo", async () => {
    const before = names();
    const gone = before.slice(0, 2);
    await remove(api, gone);
    expect(names()).toEqual(before.slice(2));
    expect(useList.getState().total).toBe(before.length - 2);
    await readList(api);
    expect(names()).toEqual(before.slice(2));
    toasts[0]?.undo?.();
    await vi.waitFor(() => expect(names()).toEqual(before));
  });

  it("shows what was there when deleting is refused", async () => {
    const before = names();
    const request = api.request.bind(api);
    vi.spyOn(api, "request").mockImplementation(((asked: Parameters<Api["request"]>[0]) =>
      asked.request === "delete"
        ? Promise.reject(new Problem({ code: "data", message: "The history is locked." }))
        : request(asked)) as Api["request"]);
    await remove(api, before.slice(0, 1));
    await vi.waitFor(() => expect(names()).toEqual(before));
    expect(toasts.map(({ words }) => words)).toEqual(["The history is locked."]);
  });

  it("saves, tags and names", async () => {
    const [run = ""] = names();
    await save(api, [run], true);
    await tag(api, [run], ["b", "a"], []);
    await tag(api, [run], [], ["b"]);
    await rename(api, run, " The bridge ");
    await readList(api);
    expect(useList.getState().runs[0]).toMatchObject({ saved: true, tags: ["a"], title: "The bridge" });
    setFilter({ tag: "a" });
    await readList(api);
    expect(names()).toEqual([run]);
  });

  it("marks the words where they were found", async () => {
    setFilter({ text: "cantilever" });
    await readList(api);
    const { runs, total } = useList.getState();
    expect(total).toBeGreaterThan(0);
    for (const { hit } of runs) {
      const [start, end] = hit?.marks[0] ?? [0, 0];
      expect(hit?.text.slice(start, end).toLowerCase()).toBe("cantilever");
    }
  });

  it("an answer to an earlier filter changes nothing", async () => {
    setFilter({ text: "cantilever" });
    const late = readList(api);
    setFilter({ text: "nowhere to be found" });
    await readList(api);
    await late;
    expect(names()).toEqual([]);
  });

  /** Lucy, who keeps a change of this kind only when she is told to; what is read until then is without it. */
  function slowly(kind: Request["request"]): { slow: Api; keep: () => void } {
    let keep = () => {};
    const told = new Promise<void>((resolve) => {
      keep = resolve;
    });
    const slow: Api = {
      ...api,
      request: async (asked) => {
        if (asked.request === kind) await told;
        return api.request(asked);
      },
    };
    return { slow, keep };
  }

  it("what was read while a change was under way is read again", async () => {
    const { slow, keep } = slowly("save");
    const [run = ""] = names();
    const saving = save(slow, [run], true);
    setFilter({ saved: true });
    await readList(slow);
    expect(names()).toEqual([]);
    keep();
    expect(await saving).toBe(true);
    await vi.waitFor(() => expect(names()).toEqual([run]));
  });

  it("what is being read when a change begins is read again, once all changes are kept", async () => {
    const { slow, keep } = slowly("delete");
    const before = names();
    const reading = readList(slow);
    const deleting = remove(slow, before.slice(0, 1));
    expect(names()).toEqual(before.slice(1));
    await reading;
    await save(slow, before.slice(1, 2), true);
    expect(names()).toEqual(before);
    keep();
    await deleting;
    await vi.waitFor(() => expect(names()).toEqual(before.slice(1)));
    expect(useList.getState().runs[0]?.saved).toBe(true);
  });

  it("more runs that were read beside a change are still there when they were read again", async () => {
    const request = vi.fn(api.request);
    const { slow, keep } = slowly("save");
    const spied: Api = {
      ...slow,
      request: (asked) => {
        request(asked);
        return slow.request(asked);
      },
    };
    const shown = names();
    const saving = save(spied, shown.slice(0, 1), true);
    await readList(spied, true);
    keep();
    await saving;
    expect(request).toHaveBeenLastCalledWith({ request: "history", offset: 0, limit: shown.length + PAGE });
    await vi.waitFor(() => expect(useList.getState().loading).toBe(false));
    expect(names()).toEqual(shown);
  });
});

it("settings are found by all of their words, in any order", () => {
  expect(fits("size TEXT", ["Text size", "Of everything"])).toBe(true);
  expect(fits("text colour", ["Text size"])).toBe(false);
  expect(fits("  ", ["Text size"])).toBe(true);
});
