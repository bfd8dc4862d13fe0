// What the history shows: the words of the search box, and the filters beside it. Pure.

import type { HistoryQuery } from "../../api/bindings";

export const OUTCOMES = ["answered", "out_of_budget", "cancelled", "failed", "unfinished"] as const;
export type OutcomeName = (typeof OUTCOMES)[number];

export interface Filter {
  readonly text: string;
  readonly saved: boolean;
  readonly tag: string | null;
  readonly outcome: OutcomeName | null;
}

export const NO_FILTER: Filter = { text: "", saved: false, tag: null, outcome: null };

/** Whether anything is left out. */
export function isFiltered(filter: Filter): boolean {
  return filter.text.trim() !== "" || filter.saved || filter.tag !== null || filter.outcome !== null;
}

/** Tokens that may be typed among the words: `tag:rivers is:saved before:2026-11-01 after:2026-10`. */
const TOKEN = /(^|\s)(tag|is|before|after):(?:"([^"]*)"|(\S+))/giu;

/** The request that the filter amounts to. */
export function queryOf(filter: Filter): Omit<HistoryQuery, "limit" | "offset"> {
  const query: Omit<HistoryQuery, "limit" | "offset"> = {};
  if (filter.saved) query.saved = true;
  if (filter.tag !== null) query.tag = filter.tag;
  if (filter.outcome !== null) query.outcome = filter.outcome;
  const words = filter.text.replace(
    TOKEN,
    (all, gap: string, key: string, quoted?: string, plain?: string) =>
      take(query, key.toLowerCase(), quoted ?? plain ?? "") ? gap : all,
  );
  const text = words.replace(/\s+/gu, " ").trim();
  if (text) query.query = text;
  return query;
}

/** Takes a token into the query; false if it is only text that looks like one. */
function take(query: Omit<HistoryQuery, "limit" | "offset">, key: string, value: string): boolean {
  const outcome = OUTCOMES.find((name) => name === value.toLowerCase());
  const day = dayOf(value);
  if (key === "tag" && value) query.tag = value;
  else if (key === "is" && value.toLowerCase() === "saved") query.saved = true;
  else if (key === "is" && outcome) query.outcome = outcome;
  else if (key === "before" && day !== null) query.before_ms = day;
  else if (key === "after" && day !== null) query.after_ms = day;
  else return false;
  return true;
}

/** Midnight here at the beginning of `2026`, `2026-11` or `2026-11-24`. */
function dayOf(text: string): number | null {
  const parts = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(text);
  if (!parts) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2] ?? 1), Number(parts[3] ?? 1)];
  const at = new Date(year, month - 1, day);
  return at.getMonth() === month - 1 && at.getDate() === day ? at.getTime() : null;
}

/** The tags of a line of text: between commas, each once. */
export function tagsOf(text: string): string[] {
  const tags = text.split(",").map((tag) => tag.trim().replace(/\s+/gu, " "));
  return [...new Set(tags.filter(Boolean))];
}
