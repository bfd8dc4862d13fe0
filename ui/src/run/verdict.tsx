// What checking a citation gave, as a glyph and in words. The words say what was found, never what is true.

import type { Verdict } from "../api/bindings";

export const GLYPHS: Record<Verdict, string> = {
  quoted: "✓",
  matches: "≈",
  partly: "~",
  not_found: "○",
  unknown: "!",
};

export const VERDICT_COLOURS: Record<Verdict, string> = {
  quoted: "text-ok",
  matches: "text-ok",
  partly: "text-warn",
  not_found: "text-danger",
  unknown: "text-danger",
};

/** Of several verdicts the one that should be seen: the worst. */
export function worst(verdicts: readonly Verdict[]): Verdict | null {
  const order: Verdict[] = ["unknown", "not_found", "partly", "matches", "quoted"];
  return order.find((verdict) => verdicts.includes(verdict)) ?? null;
}
