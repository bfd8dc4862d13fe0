// Replay of a finished run: where it stands, and its clock.

import { useEffect, useMemo } from "react";
import { create } from "zustand";
import type { Event } from "../api/bindings";
import { lengthOf, scheduleOf, stateAt } from "./playback";
import type { RunState } from "./run";

export const SPEEDS = [1, 2, 4, 8, 16] as const;

interface Replay {
  readonly on: boolean;
  /** Milliseconds of the run's work that are shown. */
  readonly at: number;
  readonly playing: boolean;
  readonly speed: number;
}

const OFF: Replay = { on: false, at: 0, playing: false, speed: 1 };

export const useReplay = create<Replay>(() => OFF);

export const replay = {
  start: () => useReplay.setState({ on: true, at: 0, playing: true }),
  stop: () => useReplay.setState({ ...OFF, speed: useReplay.getState().speed }),
  seek: (at: number) => useReplay.setState({ at: Math.max(0, at) }),
  playing: (playing: boolean) => useReplay.setState({ playing }),
  speed: (speed: number) => useReplay.setState({ speed }),
};

/** The run as replay shows it now, or null while it is off. */
export function useReplayed(log: readonly Event[]): RunState | null {
  const { on, at, playing, speed } = useReplay();
  const cues = useMemo(() => (on ? scheduleOf(log) : []), [on, log]);
  const length = useMemo(() => lengthOf(log), [log]);
  useEffect(() => {
    if (!on || !playing) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function tick(now) {
      const next = useReplay.getState().at + Math.max(0, now - last) * speed;
      last = now;
      useReplay.setState(next >= length ? { at: length, playing: false } : { at: next });
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [on, playing, speed, length]);
  return useMemo(() => (on ? stateAt(cues, at) : null), [on, cues, at]);
}
