// What is open on the run screen: the passage, the shown columns, the folded rows. Forgotten with the page.

import { create } from "zustand";
import type { CheckedCitation } from "../api/bindings";

export type Column = "how" | "answer" | "sources";

/** A source that is read in the passage viewer. */
export interface OpenSource {
  readonly url: string;
  /** The citation that led there. */
  readonly citation: CheckedCitation | null;
  /** Grows with every opening, so that the same passage is scrolled to again. */
  readonly times: number;
}

interface Screen {
  readonly open: OpenSource | null;
  readonly hidden: ReadonlySet<Column>;
  /** Where there is one column, and which of the side columns is shown where there is one. */
  readonly column: Column;
  readonly side: "how" | "sources";
  /** What the person folded or unfolded. */
  readonly folds: ReadonlyMap<string, boolean>;
  /** A row that HOW should scroll to. */
  readonly goal: { readonly id: string; readonly times: number } | null;
  readonly dialog: "export" | "branch" | null;
  /** The step that is branched from. */
  readonly step: number;
}

const CLEAN: Screen = {
  open: null,
  hidden: new Set(),
  column: "answer",
  side: "how",
  folds: new Map(),
  goal: null,
  dialog: null,
  step: 1,
};

export const useScreen = create<Screen>(() => CLEAN);

let times = 0;

export const screen = {
  /** Another run is shown. */
  clean: () => useScreen.setState(({ hidden, side }) => ({ ...CLEAN, hidden, side })),

  openSource(url: string, citation: CheckedCitation | null = null): void {
    times += 1;
    useScreen.setState(({ hidden }) => ({
      open: { url, citation, times },
      side: "sources",
      hidden: without(hidden, "sources"),
    }));
  },

  closeSource: () => useScreen.setState({ open: null }),

  show: (column: Column) =>
    useScreen.setState(({ side }) => ({ column, side: column === "answer" ? side : column })),

  /** Hides a column, or shows it; the last one stays. */
  toggle: (column: Column) =>
    useScreen.setState(({ hidden }) => {
      if (hidden.has(column)) return { hidden: without(hidden, column) };
      return hidden.size < 2 ? { hidden: new Set([...hidden, column]) } : {};
    }),

  fold: (id: string, open: boolean) =>
    useScreen.setState(({ folds }) => ({ folds: new Map(folds).set(id, open) })),

  /** Brings a row into view. */
  seek(id: string): void {
    times += 1;
    useScreen.setState(({ hidden }) => ({
      goal: { id, times },
      side: "how",
      column: "how",
      hidden: without(hidden, "how"),
    }));
  },

  /** Brings a row into view where HOW is shown, and changes nothing else. */
  reveal(id: string): void {
    times += 1;
    useScreen.setState({ goal: { id, times } });
  },

  dialog: (dialog: Screen["dialog"]) => useScreen.setState({ dialog }),

  branch: (step: number) => useScreen.setState({ dialog: "branch", step }),
};

function without(hidden: ReadonlySet<Column>, column: Column): ReadonlySet<Column> {
  return new Set([...hidden].filter((other) => other !== column));
}
