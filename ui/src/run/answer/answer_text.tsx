// The answer as it is read: Markdown without HTML, pictures or links that could act, with its sentences and citations
// as elements that light up what belongs to them.

import { createContext, memo, useContext, useMemo } from "react";
import Markdown, { type Components, type ExtraProps } from "react-markdown";
import { isWebAddress } from "../../api/api";
import type { Sentence } from "../../api/bindings";
import { useApi } from "../../api/context";
import { Tip } from "../../parts/button";
import { pin, point, useLink } from "../../state/link";
import { CitationMark } from "./citation_mark";
import { markPlaces, type Place, tablesAndNoDefinitions } from "./marks";

/** The citations of the answer, for their marks. The components below never change, so that a growing answer keeps its
 * elements, and with them what has the focus. */
const CitationsContext = createContext<readonly Place[]>([]);
const Citations = CitationsContext.Provider;

/** Links are looked at when they are shown. */
const keep = (url: string) => url;

type CiteProps = React.ComponentProps<"cite"> &
  ExtraProps & { "data-citation"?: unknown; "data-sentence"?: unknown };

function Cite(props: CiteProps) {
  const place = useContext(CitationsContext)[Number(props["data-citation"])];
  return place ? <CitationMark place={place} sentence={Number(props["data-sentence"])} /> : null;
}

interface AnswerTextProps {
  text: string;
  citations: readonly Place[];
  sentences: readonly Sentence[];
}

export const AnswerText = memo(function AnswerText({ text, citations, sentences }: AnswerTextProps) {
  const plugins = useMemo(
    () => [tablesAndNoDefinitions, markPlaces({ citations, sentences }, text)],
    [text, citations, sentences],
  );
  return (
    <Citations value={citations}>
      <div dir="auto" className="answer font-reading text-reading">
        <Markdown remarkPlugins={plugins} components={COMPONENTS} urlTransform={keep}>
          {text}
        </Markdown>
      </div>
    </Citations>
  );
});

type SpanProps = React.ComponentProps<"span"> & ExtraProps & { "data-sentence"?: number | string };

const COMPONENTS: Components = {
  span: ({ children, "data-sentence": sentence }: SpanProps) =>
    sentence === undefined ? (
      <span>{children}</span>
    ) : (
      <SentenceSpan index={Number(sentence)}>{children}</SentenceSpan>
    ),
  b: ({ children }) => <span className="whitespace-nowrap">{children}</span>,
  cite: Cite,
  a: ({ href, children }) => <WebLink url={href ?? ""}>{children}</WebLink>,
  // The question is the page's one h1.
  h1: ({ children }) => <h2>{children}</h2>,
  img: ({ alt }) => <span>{alt}</span>,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
    <div className="overflow-x-auto" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: code that scrolls must be reachable by keyboard
    <pre tabIndex={0}>{children}</pre>
  ),
};

function SentenceSpan({ index, children }: { index: number; children: React.ReactNode }) {
  const lit = useLink((link) => link.lit.sentences.has(index));
  const target = { kind: "sentence", index } as const;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its citations offer the same to the keyboard
    // biome-ignore lint/a11y/useKeyWithClickEvents: its citations offer the same to the keyboard
    <span
      data-sentence={index}
      data-lit={lit}
      onMouseEnter={() => point(target)}
      onMouseLeave={() => point(null)}
      onClick={() => window.getSelection()?.isCollapsed !== false && pin(target)}
      className="data-[lit=true]:bg-evidence-tint data-[lit=true]:underline data-[lit=true]:decoration-2 data-[lit=true]:decoration-evidence data-[lit=true]:underline-offset-[5px]"
    >
      {children}
    </span>
  );
}

function WebLink({ url, children }: { url: string; children: React.ReactNode }) {
  const api = useApi();
  if (!isWebAddress(url)) return <span>{children}</span>;
  return (
    <Tip words={url}>
      <a
        href={url}
        onClick={(click) => {
          click.preventDefault();
          api.open(url);
        }}
      >
        {children}
      </a>
    </Tip>
  );
}
