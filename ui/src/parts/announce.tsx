// What is told to screen readers: a polite node, at most every 400 ms and never the same words twice in a row, and an
// assertive one for errors.

import { create } from "zustand";

const useSaid = create<{ polite: string; urgent: string }>(() => ({ polite: "", urgent: "" }));

const PAUSE_MS = 400;

let next: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells the latest state of things; of several in a row the last one is told. */
export function announce(words: string): void {
  next = words;
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    if (next !== null && next !== useSaid.getState().polite) useSaid.setState({ polite: next });
    next = null;
  }, PAUSE_MS);
}

/** Interrupts. */
export function alarm(words: string): void {
  useSaid.setState({ urgent: words });
}

export function Announcements() {
  const { polite, urgent } = useSaid();
  return (
    <>
      <div role="status" aria-live="polite" className="sr-only">
        {polite}
      </div>
      <div role="alert" aria-live="assertive" className="sr-only">
        {urgent}
      </div>
    </>
  );
}
