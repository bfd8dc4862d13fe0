// A plugin of the Markdown reader: finds the sentences and citations of an answer in its parsed text, wherever bold,
// lists or links have cut it, and makes elements of them. HTML, definitions and pictures stay plain text.

import type { Nodes, Parent, PhrasingContent, Root, Text } from "mdast";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTable } from "micromark-extension-gfm-table";
import type { Processor } from "unified";

/** A citation in the answer, in units of UTF-16. */
export interface Place {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

export interface Places {
  readonly citations: readonly Place[];
  readonly sentences: readonly { readonly start: number; readonly end: number }[];
}

/** Reads tables; takes definitions for text, so that no `[1]: …` of an answer swallows its citations. */
export function tablesAndNoDefinitions(this: Processor): undefined {
  const data = this.data() as Record<string, unknown[] | undefined>;
  data.micromarkExtensions = [
    ...(data.micromarkExtensions ?? []),
    gfmTable(),
    { disable: { null: ["definition", "htmlFlow", "htmlText", "labelStartImage"] } },
  ];
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), gfmTableFromMarkdown()];
}

/** Makes elements of sentences and citations. */
export function markPlaces(places: Places, answer: string) {
  return () => (tree: Root) => walk(tree, places, answer);
}

function walk(node: Parent, places: Places, answer: string): void {
  const children = (node.children as Nodes[]).flatMap((child): Nodes[] => {
    if (child.type === "text") return splitText(child, places, answer);
    if ("children" in child) walk(child as Parent, places, answer);
    return [child];
  });
  node.children = children as typeof node.children;
}

function splitText(node: Text, places: Places, answer: string): PhrasingContent[] {
  const from = node.position?.start.offset;
  const to = node.position?.end.offset;
  if (from === undefined || to === undefined) return [node];
  const at = align(node.value, answer.slice(from, to), from);
  const parts: PhrasingContent[] = [];
  let done = 0;
  for (const cut of cuts(at, places, node.value.length)) {
    if (cut > done) parts.push(...piece(node.value.slice(done, cut), at[done] ?? from, places));
    done = cut;
  }
  return joinWords(parts);
}

/** Where in the answer each unit of a text comes from: escapes and line prefixes are passed over. */
function align(value: string, raw: string, from: number): number[] {
  const at: number[] = [];
  let next = 0;
  for (const unit of value) {
    let found = next;
    while (found < raw.length && !raw.startsWith(unit, found)) found += 1;
    if (found >= raw.length) found = next;
    for (let index = 0; index < unit.length; index += 1) at.push(from + found + index);
    next = found + unit.length;
  }
  return at;
}

/** Where a text must be cut: at the ends of sentences and of citations. */
function cuts(at: readonly number[], { citations, sentences }: Places, length: number): number[] {
  const edges = [...citations, ...sentences].flatMap(({ start, end }) => [start, end]);
  const found = new Set([length]);
  for (const edge of edges) {
    const index = at.findIndex((place) => place >= edge);
    if (index > 0) found.add(index);
  }
  return [...found].sort((a, b) => a - b);
}

function piece(text: string, start: number, { citations, sentences }: Places): PhrasingContent[] {
  const sentence = sentences.findIndex((range) => range.start <= start && start < range.end);
  const citation = citations.findIndex((range) => range.start <= start && start < range.end);
  if (citation >= 0) return [element("cite", { "data-citation": citation, "data-sentence": sentence }, [])];
  if (sentence < 0) return [{ type: "text", value: text }];
  return [element("span", { "data-sentence": sentence }, [{ type: "text", value: text }])];
}

function element(
  name: string,
  properties: Record<string, unknown>,
  children: PhrasingContent[],
): PhrasingContent {
  return { type: "emphasis", children, data: { hName: name, hProperties: properties } } as PhrasingContent;
}

/** Citations stick to the word before them, and what follows without a space sticks to them. */
function joinWords(parts: PhrasingContent[]): PhrasingContent[] {
  const joined: PhrasingContent[] = [];
  for (const part of parts) {
    if (!isCite(part)) {
      joined.push(part);
      continue;
    }
    const last = joined.at(-1);
    if (last && isBound(last)) {
      (last as unknown as Parent).children.push(part);
      continue;
    }
    const word = last ? takeWord(last) : null;
    joined.push(element("b", { "data-bound": true }, word ? [word, part] : [part]));
  }
  return joined;
}

function isCite(part: PhrasingContent): boolean {
  return (part.data as { hName?: string } | undefined)?.hName === "cite";
}

function isBound(part: PhrasingContent): boolean {
  return (part.data as { hName?: string } | undefined)?.hName === "b";
}

/** The longest word that is kept from breaking off. */
const LONGEST = 24;

/** Takes the last word off a piece, without the space after it. */
function takeWord(part: PhrasingContent): PhrasingContent | null {
  const text = part.type === "text" ? part : ((part as unknown as Parent).children?.[0] as Text | undefined);
  if (text?.type !== "text") return null;
  const trimmed = text.value.trimEnd();
  const word = trimmed.slice(trimmed.search(/\S+$/u));
  if (word.length > LONGEST) {
    text.value = trimmed;
    return null;
  }
  text.value = trimmed.slice(0, trimmed.length - word.length);
  const taken: Text = { type: "text", value: word };
  if (part.type === "text") return taken;
  return { ...part, children: [taken] } as PhrasingContent;
}
