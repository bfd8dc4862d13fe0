// What belongs together: a sentence of the answer, the steps that led to it, the sources that it cites. Pointing at
// one lights the others softly; choosing one pins them.

import { create } from "zustand";
import type { Evidence } from "../api/bindings";
import { isCall, type Row } from "./rows";
import { screen } from "./screen";

export type Target =
  | { readonly kind: "sentence"; readonly index: number }
  | { readonly kind: "source"; readonly url: string }
  | { readonly kind: "row"; readonly id: string };

/** What is lit. */
export interface Lit {
  readonly sentences: ReadonlySet<number>;
  readonly rows: ReadonlySet<string>;
  readonly sources: ReadonlySet<string>;
}

const DARK: Lit = { sentences: new Set(), rows: new Set(), sources: new Set() };

interface Link {
  readonly hover: Target | null;
  readonly pinned: Target | null;
  readonly lit: Lit;
  /** What the targets are found in. */
  readonly evidence: Evidence | null;
  readonly rows: readonly Row[];
}

export const useLink = create<Link>(() => ({
  hover: null,
  pinned: null,
  lit: DARK,
  evidence: null,
  rows: [],
}));

/** Points at something, or at nothing any more. */
export function point(hover: Target | null): void {
  useLink.setState((link) => relit({ ...link, hover }));
}

/** Pins something; again, or nothing, unpins. */
export function pin(target: Target | null): void {
  useLink.setState((link) => {
    const pinned = target && link.pinned && same(target, link.pinned) ? null : target;
    return relit({ ...link, pinned });
  });
  // Choosing scrolls the steps to what is lit; pointing never scrolls. A step itself is in view already.
  const { pinned, evidence, rows } = useLink.getState();
  if (!pinned || pinned.kind === "row") return;
  const lit = relatives(pinned, evidence, rows).rows;
  const first = rows.find((row) => lit.has(row.id));
  if (first) screen.reveal(first.id);
}

/** Says what the targets are found in. */
export function linkWithin(evidence: Evidence | null, rows: readonly Row[]): void {
  useLink.setState((link) => relit({ ...link, evidence, rows }));
}

function same(a: Target, b: Target): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function relit(link: Link): Link {
  const target = link.hover ?? link.pinned;
  return { ...link, lit: target ? relatives(target, link.evidence, link.rows) : DARK };
}

/** Everything that belongs to a target, itself included. */
export function relatives(target: Target, evidence: Evidence | null, rows: readonly Row[]): Lit {
  switch (target.kind) {
    case "sentence":
      return ofSentences(new Set([target.index]), evidence, rows);
    case "source":
      return ofSource(target.url, evidence, rows);
    case "row":
      return ofRow(target.id, evidence, rows);
  }
}

function ofSentences(sentences: ReadonlySet<number>, evidence: Evidence | null, rows: readonly Row[]): Lit {
  const sources = new Set<string>();
  const lit = new Set<string>();
  for (const index of sentences) {
    const sentence = evidence?.sentences[index];
    if (!sentence) continue;
    const cited = sentence.citations.flatMap(({ url }) => (url ? [url] : []));
    for (const url of cited) sources.add(url);
    for (const row of rows) {
      if (!sentence.steps.includes(row.step)) continue;
      if (row.kind === "thought" || (isCall(row) && gave(row, cited))) lit.add(row.id);
    }
  }
  return { sentences, rows: lit, sources };
}

function ofSource(url: string, evidence: Evidence | null, rows: readonly Row[]): Lit {
  const sentences = new Set(
    (evidence?.sentences ?? []).flatMap(({ citations }, index) =>
      citations.some((citation) => citation.url === url) ? [index] : [],
    ),
  );
  const lit = new Set(rows.filter((row) => isCall(row) && gave(row, [url])).map((row) => row.id));
  for (const row of rows) {
    // The thought after a result is what the model made of it.
    const before = rows.some((other) => isCall(other) && other.step === row.step - 1 && gave(other, [url]));
    if (row.kind === "thought" && before) lit.add(row.id);
  }
  return { sentences, rows: lit, sources: new Set([url]) };
}

function ofRow(id: string, evidence: Evidence | null, rows: readonly Row[]): Lit {
  const row = rows.find((other) => other.id === id);
  if (!row) return DARK;
  const lit = new Set([id]);
  const given = isCall(row) ? [row] : rows.filter((other) => isCall(other) && other.step === row.step - 1);
  const urls = new Set(given.flatMap((other) => (isCall(other) ? urlsOf(other) : [])));
  if (row.kind === "thought") for (const other of given) lit.add(other.id);
  const sentences = new Set(
    (evidence?.sentences ?? []).flatMap(({ citations, steps }, index) =>
      steps.includes(row.step) && citations.some(({ url }) => url !== null && urls.has(url)) ? [index] : [],
    ),
  );
  return { sentences, rows: lit, sources: urls };
}

function urlsOf(row: Row): string[] {
  return isCall(row) ? (row.result?.sources.map((source) => source.url) ?? []) : [];
}

function gave(row: Row, urls: readonly string[]): boolean {
  return urlsOf(row).some((url) => urls.includes(url));
}
