// The ribbon: a run as a strip of segments, each as wide as its share of the time. Pure.

import { isCall, type Row } from "./rows";

export interface Segment {
  readonly row: Row;
  /** Milliseconds; what goes on has what has passed. */
  readonly ms: number;
  readonly failed: boolean;
}

/** The shortest share of the strip that a segment gets, so that it can be seen. */
const LEAST = 0.004;

/** The segments of these rows; `going` is how long the last one has gone on. */
export function segmentsOf(rows: readonly Row[], going = 0): Segment[] {
  return rows
    .filter((row) => row.kind === "thought" || row.kind === "answer" || isCall(row))
    .map((row) => ({
      row,
      ms: row.ms ?? going,
      failed: isCall(row) && row.result?.is_error === true,
    }));
}

/** The share of the strip of each segment; together 1. */
export function sharesOf(segments: readonly Segment[]): number[] {
  const total = segments.reduce((sum, segment) => sum + segment.ms, 0);
  const least = Math.min(LEAST, 1 / Math.max(1, segments.length));
  const raw = segments.map((segment) => Math.max(least, total > 0 ? segment.ms / total : 0));
  const sum = raw.reduce((all, share) => all + share, 0);
  return raw.map((share) => share / sum);
}

/** When each segment begins, in milliseconds of the run. */
export function beginsOf(segments: readonly Segment[]): number[] {
  let at = 0;
  return segments.map(({ ms }) => {
    const begin = at;
    at += ms;
    return begin;
  });
}
