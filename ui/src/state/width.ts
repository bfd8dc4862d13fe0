// How many columns the window has room for. Zoom makes a window narrower, as it should.

import { useSyncExternalStore } from "react";

export type WidthClass = "wide" | "medium" | "narrow";

const WIDE = "(min-width: 1180px)";
const MEDIUM = "(min-width: 900px)";

export function useWidthClass(): WidthClass {
  return useSyncExternalStore(onChange, read);
}

function read(): WidthClass {
  if (window.matchMedia(WIDE).matches) return "wide";
  return window.matchMedia(MEDIUM).matches ? "medium" : "narrow";
}

function onChange(changed: () => void): () => void {
  const queries = [WIDE, MEDIUM].map((query) => window.matchMedia(query));
  for (const query of queries) query.addEventListener("change", changed);
  return () => {
    for (const query of queries) query.removeEventListener("change", changed);
  };
}
