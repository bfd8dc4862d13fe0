import { describe, expect, it } from "vitest";
import type { Event, RunUpdate } from "../src/api/bindings";
import { RECORDED } from "../src/fixtures";
import { doingOf, phaseOf } from "../src/state/doing";
import { lengthOf, scheduleOf, stateAt, stopsOf } from "../src/state/playback";
import { loopOf, rowsOf, withLive } from "../src/state/rows";
import { NOTHING, reduce, stateOf } from "../src/state/run";
import { transcriptOf } from "../src/state/transcript";

const log = RECORDED.answered?.log ?? [];

function progress(value: Extract<RunUpdate, { update: "progress" }>["progress"]): RunUpdate {
  return { update: "progress", progress: value };
}

describe("a run on the screen", () => {
  it("is the same whether it was watched, stored or replayed", () => {
    const watched = scheduleOf(log).reduce((state, cue) => reduce(state, cue.update, cue.at), NOTHING);
    const stored = stateOf(log);
    const replayed = stateAt(scheduleOf(log), lengthOf(log));
    expect(watched.transcript).toEqual(transcriptOf(log));
    expect(stored.transcript).toEqual(watched.transcript);
    expect(replayed.transcript).toEqual(watched.transcript);
  });

  it("gathers what is thought, and forgets it when the reply is kept", () => {
    const begun = stateOf(log.slice(0, 1));
    const thinking = [
      progress({ progress: "reasoning", delta: "The " }),
      progress({ progress: "reasoning", delta: "bridge" }),
    ].reduce((state, update) => reduce(state, update, 5), begun);
    expect(thinking.live.reasoning).toBe("The bridge");
    expect(doingOf(thinking, [])).toEqual({ kind: "thinking" });
    const replied = reduce(thinking, { update: "event", seq: 1, event: log[1] as Event }, 9);
    expect(replied.live.reasoning).toBe("");
    expect(replied.live.eventAt).toBe(9);
  });

  it("takes an event that is told twice once", () => {
    const state = stateOf(log.slice(0, 3));
    expect(reduce(state, { update: "event", seq: 2, event: log[2] as Event }, 0)).toBe(state);
  });

  it("shows a call while it is made, with its note", () => {
    const called = stateOf(log.slice(0, 2));
    const noted = [
      progress({ progress: "tool_started", call_id: "s1c1" }),
      progress({ progress: "tool_note", call_id: "s1c1", note: "asking" }),
    ].reduce((state, update) => reduce(state, update, 0), called);
    const rows = withLive(rowsOf(noted.log), noted);
    expect(rows.at(-1)).toMatchObject({ kind: "search", going: true, note: "asking" });
    expect(doingOf(noted, rows)).toMatchObject({ kind: "calling" });
  });

  it("says how it stands", () => {
    expect(phaseOf(NOTHING, false)).toBe("loading");
    expect(phaseOf(stateOf(log.slice(0, 4)), false)).toBe("running");
    expect(phaseOf(stateOf(log.slice(0, 4)), true)).toBe("interrupted");
    expect(phaseOf(stateOf(log), true)).toBe("answered");
    expect(phaseOf(stateOf(RECORDED.stopped?.log ?? []), true)).toBe("stopped");
    const failed = reduce(stateOf(log.slice(0, 4)), {
      update: "stopped",
      error: { code: "disk_full", message: "" },
    });
    expect(phaseOf(failed, false)).toBe("interrupted");
  });
});

describe("replay", () => {
  const cues = scheduleOf(log);

  it("has its cues in order", () => {
    const times = cues.map((cue) => cue.at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("says the whole thought in parts", () => {
    const parts = cues.flatMap(({ update }) =>
      update.update === "progress" && update.progress.progress === "reasoning" ? [update.progress.delta] : [],
    );
    const whole = log.flatMap((event) => (event.event === "replied" ? [event.message.reasoning] : []));
    expect(parts.join("")).toBe(whole.join(""));
  });

  it("stands between two events as it did then", () => {
    const stops = stopsOf(log);
    expect(stops[0]).toBe(0);
    expect(stops.at(-1)).toBe(lengthOf(log));
    const early = stateAt(cues, 1500);
    expect(early.log).toHaveLength(1);
    expect(early.live.reasoning).toMatch(/^The question needs/);
    expect(stateAt(cues, 0).log).toHaveLength(1);
  });
});

describe("rows", () => {
  it("know a loop only from the third time on", () => {
    const all = RECORDED.loop?.log ?? [];
    expect(loopOf(rowsOf(all))?.times).toBe(4);
    const calls = all.filter((event) => event.event === "replied" || event.event === "observed");
    expect(loopOf(rowsOf([all[0] as Event, ...calls.slice(0, 4)]))).toBeNull();
  });

  it("share the time of the last reply between its thought and its answer", () => {
    const rows = rowsOf(log);
    const [thought, answer] = rows.slice(-2);
    expect([thought?.kind, answer?.kind]).toEqual(["thought", "answer"]);
    expect((thought?.ms ?? 0) + (answer?.ms ?? 0)).toBeCloseTo(2600, -1);
  });

  it("have the tokens that were written, and those that results brought", () => {
    const tokens = rowsOf(log).map(({ kind, tokens }) => [kind, tokens]);
    // The first reply has 60 tokens on a prompt of 900; the next prompt has 1,600.
    expect(tokens.slice(0, 2)).toEqual([
      ["thought", 60],
      ["search", 640],
    ]);
    // Two results share what the prompt has grown by, as long as they are; the last reply has a thought and an answer.
    const [read, failed, thought, answer] = rowsOf(log).slice(-4);
    expect([read?.kind, failed?.kind, thought?.kind, answer?.kind]).toEqual([
      "read",
      "read",
      "thought",
      "answer",
    ]);
    expect((read?.tokens ?? 0) + (failed?.tokens ?? 0)).toBe(620);
    expect(read?.tokens).toBeGreaterThan(failed?.tokens ?? 0);
    expect((thought?.tokens ?? 0) + (answer?.tokens ?? 0)).toBe(97);
    // No reply has said yet how long the prompt is with a last result.
    expect(rowsOf(log.slice(0, 3)).at(-1)?.tokens).toBeNull();
  });

  it("keep what the person did in its place", () => {
    const kinds = rowsOf(RECORDED.follow_up?.log ?? []).map((row) => row.kind);
    expect(kinds).toEqual(["thought", "search", "said", "thought", "read", "thought", "answer"]);
  });
});
