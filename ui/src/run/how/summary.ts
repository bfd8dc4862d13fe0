// A row of HOW in one line, and its whole name for screen readers.

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { type CallRow, cutOf, failureOf, isCall, type Row } from "../../state/rows";
import { firstClause, isolated, placeOfSource, wordCount } from "../../state/text";
import { duration, number } from "../format";

/** A shorter time is not worth a number. */
export const SHOWN_MS = 50;

/** Between two words of a line: where the line breaks, it breaks after the dot. */
const DOT = "\u00a0· ";

export interface Summary {
  /** What was done, in a word. */
  readonly kind: string;
  readonly words: string;
  readonly name: string;
  /** The name without the words of a thought, for where they stand beneath it. */
  readonly head: string;
  readonly failed: boolean;
}

export function useSummary(row: Row, title: string): Summary {
  const { t } = useTranslation();
  const kind = t(`how.${row.kind}`);
  const failed = isCall(row) && row.result?.is_error === true;
  const words = isCall(row)
    ? callWords(t, row, title)
    : row.kind === "thought"
      ? firstClause(row.text, 60)
      : "";
  const done = row.ms === null ? t("how.going") : failed ? t("how.failed") : t("how.done");
  const took = row.ms === null || row.ms < SHOWN_MS ? "" : duration(row.ms);
  const step = row.step > 0 ? t("how.step", { step: row.step }) : "";
  const name = [step, kind, words, done, took].filter(Boolean).join(", ");
  const beside = row.kind === "thought" ? "" : words;
  const head = [step, kind, beside, done, took].filter(Boolean).join(", ");
  return { kind, words: beside, name, head, failed };
}

function callWords(t: TFunction, row: CallRow, title: string): string {
  const { result } = row;
  if (row.call.malformed) return t("how.malformed", { why: row.call.malformed });
  const about =
    row.kind === "search"
      ? t("how.quoted", { query: isolated(row.about) })
      : row.kind === "read"
        ? isolated(title)
        : row.call.name;
  if (row.decision === "deny") return `${about}${DOT}${t("how.denied")}`;
  if (!result) return row.note ? `${about}${DOT}${row.note}` : about;
  if (row.repeated && result.is_error) return `${about}${DOT}${t("how.repeated")}`;
  if (result.is_error) return `${about}${DOT}${isolated(failureOf(result.content))}`;
  if (row.kind === "search") return `${about}${DOT}${t("how.results", { count: result.sources.length })}`;
  const source = result.sources[0];
  if (row.kind !== "read" || !source) return about;
  const total = wordCount(source.text ?? "");
  const cut = cutOf(result.content);
  const words = cut
    ? t("how.words_of", { used: number(Math.round((total * cut.kept) / cut.total)), total: number(total) })
    : t("how.words", { count: total, total: number(total) });
  return `${isolated(source.title)}${DOT}${words}`;
}

/** A page in a line: its title if it is known, else where it stands. */
export function pageName(url: string, titles: ReadonlyMap<string, string>): string {
  return titles.get(url) || placeOfSource(url) || url;
}
