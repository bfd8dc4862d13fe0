// The text of a page in paragraphs, with marked ranges.

import { memo } from "react";
import { paragraphsOf, piecesOf, type Range } from "../../state/ranges";

/** What a piece looks like; the first name that it has counts. */
const LOOKS: [string, string][] = [
  ["current", "bg-accent text-on-accent"],
  ["hit", "bg-accent-tint text-text outline outline-1 outline-accent"],
  ["mark", "bg-evidence-mark text-text underline decoration-evidence decoration-2 underline-offset-4"],
  ["passage", "bg-evidence-tint text-text"],
];

export const PageText = memo(function PageText({ text, ranges }: { text: string; ranges: readonly Range[] }) {
  return paragraphsOf(text).map(({ start, end }) => (
    <p key={start} dir="auto" className="mb-3 font-reading text-[0.9375rem] text-text-2 leading-6">
      {piecesOf(text, ranges, start, end).map((piece) => {
        const look = LOOKS.find(([name]) => piece.names.includes(name));
        if (!look) return piece.text;
        return (
          <mark
            key={piece.start}
            data-piece={piece.names.join(" ")}
            data-testid={look[0] === "mark" || look[0] === "passage" ? "passage-mark" : undefined}
            className={`rounded-[2px] ${look[1]}`}
          >
            {piece.text}
          </mark>
        );
      })}
    </p>
  ));
});
