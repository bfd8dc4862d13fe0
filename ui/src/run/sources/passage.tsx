// The passage viewer: the stored text of a source, scrolled to what was cited, with search within it. The text is
// shown as text, whatever it holds, and needs no network.

import { ArrowLeft } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isWebAddress } from "../../api/api";
import type { CheckedCitation, Source } from "../../api/bindings";
import { useApi } from "../../api/context";
import { Button, IconButton } from "../../parts/button";
import type { Range } from "../../state/ranges";
import { type OpenSource, screen } from "../../state/screen";
import { isRead, readingOf } from "../../state/sources";
import { findAll, placeOfSource } from "../../state/text";
import { Reasons } from "../reasons";
import { useRun } from "../view";
import { Find } from "./find";
import { MiniMap } from "./mini_map";
import { PageFacts } from "./page_facts";
import { PageText } from "./page_text";

export function Passage({ source, open }: { source: Source; open: OpenSource }) {
  const { t } = useTranslation();
  const api = useApi();
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
      <Head source={source} citation={open.citation}>
        {isWebAddress(source.url) && (
          <Button look="quiet" title={source.url} onClick={() => api.open(source.url)}>
            {t("sources.open_page")}
          </Button>
        )}
        {reading && isRead(source) && (
          <Button look="quiet" onClick={() => setSeen(!seen)}>
            {seen ? t("passage.show_page") : t("passage.show_seen")}
          </Button>
        )}
      </Head>
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
    </section>
  );
}

interface HeadProps {
  source: Source;
  citation: CheckedCitation | null;
  /** What can be done with the page. */
  children: ReactNode;
}

function Head({ source, citation, children }: HeadProps) {
  const { t } = useTranslation();
  return (
    <header className="border-hairline border-b ps-1 pe-3 pb-1.5">
      <div className="flex items-start gap-1">
        <IconButton
          icon={ArrowLeft}
          label={t("passage.back")}
          data-testid="passage-close"
          onClick={() => screen.closeSource()}
          className="rtl:-scale-x-100"
        />
        <h3 dir="auto" className="line-clamp-3 min-w-0 flex-1 pt-1 font-medium">
          <span className="tabular text-evidence">{source.number}</span> {source.title}
        </h3>
      </div>
      <div className="ps-8">
        <p className="line-clamp-2 break-all text-label text-text-3">
          {!placeOfSource(source.url) && `${t("sources.library")} · `}
          <bdi dir="ltr" title={source.url}>
            {source.url}
          </bdi>
        </p>
        {typeof source.text === "string" ? (
          <PageFacts url={source.url} text={source.text} />
        ) : (
          <p className="pt-1 text-label text-warn">{t("passage.only_preview")}</p>
        )}
        <div className="-ms-2.5 flex flex-wrap empty:hidden">{children}</div>
        {citation && (
          <div className="pt-1">
            <Reasons citation={citation} />
          </div>
        )}
      </div>
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
