// How many columns the window has room for. Zoom and larger text make a window narrower, as they should.

import { useCallback, useSyncExternalStore } from "react";
import { useSettings } from "./settings";

export type WidthClass = "wide" | "medium" | "narrow";

/** The least widths of three and of two columns, in pixels at the usual text size. */
const WIDE = 1180;
const MEDIUM = 900;

export function useWidthClass(): WidthClass {
  const larger = useSettings(({ settings }) => Math.max(1, settings.text_size / 100));
  const read = useCallback((): WidthClass => {
    if (atLeast(WIDE * larger).matches) return "wide";
    return atLeast(MEDIUM * larger).matches ? "medium" : "narrow";
  }, [larger]);
  const listen = useCallback(
    (changed: () => void) => {
      const queries = [atLeast(WIDE * larger), atLeast(MEDIUM * larger)];
      for (const query of queries) query.addEventListener("change", changed);
      return () => {
        for (const query of queries) query.removeEventListener("change", changed);
      };
    },
    [larger],
  );
  return useSyncExternalStore(listen, read);
}

function atLeast(pixels: number): MediaQueryList {
  return window.matchMedia(`(min-width: ${Math.round(pixels)}px)`);
}
