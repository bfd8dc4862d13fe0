// The citations of an answer that is still being written: what looks like one, not yet checked. Pure.

import type { Place } from "./marks";

/** `[1]`, `[1][2]` and `[1, 2]`; the parts of a list divide it, as in the finished answer. */
export function provisional(text: string): Place[] {
  return [...text.matchAll(/\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?!\()/gu)].flatMap((match) => {
    const parts = (match[1] ?? "").split(",");
    let at = match.index;
    return parts.map((part, index) => {
      const start = at;
      const last = index === parts.length - 1;
      at = last ? match.index + match[0].length : at + part.length + (index === 0 ? 2 : 1);
      return { number: Number(part.trim()), start, end: at };
    });
  });
}
