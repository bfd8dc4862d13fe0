// A citation in the answer: its number and what checking it gave. Pointing at it shows the passage; choosing it opens
// the source there.

import { HoverCard } from "radix-ui";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isWebAddress } from "../../api/api";
import type { CheckedCitation, Source } from "../../api/bindings";
import { useApi } from "../../api/context";
import { Button } from "../../parts/button";
import { pin, point } from "../../state/link";
import { piecesOf } from "../../state/ranges";
import { screen, useScreen } from "../../state/screen";
import { Reasons } from "../reasons";
import { PlaceName } from "../sources/place_name";
import { Tile } from "../sources/tile";
import { GLYPHS, VERDICT_COLOURS } from "../verdict";
import { useRun } from "../view";
import type { Place } from "./marks";

/** How long the pointer must rest on a mark, in milliseconds. */
const RESTS_MS = 300;

export function CitationMark({ place, sentence }: { place: Place; sentence: number }) {
  const { t } = useTranslation();
  const { state, evidence } = useRun();
  const source = state.transcript.sources.find((other) => other.number === place.number);
  const checked = checkedOf(evidence?.sentences[sentence]?.citations, place.number);
  const verdict = source ? checked?.verdict : "unknown";
  const name = t("citation.name", {
    number: place.number,
    title: source?.title ?? t("citation.no_source"),
    verdict: verdict ? t(`verdict.${verdict}`) : t("citation.unchecked"),
  });
  const [open, setOpen] = useState(false);
  // What was chosen needs no card until it is pointed at anew.
  const chosen = useRef(false);
  const choose = () => {
    chosen.current = true;
    setOpen(false);
    if (sentence >= 0) pin({ kind: "sentence", index: sentence });
    if (source) screen.openSource(source.url, checked ?? null);
  };
  const mark = (
    <button
      type="button"
      data-testid="citation"
      data-verdict={verdict ?? "none"}
      aria-label={name}
      onClick={choose}
      onMouseEnter={() => {
        chosen.current = false;
        if (sentence >= 0) point({ kind: "sentence", index: sentence });
      }}
      onMouseLeave={() => point(null)}
      onFocus={() => sentence >= 0 && point({ kind: "sentence", index: sentence })}
      onBlur={() => {
        if (!useScreen.getState().open) chosen.current = false;
        point(null);
      }}
      className="-ms-0.5 last:-me-[3px] tabular inline-flex h-6 min-w-6 items-center justify-center rounded-control align-[0.28em] font-medium font-ui text-label leading-none not-italic hover:bg-surface-2"
    >
      <span className={verdict ? "text-evidence" : "text-text-3"}>{place.number}</span>
      {verdict && (
        <span aria-hidden="true" className={`ms-px ${VERDICT_COLOURS[verdict]}`}>
          {GLYPHS[verdict]}
        </span>
      )}
    </button>
  );
  if (!source) return mark;
  return (
    <HoverCard.Root
      open={open}
      onOpenChange={(wanted) => setOpen(wanted && !chosen.current)}
      openDelay={RESTS_MS}
      closeDelay={120}
    >
      <HoverCard.Trigger asChild>{mark}</HoverCard.Trigger>
      <HoverCard.Portal>
        <HoverCard.Content
          collisionPadding={12}
          sideOffset={4}
          className="fade-in z-30 w-[360px] max-w-[calc(100vw-24px)] rounded-floating border border-hairline bg-surface p-3 text-ui shadow-floating"
        >
          <Card source={source} checked={checked} choose={choose} />
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  );
}

function Card({
  source,
  checked,
  choose,
}: {
  source: Source;
  checked: CheckedCitation | undefined;
  choose: () => void;
}) {
  const { t } = useTranslation();
  const api = useApi();
  const text = source.text ?? source.preview;
  return (
    <>
      <div className="flex items-start gap-2">
        <Tile number={source.number} title={source.title} />
        <div className="min-w-0">
          <p dir="auto" className="line-clamp-2 font-medium">
            {source.title}
          </p>
          <p className="truncate text-label text-text-3">
            <PlaceName url={source.url} />
          </p>
        </div>
      </div>
      {checked?.passage && (
        <p dir="auto" className="my-2 line-clamp-6 font-reading text-text-2 text-prose">
          {piecesOf(text, markRanges(checked), checked.passage.start, checked.passage.end).map((piece) =>
            piece.names.length > 0 ? (
              <mark key={piece.start} className="rounded-[2px] bg-evidence-mark text-text">
                {piece.text}
              </mark>
            ) : (
              piece.text
            ),
          )}
        </p>
      )}
      {checked && <Reasons citation={checked} />}
      <div className="mt-2 flex gap-1">
        <Button onClick={choose}>{t("citation.open_passage")}</Button>
        {isWebAddress(source.url) && (
          <Button look="quiet" onClick={() => api.open(source.url)}>
            {t("sources.open_page")}
          </Button>
        )}
      </div>
    </>
  );
}

function markRanges({ marks }: CheckedCitation) {
  return marks.map(([start, end]) => ({ start, end, name: "mark" }));
}

function checkedOf(
  citations: readonly CheckedCitation[] | undefined,
  number: number,
): CheckedCitation | undefined {
  return citations?.find((citation) => citation.number === number);
}
