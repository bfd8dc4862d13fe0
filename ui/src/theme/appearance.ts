// How the page looks: theme, text size and motion, as the person and the system want them.

import { useEffect } from "react";
import type { Theme } from "../api/bindings";
import { useSettings } from "../state/settings";

/** The set of colours that a choice amounts to. */
export function coloursOf(theme: Theme, dark: boolean, contrast: boolean): string {
  if (theme === "contrast" || (theme === "system" && contrast)) return dark ? "contrast-dark" : "contrast";
  if (theme === "system") return dark ? "dark" : "light";
  return theme;
}

const DARK = "(prefers-color-scheme: dark)";
const CONTRAST = "(prefers-contrast: more)";
const STILL = "(prefers-reduced-motion: reduce)";

/** Puts the look on the page, now and whenever a setting or the system changes. */
export function useAppearance(): void {
  const { theme, text_size, reduced_motion } = useSettings((chosen) => chosen.settings);
  useEffect(() => {
    const queries = [DARK, CONTRAST, STILL].map((query) => window.matchMedia(query));
    const apply = () => {
      const [dark, contrast, still] = queries.map((query) => query.matches);
      const root = document.documentElement;
      root.dataset.theme = coloursOf(theme, dark ?? false, contrast ?? false);
      root.dataset.motion =
        reduced_motion === "on" || (reduced_motion === "system" && still) ? "reduced" : "full";
      root.style.setProperty("--text-size", String(text_size / 100));
    };
    apply();
    for (const query of queries) query.addEventListener("change", apply);
    return () => {
      for (const query of queries) query.removeEventListener("change", apply);
    };
  }, [theme, text_size, reduced_motion]);
}
