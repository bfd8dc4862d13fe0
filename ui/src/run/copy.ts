// The answer and its sources, for the clipboard: as Markdown, and as rich text where that can be pasted.

import type { Transcript } from "../api/bindings";

/** The answer with the list of what it cites. */
export function asMarkdown({ outcome, sources }: Transcript): string {
  if (outcome?.kind !== "answered") return "";
  const numbers = new Set(outcome.citations.map((citation) => citation.number));
  const list = sources
    .filter((source) => numbers.has(source.number))
    .map((source) => `[${source.number}] ${source.title}, ${source.url}`);
  return [outcome.answer, ...(list.length > 0 ? [list.join("\n")] : [])].join("\n\n");
}

export async function copyAnswer(transcript: Transcript): Promise<void> {
  const text = asMarkdown(transcript);
  const page = document.createElement("div");
  for (const line of text.split("\n")) {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    page.append(paragraph);
  }
  const items = {
    "text/plain": new Blob([text], { type: "text/plain" }),
    "text/html": new Blob([page.innerHTML], { type: "text/html" }),
  };
  if (typeof ClipboardItem === "undefined") await navigator.clipboard.writeText(text);
  else await navigator.clipboard.write([new ClipboardItem(items)]);
}
