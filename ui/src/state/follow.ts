// Following a run: updates are gathered and folded once a frame, so that the page paints at most once for many.

import { create } from "zustand";
import type { Api, Fault } from "../api/api";
import type { RunUpdate } from "../api/bindings";
import { afresh, NOTHING, type RunState, reduce } from "./run";

export interface Followed {
  /** The run that is followed. */
  readonly run: string | null;
  readonly state: RunState;
  /** Nothing more comes. */
  readonly over: boolean;
  /** Why the run cannot be followed. */
  readonly error: Fault | null;
}

const NONE: Followed = { run: null, state: NOTHING, over: false, error: null };

export const useFollowed = create<Followed>(() => NONE);

/** Beyond this a hidden page, which gets no frames, folds what it has. */
const HIDDEN_MS = 250;

let leave: (() => void) | null = null;

/** Follows a run from its beginning, and nothing else any more; the returned function ends whatever follows it then. */
export function follow(api: Api, run: string): () => void {
  leave?.();
  useFollowed.setState({ ...NONE, run }, true);
  let waiting: { update: RunUpdate | null; at: number }[] = [];
  let over = false;
  let error: Fault | null = null;
  let open = true;
  let due: (() => void) | null = null;

  const fold = () => {
    due?.();
    due = null;
    if (!open) return;
    const batch = waiting;
    waiting = [];
    useFollowed.setState((followed) => ({
      ...followed,
      state: batch.reduce(
        (state, { update, at }) => (update ? reduce(state, update, at) : afresh(state)),
        followed.state,
      ),
      over,
      error,
    }));
  };
  const unsubscribe = api.subscribe(run, 0, {
    update(update) {
      waiting.push({ update, at: performance.now() });
      due ??= soon(fold);
    },
    again() {
      waiting.push({ update: null, at: performance.now() });
    },
    end(problem) {
      over = true;
      error = problem ?? null;
      due ??= soon(fold);
    },
  });
  const end = () => {
    open = false;
    due?.();
    unsubscribe();
    if (leave === end) leave = null;
  };
  leave = end;
  return () => {
    if (useFollowed.getState().run === run) leave?.();
  };
}

/** Follows a run anew that goes on under its own name, if it is shown and had come to its end. */
export function followOn(api: Api, run: string): void {
  const { run: shown, over } = useFollowed.getState();
  if (shown === run && over) follow(api, run);
}

/** Calls before the next paint, or soon if the page is not painted; the returned function takes it back. */
function soon(call: () => void): () => void {
  const frame = requestAnimationFrame(call);
  const timer = setTimeout(call, HIDDEN_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
