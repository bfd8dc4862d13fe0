// How many columns the window has room for, and whether the history fits beside them. Zoom and larger text make a
// window narrower, as they should.

import { useCallback, useSyncExternalStore } from "react";
import { useSettings } from "./settings";

export type WidthClass = "wide" | "medium" | "narrow";

/** The least widths of three and of two columns, in pixels at the usual text size. */
const WIDE = 1180;
const MEDIUM = 900;

/** The least width of three columns with the history beside them. */
const BESIDE = 1400;

export function useWidthClass(): WidthClass {
  const wide = useAtLeast(WIDE);
  const medium = useAtLeast(MEDIUM);
  if (wide) return "wide";
  return medium ? "medium" : "narrow";
}

/** Whether the list of the history has room beside the page. */
export function useRoomBeside(): boolean {
  return useAtLeast(BESIDE);
}

/** Whether the window is so wide, in pixels at the usual text size. */
function useAtLeast(pixels: number): boolean {
  const larger = useSettings(({ settings }) => Math.max(1, settings.text_size / 100));
  const query = `(min-width: ${Math.round(pixels * larger)}px)`;
  const listen = useCallback(
    (changed: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(listen, () => window.matchMedia(query).matches);
}
