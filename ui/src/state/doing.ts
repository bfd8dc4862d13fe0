// Where a run stands, and what it is doing in this moment. Pure.

import { type CallRow, isCall, type Row } from "./rows";
import type { RunState } from "./run";

/** How a run stands, for the whole screen. */
export type Phase =
  | "loading"
  | "running"
  | "interrupted"
  | "stopped"
  | "answered"
  | "failed"
  | "out_of_budget";

/** The phase of a run; `over` is whether nothing more comes. */
export function phaseOf(state: RunState, over: boolean): Phase {
  switch (state.transcript.outcome?.kind) {
    case "answered":
      return "answered";
    case "cancelled":
      return "stopped";
    case "failed":
      return "failed";
    case "out_of_budget":
      return "out_of_budget";
  }
  if (over || state.error) return "interrupted";
  return state.log.length > 0 ? "running" : "loading";
}

export type Doing =
  | { readonly kind: "starting" }
  | { readonly kind: "prompt"; readonly done: number; readonly total: number }
  | { readonly kind: "thinking" }
  | { readonly kind: "writing" }
  | { readonly kind: "calling"; readonly row: CallRow };

/** What goes on. */
export function doingOf({ live }: RunState, rows: readonly Row[]): Doing {
  if (live.text) return { kind: "writing" };
  if (live.reasoning) return { kind: "thinking" };
  if (live.prefill) return { kind: "prompt", ...live.prefill };
  const going = rows.findLast((row) => isCall(row) && row.going);
  const waiting = going ?? rows.findLast((row) => isCall(row) && row.result === null);
  if (waiting && isCall(waiting)) return { kind: "calling", row: waiting };
  return { kind: "starting" };
}
