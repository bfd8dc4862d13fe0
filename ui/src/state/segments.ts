// The ribbon: a run as a strip of segments, each as wide as its share of the time or of the tokens. Pure.

import type { RibbonScale } from "../api/bindings";
import { isCall, type Row } from "./rows";

export interface Segment {
  readonly row: Row;
  /** Milliseconds; what goes on has what has passed. */
  readonly ms: number;
  readonly failed: boolean;
}

/** The shortest share of the strip that a segment gets, so that it can be seen. */
const LEAST = 0.004;

/** Characters of a token, about, where its number is not known. */
const TOKEN = 4;

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
export function sharesOf(segments: readonly Segment[], scale: RibbonScale = "time"): number[] {
  const sizes = segments.map((segment) =>
    scale === "time" ? segment.ms : (segment.row.tokens ?? guess(segment)),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const least = Math.min(LEAST, 1 / Math.max(1, segments.length));
  const raw = sizes.map((size) => Math.max(least, total > 0 ? size / total : 0));
  const sum = raw.reduce((all, share) => all + share, 0);
  return raw.map((share) => share / sum);
}

/** About how many tokens a segment has that is still going on, or whose result no reply has followed. */
function guess({ row }: Segment): number {
  const text = isCall(row)
    ? (row.result?.content ?? "")
    : row.kind === "thought" || row.kind === "answer"
      ? row.text
      : "";
  return text.length / TOKEN;
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
