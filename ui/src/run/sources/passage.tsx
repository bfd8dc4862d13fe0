// The passage viewer: the stored text of a source, scrolled to what was cited, with search within it. The text is
// shown as text, whatever it holds, and needs no network.

import { ArrowLeft, ExternalLink } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isWebAddress } from "../../api/api";
import type { CheckedCitation, Source } from "../../api/bindings";
import { useApi } from "../../api/context";
import { Button, IconButton } from "../../parts/button";
import type { Range } from "../../state/ranges";
import { type OpenSource, screen } from "../../state/screen";
import { isRead, readingOf } from "../../state/sources";
import { findAll, wordCount } from "../../state/text";
import { number } from "../format";
import { Reasons } from "../reasons";
import { useRun } from "../view";
import { Find } from "./find";
import { MiniMap } from "./mini_map";
import { PageText } from "./page_text";
import { PlaceName } from "./place_name";

export function Passage({ source, open }: { source: Source; open: OpenSource }) {
  const { t } = useTranslation();
  const { rows, evidence } = useRun();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const [seen, setSeen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const reading = readingOf(rows, source.url);
  const text = seen ? (reading?.result?.content ?? "") : (source.text ?? source.preview);
  const hits = useMemo(() => findAll(text, query), [text, query]);
  const cited = useMemo(
    () =>
      seen
        ? []
        : citationsOf(evidence?.sentences.flatMap((sentence) => sentence.citations) ?? [], source, open),
    [seen, evidence, source, open],
  );
  const ranges = useMemo(() => [...cited, ...hitRanges(hits, at)], [cited, hits, at]);
  useScroll(box, open.times, at, hits.length, seen);
  return (
    <section
      aria-label={t("passage.name", { title: source.title })}
      data-testid="passage"
      className="flex min-h-0 flex-1 flex-col"
    >
      <Head source={source} citation={open.citation} />
      <Find query={query} onQuery={setQuery} count={hits.length} at={at} onAt={setAt} />
      <div className="relative flex min-h-0 flex-1">
        <div
          ref={box}
          className="min-h-0 flex-1 overflow-y-auto px-4 pt-1 pb-8"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard
          tabIndex={0}
        >
          <PageText text={text} ranges={ranges} />
        </div>
        <MiniMap length={text.length} ranges={ranges} />
      </div>
      {reading && isRead(source) && (
        <footer className="border-hairline border-t px-2 py-1">
          <Button look="quiet" aria-pressed={seen} onClick={() => setSeen(!seen)}>
            {seen ? t("passage.show_page") : t("passage.show_seen")}
          </Button>
        </footer>
      )}
    </section>
  );
}

function Head({ source, citation }: { source: Source; citation: CheckedCitation | null }) {
  const { t } = useTranslation();
  const api = useApi();
  const read = isRead(source);
  return (
    <header className="border-hairline border-b ps-1 pe-3 pb-2">
      <div className="flex items-start gap-1">
        <IconButton
          icon={ArrowLeft}
          label={t("passage.back")}
          data-testid="passage-close"
          onClick={() => screen.closeSource()}
          className="rtl:-scale-x-100"
        />
        <div className="min-w-0 flex-1 pt-1">
          <h3 dir="auto" className="line-clamp-3 font-medium">
            <span className="tabular text-evidence">{source.number}</span> {source.title}
          </h3>
          <p className="text-label text-text-3">
            <PlaceName url={source.url} />
            {read &&
              ` · ${t("passage.words", { count: wordCount(source.text ?? ""), total: number(wordCount(source.text ?? "")) })}`}
          </p>
        </div>
        {isWebAddress(source.url) && (
          <IconButton
            icon={ExternalLink}
            label={t("sources.open_page_at", { url: source.url })}
            onClick={() => api.open(source.url)}
          />
        )}
      </div>
      {!read && <p className="ps-8 pt-1 text-label text-warn">{t("passage.only_preview")}</p>}
      {citation && (
        <div className="ps-8 pt-1">
          <Reasons citation={citation} />
        </div>
      )}
    </header>
  );
}

/** The passages of the citation that was chosen, or of all that cite the source. */
function citationsOf(all: readonly CheckedCitation[], source: Source, open: OpenSource): Range[] {
  const chosen = open.citation ? [open.citation] : all.filter((citation) => citation.url === source.url);
  return chosen.flatMap(({ passage, marks }) => [
    ...(passage ? [{ ...passage, name: "passage" }] : []),
    ...marks.map(([start, end]) => ({ start, end, name: "mark" })),
  ]);
}

function hitRanges(hits: readonly [number, number][], at: number): Range[] {
  return hits.map(([start, end], index) => ({ start, end, name: index === at ? "current" : "hit" }));
}

/** Scrolls to the passage when it is opened, and to the hit when one is gone to. */
function useScroll(
  box: React.RefObject<HTMLDivElement | null>,
  times: number,
  at: number,
  hits: number,
  seen: boolean,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: opening the same passage again scrolls again
  useEffect(() => {
    center(box.current, '[data-piece~="passage"], [data-piece~="mark"]');
  }, [times, seen]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another hit is another place
  useEffect(() => {
    if (hits > 0) center(box.current, '[data-piece~="current"]');
  }, [at, hits]);
}

function center(box: HTMLElement | null, selector: string): void {
  const mark = box?.querySelector<HTMLElement>(selector);
  if (!box || !mark) return;
  const offset = mark.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += offset - box.clientHeight / 3;
}
