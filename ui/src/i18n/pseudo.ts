// Made-up languages for trying the layout: every text a half longer, or marked to run from right to left.

type Words = { [key: string]: string | Words };

/** Every text of these words changed; what stands in `{{…}}` stays. */
export function pseudo<W extends Words>(words: W, change: (text: string) => string): W {
  const entries = Object.entries(words).map(([key, value]) => [
    key,
    typeof value === "string"
      ? value.replace(/(\{\{.*?\}\})|([^{]+)/g, (all, kept) => kept ?? change(all))
      : pseudo(value, change),
  ]);
  return Object.fromEntries(entries) as W;
}

const ACCENTS: Record<string, string> = {
  a: "à",
  e: "ë",
  i: "ï",
  o: "ö",
  u: "ü",
  A: "Ä",
  E: "Ë",
  O: "Ö",
  U: "Ü",
  n: "ñ",
};

/** A half longer, as German or Finnish may be. */
export function lengthen(text: string): string {
  const accented = text.replace(/[aeiouAEOUn]/g, (letter) => ACCENTS[letter] ?? letter);
  const extra = "·".repeat(Math.ceil(text.trim().length / 2));
  return /\p{L}/u.test(text) ? accented.replace(/(\s*)$/, `${extra}$1`) : accented;
}

/** Written from right to left, as Arabic is. */
export function mirror(text: string): string {
  return /\p{L}/u.test(text) ? `\u202e${text}\u202c` : text;
}
