// Where the person is, in the part of the address after `#`.

import { useSyncExternalStore } from "react";

export type Place =
  | { readonly page: "run"; readonly run: string | null; readonly view: "columns" | "document" }
  | { readonly page: "history" | "library" | "models" | "settings"; readonly part: string | null };

const PAGES = ["history", "library", "models", "settings"] as const;

/** The place that `#/…` names; a new question if it names none. */
export function placeOf(hash: string): Place {
  const [page, part, view] = hash.replace(/^#\/?/, "").split("/").map(decode);
  const known = PAGES.find((name) => name === page);
  if (known) return { page: known, part: part || null };
  const run = page === "run" && part ? part : null;
  return { page: "run", run, view: run && view === "document" ? "document" : "columns" };
}

/** The address of a place. */
export function hashOf(place: Place): string {
  if (place.page !== "run") return `#/${place.page}${place.part ? `/${encodeURIComponent(place.part)}` : ""}`;
  if (!place.run) return "#/";
  return `#/run/${encodeURIComponent(place.run)}${place.view === "document" ? "/document" : ""}`;
}

/** Goes there. */
export function go(place: Place): void {
  window.location.hash = hashOf(place);
}

export const newQuestion: Place = { page: "run", run: null, view: "columns" };

/** The place of a run. */
export function runPlace(run: string): Place {
  return { page: "run", run, view: "columns" };
}

/** Where the person is. */
export function usePlace(): Place {
  return placeOf(useSyncExternalStore(onHash, () => window.location.hash));
}

function onHash(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
