// Places in texts: Rust counts bytes of UTF-8, the page counts units of UTF-16.

/** The UTF-16 places of byte offsets, which must ascend. A place inside a character is its beginning. */
export function fromBytes(text: string, offsets: readonly number[]): number[] {
  const places: number[] = [];
  let bytes = 0;
  let units = 0;
  for (const offset of offsets) {
    while (units < text.length) {
      const code = text.codePointAt(units) ?? 0;
      const width = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      if (bytes + width > offset) break;
      bytes += width;
      units += code > 0xffff ? 2 : 1;
    }
    places.push(units);
  }
  return places;
}

/** Where an address stands: the host of a web page, the name of a file; nothing for Lucy's own library. */
export function placeOfSource(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    if (protocol === "http:" || protocol === "https:") return host.replace(/^www\./, "");
    return protocol === "file:" ? decodeURIComponent(pathname.split("/").at(-1) ?? "") : "";
  } catch {
    return "";
  }
}

/** The first clause of a text, for a label. */
export function firstClause(text: string, most = 80): string {
  const line = text.trim().split(/\n/u, 1)[0] ?? "";
  const clause = /^(.{8,}?)[.;:!?](\s|$)/u.exec(line)?.[1] ?? line;
  return clause.length <= most
    ? clause
    : `${clause.slice(0, clause.lastIndexOf(" ", most) + 1 || most).trimEnd()}…`;
}

/** How many words a text has. */
export function wordCount(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

/** Where a text holds these words, whatever their case. */
export function findAll(text: string, words: string, most = 500): [number, number][] {
  const wanted = words.trim().toLocaleLowerCase();
  if (!wanted) return [];
  const lower = text.toLocaleLowerCase();
  // A case mapping that changes lengths would shift the places: then letters must match as they are.
  const [hay, needle] = lower.length === text.length ? [lower, wanted] : [text, words.trim()];
  const found: [number, number][] = [];
  for (
    let at = hay.indexOf(needle);
    at >= 0 && found.length < most;
    at = hay.indexOf(needle, at + needle.length)
  ) {
    found.push([at, at + needle.length]);
  }
  return found;
}

/** A text that keeps its own direction inside another one. */
export function isolated(text: string): string {
  return text ? `\u2068${text}\u2069` : "";
}
