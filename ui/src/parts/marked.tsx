// A text in which words that were searched for are marked.

import { useMemo } from "react";
import { piecesOf } from "../state/ranges";

export function Marked({ text, marks }: { text: string; marks: readonly (readonly [number, number])[] }) {
  const pieces = useMemo(
    () =>
      piecesOf(
        text,
        marks.map(([start, end]) => ({ start, end, name: "hit" })),
      ),
    [text, marks],
  );
  return pieces.map((piece) =>
    piece.names.length > 0 ? (
      <mark key={piece.start} className="rounded-[2px] bg-accent-tint font-medium text-text">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
}
