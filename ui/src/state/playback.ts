// A finished log as it might have been watched: its events at their times, and progress made up between them.
// Replay and the recorded runs of the tests play the same schedule through the same reducer.

import type { Event, RunUpdate } from "../api/bindings";
import { NOTHING, type RunState, reduce } from "./run";

/** An update and when it comes, in milliseconds of the run's work. */
export interface Cue {
  readonly at: number;
  readonly update: RunUpdate;
}

/** The share of a reply's time in which the prompt is read. */
const READING = 0.25;

/** When an event happened, or the time of the one before for those that do not say. */
export function timeOf(event: Event, before: number): number {
  return "elapsed_ms" in event ? Math.max(before, event.elapsed_ms) : before;
}

/** The schedule of a log. */
export function scheduleOf(log: readonly Event[]): Cue[] {
  const cues: Cue[] = [];
  let now = 0;
  log.forEach((event, seq) => {
    const at = timeOf(event, now);
    if (event.event === "replied") cues.push(...replyCues(event, now, at));
    if (event.event === "observed") {
      const progress = { progress: "tool_started", call_id: event.result.call_id } as const;
      cues.push({ at: now, update: { update: "progress", progress } });
    }
    cues.push({ at, update: { update: "event", seq, event } });
    now = at;
  });
  return cues;
}

function replyCues(event: Extract<Event, { event: "replied" }>, from: number, to: number): Cue[] {
  const { message } = event;
  const total = message.usage.prompt_tokens;
  const cached = message.usage.cached_tokens;
  const begun = from + (to - from) * READING;
  const cues: Cue[] = [];
  for (const share of [0, 0.5, 1]) {
    const done = Math.round(cached + (total - cached) * share);
    const progress = { progress: "prefill", done, total } as const;
    cues.push({ at: from + (begun - from) * share, update: { update: "progress", progress } });
  }
  const words = [
    ...split(message.reasoning).map((delta) => ({ progress: "reasoning", delta }) as const),
    ...split(message.text).map((delta) => ({ progress: "text", delta }) as const),
  ];
  words.forEach((progress, index) => {
    const at = begun + ((to - begun) * (index + 1)) / (words.length + 1);
    cues.push({ at, update: { update: "progress", progress } });
  });
  const tokens_per_second = message.usage.completion_tokens / Math.max(0.001, (to - begun) / 1000);
  if (message.usage.completion_tokens > 0 && to > begun) {
    cues.push({ at: to, update: { update: "progress", progress: { progress: "stats", tokens_per_second } } });
  }
  return cues;
}

/** Words with the white space after them. */
function split(text: string): string[] {
  return text.match(/\s*\S+\s*/gu) ?? [];
}

/** The run as it was after so much work. */
export function stateAt(cues: readonly Cue[], at: number): RunState {
  const end = upTo(cues, at);
  const last = cues.slice(0, end).findLastIndex((cue) => cue.update.update === "event");
  let state = NOTHING;
  // Progress before the last event is settled by it, so that only the events need folding there.
  for (const [index, cue] of cues.entries()) {
    if (index >= end) break;
    if (index > last || cue.update.update === "event") state = reduce(state, cue.update, cue.at);
  }
  return state;
}

/** How many cues have come by then. */
export function upTo(cues: readonly Cue[], at: number): number {
  const next = cues.findIndex((cue) => cue.at > at);
  return next < 0 ? cues.length : next;
}

/** When the work of a log ended. */
export function lengthOf(log: readonly Event[]): number {
  return log.reduce((now, event) => timeOf(event, now), 0);
}

/** The times of a log's events: where replay steps to. */
export function stopsOf(log: readonly Event[]): number[] {
  const times = new Set<number>();
  log.reduce((now, event) => {
    const at = timeOf(event, now);
    times.add(at);
    return at;
  }, 0);
  return [...times].sort((a, b) => a - b);
}
