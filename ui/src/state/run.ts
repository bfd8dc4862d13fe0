// A run on the screen: its log, the fold of it and the live detail, moved on by one update at a time. Pure.

import type { ApiError, Event, RunUpdate, Transcript } from "../api/bindings";
import { EMPTY, push } from "./transcript";

/** What is going on in a run between two events. Nothing of it is kept. */
export interface Live {
  readonly reasoning: string;
  readonly text: string;
  readonly prefill: { readonly done: number; readonly total: number } | null;
  /** Calls that are being made, with their latest note. */
  readonly calls: Readonly<Record<string, string>>;
  readonly tokensPerSecond: number | null;
  /** Of the page's clock: when the last event came, and the last sign of life. */
  readonly eventAt: number;
  readonly signAt: number;
}

export interface RunState {
  readonly log: readonly Event[];
  readonly transcript: Transcript;
  readonly live: Live;
  /** Why the run stopped without an end. */
  readonly error: ApiError | null;
}

const UNSAID = { reasoning: "", text: "", prefill: null, calls: {} };

const STILL: Live = {
  ...UNSAID,
  tokensPerSecond: null,
  eventAt: 0,
  signAt: 0,
};

export const NOTHING: RunState = { log: [], transcript: EMPTY, live: STILL, error: null };

/** The run after an update that came at this time of the page's clock. */
export function reduce(state: RunState, update: RunUpdate, at = 0): RunState {
  switch (update.update) {
    case "event":
      return happened(state, update.event, update.seq, at);
    case "progress":
      return { ...state, live: { ...moved(state.live, update.progress), signAt: at } };
    case "stopped":
      return { ...state, error: update.error };
  }
}

/** The run without the detail of the reply that is being made: all of it is about to be told again. */
export function afresh(state: RunState): RunState {
  return { ...state, live: { ...state.live, ...UNSAID } };
}

/** A whole log at once. */
export function stateOf(log: readonly Event[], at = 0): RunState {
  return log.reduce((state, event, seq) => happened(state, event, seq, at), NOTHING);
}

function happened(state: RunState, event: Event, seq: number, at: number): RunState {
  // A follower that was cut off may be told an event again.
  if (seq < state.log.length) return state;
  const { live } = state;
  return {
    ...state,
    error: null,
    log: [...state.log, event],
    transcript: push(state.transcript, event),
    live: { ...after(live, event), eventAt: at, signAt: at },
  };
}

function after(live: Live, event: Event): Live {
  switch (event.event) {
    case "replied":
      return { ...live, ...UNSAID };
    case "observed": {
      const { [event.result.call_id]: _, ...calls } = live.calls;
      return { ...live, calls };
    }
    case "finished":
      return { ...STILL, tokensPerSecond: live.tokensPerSecond };
    default:
      return live;
  }
}

type Progress = Extract<RunUpdate, { update: "progress" }>["progress"];

function moved(live: Live, progress: Progress): Live {
  switch (progress.progress) {
    case "prefill":
      return { ...live, prefill: { done: progress.done, total: progress.total } };
    case "reasoning":
      return { ...live, prefill: null, reasoning: live.reasoning + progress.delta };
    case "text":
      return { ...live, prefill: null, text: live.text + progress.delta };
    case "tool_started":
      return { ...live, calls: { ...live.calls, [progress.call_id]: "" } };
    case "tool_note":
      return { ...live, calls: { ...live.calls, [progress.call_id]: progress.note } };
    case "stats":
      return { ...live, tokensPerSecond: progress.tokens_per_second };
    default:
      return live;
  }
}
