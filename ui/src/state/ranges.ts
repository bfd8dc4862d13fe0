// Texts with ranges in them: cut into pieces, each with the names of the ranges that hold it. Pure.

export interface Range {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

export interface Piece {
  readonly start: number;
  readonly text: string;
  readonly names: readonly string[];
}

/** The pieces of `text` between `from` and `to`, in order and without gaps. */
export function piecesOf(text: string, ranges: readonly Range[], from = 0, to = text.length): Piece[] {
  const held = ranges.filter((range) => range.start < to && range.end > from && range.start < range.end);
  const cuts = new Set([from, to]);
  for (const { start, end } of held) {
    if (start > from) cuts.add(start);
    if (end < to) cuts.add(end);
  }
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, index) => {
    const end = places[index + 1] ?? to;
    const names = held.filter((range) => range.start <= start && range.end >= end).map((range) => range.name);
    return { start, text: text.slice(start, end), names };
  });
}

/** Where the paragraphs of a text begin and end; lines are paragraphs too, empty ones are none. */
export function paragraphsOf(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const line of text.matchAll(/[^\n]+/gu)) {
    if (line[0].trim()) found.push({ start: line.index, end: line.index + line[0].length });
  }
  return found;
}
