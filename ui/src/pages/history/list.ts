// The runs that the history shows, and what is done to them. Changes show at once; what fails is shown as it was.

import i18next from "i18next";
import { create } from "zustand";
import { type Api, Problem } from "../../api/api";
import type { RunSummary } from "../../api/bindings";
import { alarm } from "../../parts/announce";
import { note } from "../../parts/toast";
import { type Filter, NO_FILTER, queryOf } from "./filter";

export const PAGE = 50;

interface List {
  readonly filter: Filter;
  readonly runs: readonly RunSummary[];
  readonly total: number;
  readonly chosen: ReadonlySet<string>;
  /** Every tag that was seen on a run. */
  readonly tags: readonly string[];
  readonly loading: boolean;
  /** Whether runs were ever read. */
  readonly read: boolean;
  /** Grows with every change that Lucy has kept. */
  readonly changes: number;
  readonly problem: string | null;
}

export const EMPTY: List = {
  filter: NO_FILTER,
  runs: [],
  total: 0,
  chosen: new Set(),
  tags: [],
  loading: false,
  read: false,
  changes: 0,
  problem: null,
};

export const useList = create<List>(() => EMPTY);

let asked = 0;
/** How many runs were asked for last, with those that stood already. */
let reach = PAGE;
/** Changes that Lucy has neither kept nor refused yet. */
let changing = 0;
/** Whether runs were read beside a change, and so may be without it. */
let doubtful = false;

/** Reads the first runs that fit, or more of them. */
export function readList(api: Api, more = false): Promise<void> {
  return read(api, more ? useList.getState().runs.length : 0, PAGE);
}

async function read(api: Api, offset: number, limit: number): Promise<void> {
  const { filter, runs } = useList.getState();
  asked += 1;
  const mine = asked;
  reach = offset + limit;
  doubtful = changing > 0;
  useList.setState({ loading: true });
  try {
    const found = await api.request({ request: "history", limit, offset, ...queryOf(filter) });
    // An answer to an earlier filter comes too late.
    if (mine !== asked) return;
    const all = [...runs.slice(0, offset), ...found.runs];
    useList.setState(({ chosen, tags }) => ({
      runs: all,
      total: found.total,
      chosen: new Set([...chosen].filter((run) => all.some((other) => other.run === run))),
      tags: [...new Set([...tags, ...all.flatMap((run) => run.tags)])].sort(),
      loading: false,
      read: true,
      problem: null,
    }));
  } catch (thrown) {
    if (mine === asked) useList.setState({ loading: false, problem: Problem.of(thrown).message });
  }
}

export function setFilter(filter: Partial<Filter>): void {
  useList.setState((list) => ({ filter: { ...list.filter, ...filter } }));
}

export function choose(run: string, on: boolean): void {
  useList.setState(({ chosen }) => {
    const after = new Set(chosen);
    if (on) after.add(run);
    else after.delete(run);
    return { chosen: after };
  });
}

export function chooseAll(on: boolean): void {
  useList.setState(({ runs }) => ({ chosen: on ? new Set(runs.map(({ run }) => run)) : new Set() }));
}

/** The history is another one now. */
export function changed(): void {
  useList.setState(({ changes }) => ({ changes: changes + 1 }));
}

/**
 * Shows a change, asks for it, and shows the old runs again if it was refused. Requests may overtake each other: what
 * was read while it was under way is read again.
 */
async function change(api: Api, shown: (list: List) => Partial<List>, asking: Promise<unknown>) {
  const { runs, total, tags, loading } = useList.getState();
  changing += 1;
  if (loading) doubtful = true;
  useList.setState(shown);
  try {
    await asking;
    changed();
    return true;
  } catch (thrown) {
    const { message } = Problem.of(thrown);
    useList.setState({ runs, total, tags });
    note(message);
    alarm(message);
    doubtful = true;
    return false;
  } finally {
    changing -= 1;
    if (doubtful && changing === 0) read(api, 0, reach);
  }
}

const edited = (list: List, of: readonly string[], edit: (run: RunSummary) => RunSummary) =>
  list.runs.map((run) => (of.includes(run.run) ? edit(run) : run));

export function save(api: Api, runs: string[], saved: boolean): Promise<boolean> {
  return change(
    api,
    (list) => ({ runs: edited(list, runs, (run) => ({ ...run, saved })) }),
    api.request({ request: "save", runs, saved }),
  );
}

export function rename(api: Api, run: string, title: string): Promise<boolean> {
  return change(
    api,
    (list) => ({ runs: edited(list, [run], (old) => ({ ...old, title: title.trim() || null })) }),
    api.request({ request: "rename", run, title: title.trim() }),
  );
}

export function tag(api: Api, runs: string[], add: string[], remove: string[]): Promise<boolean> {
  const after = (tags: string[]) =>
    [...new Set([...tags.filter((old) => !remove.includes(old)), ...add])].sort();
  return change(
    api,
    (list) => ({
      runs: edited(list, runs, (run) => ({ ...run, tags: after(run.tags) })),
      tags: [...new Set([...list.tags, ...add])].sort(),
    }),
    api.request({ request: "tag", runs, add, remove }),
  );
}

/** Deletes runs, with a way back for ten seconds. */
export async function remove(api: Api, runs: string[]): Promise<void> {
  const gone = (run: string) => runs.includes(run);
  const done = await change(
    api,
    (list) => ({
      runs: list.runs.filter(({ run }) => !gone(run)),
      total: list.total - list.runs.filter(({ run }) => gone(run)).length,
      chosen: new Set([...list.chosen].filter((run) => !gone(run))),
    }),
    api.request({ request: "delete", runs }),
  );
  if (!done) return;
  note(i18next.t("history.deleted", { count: runs.length }), async () => {
    try {
      await api.request({ request: "restore", runs });
      changed();
    } catch (thrown) {
      note(Problem.of(thrown).message);
    }
    readList(api);
  });
}
