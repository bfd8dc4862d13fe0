// A source in the list, and a page that could not be read.

import { CircleX } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { isWebAddress } from "../../api/api";
import type { Source, Verdict } from "../../api/bindings";
import { useApi } from "../../api/context";
import { Button } from "../../parts/button";
import { pin, point, useLink } from "../../state/link";
import { screen } from "../../state/screen";
import type { FailedPage } from "../../state/sources";
import { GLYPHS, VERDICT_COLOURS } from "../verdict";
import { useRun } from "../view";
import { PlaceName } from "./place_name";
import { Tile } from "./tile";

export function SourceRow({ source }: { source: Source }) {
  const { evidence } = useRun();
  const cited = (evidence?.sentences ?? [])
    .flatMap((sentence) => sentence.citations)
    .filter((citation) => citation.url === source.url);
  const passage = cited.find((citation) => citation.passage)?.passage;
  const best = passage ? (source.text ?? source.preview).slice(passage.start, passage.end) : "";
  return (
    <SourceLine
      source={source}
      best={best || source.preview}
      quoted={best !== ""}
      verdicts={cited.map((citation) => citation.verdict).join(" ")}
    />
  );
}

interface SourceLineProps {
  source: Source;
  best: string;
  quoted: boolean;
  /** Those of the citations of it, with spaces between: a text, so that equal ones need no new paint. */
  verdicts: string;
}

const SourceLine = memo(function SourceLine({ source, best, quoted, verdicts }: SourceLineProps) {
  const { t } = useTranslation();
  const lit = useLink((link) => link.lit.sources.has(source.url));
  const all = verdicts.split(" ").filter(Boolean) as Verdict[];
  return (
    <li>
      <button
        type="button"
        data-lit={lit}
        data-url={source.url}
        onMouseEnter={() => point({ kind: "source", url: source.url })}
        onMouseLeave={() => point(null)}
        onClick={() => {
          pin({ kind: "source", url: source.url });
          screen.openSource(source.url, null);
        }}
        className="flex w-full items-start gap-2.5 rounded-control px-2 py-2 text-start hover:bg-surface-2 data-[lit=true]:bg-evidence-tint"
      >
        <Tile number={source.number} title={source.title} />
        <span className="min-w-0 flex-1">
          <span dir="auto" className="line-clamp-2 block font-medium">
            {source.title}
          </span>
          <span className="block truncate text-label text-text-3">
            <PlaceName url={source.url} />
          </span>
          <span dir="auto" className="mt-1 line-clamp-2 block font-reading text-text-2 text-prose">
            {quoted ? t("sources.quoted", { text: best }) : best}
          </span>
          {all.length > 0 && (
            <span className="mt-1 flex items-center gap-2 text-label text-text-2">
              <span className="flex gap-1">
                {all.map((verdict, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: one glyph for each citation, in order
                  <span key={index} className={VERDICT_COLOURS[verdict]} title={t(`verdict.${verdict}`)}>
                    <span aria-hidden="true">{GLYPHS[verdict]}</span>
                    <span className="sr-only">{t(`verdict.${verdict}`)}</span>
                  </span>
                ))}
              </span>
              <span className="tabular">{t("sources.times", { count: all.length })}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  );
});

export function FailedRow({ page }: { page: FailedPage }) {
  const { t } = useTranslation();
  const api = useApi();
  return (
    <li className="flex items-start gap-2.5 px-2 py-2">
      <CircleX size={18} strokeWidth={1.5} aria-hidden="true" className="mt-px shrink-0 text-danger" />
      <div className="min-w-0 flex-1">
        <p dir="auto" className="break-all font-medium">
          {page.url}
        </p>
        <p dir="auto" className="text-danger text-label first-letter:uppercase">
          {page.reason}
        </p>
        {isWebAddress(page.url) && (
          <Button look="quiet" className="-ms-2.5 mt-1" onClick={() => api.open(page.url)}>
            {t("sources.open_page")}
          </Button>
        )}
      </div>
    </li>
  );
}
