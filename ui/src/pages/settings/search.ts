// Finding settings by their words. Pure.

/** Whether every word stands in one of the texts. */
export function fits(words: string, texts: readonly string[]): boolean {
  const text = texts.join(" ").toLocaleLowerCase();
  return words
    .toLocaleLowerCase()
    .split(/\s+/u)
    .filter(Boolean)
    .every((word) => text.includes(word));
}
