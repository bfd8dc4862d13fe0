// The sources of a run in four groups: cited, read, only found, and failed. Pure.

import type { Citation, Event, Source } from "../api/bindings";
import { timeOf } from "./playback";
import { type CallRow, failureOf, isCall, type Row } from "./rows";

/** A page that could not be read. */
export interface FailedPage {
  readonly id: string;
  readonly url: string;
  readonly reason: string;
}

export interface SourceGroups {
  readonly cited: readonly Source[];
  readonly read: readonly Source[];
  readonly found: readonly Source[];
  readonly failed: readonly FailedPage[];
}

export function groupsOf(
  sources: readonly Source[],
  rows: readonly Row[],
  citations: readonly Citation[],
): SourceGroups {
  const cited = new Set(citations.map((citation) => citation.url));
  const failed = rows
    .filter((row): row is CallRow => isCall(row) && row.kind === "read" && row.result?.is_error === true)
    .filter((row) => !row.repeated)
    .map((row) => ({ id: row.id, url: row.about, reason: failureOf(row.result?.content ?? "") }));
  return {
    cited: sources.filter((source) => cited.has(source.url)),
    read: sources.filter((source) => !cited.has(source.url) && isRead(source)),
    found: sources.filter((source) => !cited.has(source.url) && !isRead(source)),
    failed,
  };
}

/** Whether the page was read, and not only found. */
export function isRead(source: Source): boolean {
  return source.text !== undefined && source.text !== null;
}

/** The call that read a page, the latest if there are several. */
export function readingOf(rows: readonly Row[], url: string): CallRow | null {
  const found = rows.findLast(
    (row) => isCall(row) && row.kind === "read" && row.result?.sources.some((source) => source.url === url),
  );
  return found && isCall(found) ? found : null;
}

/** When the text of a page was read, the latest time if there are several, in milliseconds of the run's work. */
export function readAtOf(log: readonly Event[], url: string): number | null {
  let now = 0;
  let found: number | null = null;
  for (const event of log) {
    now = timeOf(event, now);
    if (event.event !== "observed") continue;
    if (event.result.sources.some((source) => source.url === url && isRead(source))) found = now;
  }
  return found;
}
