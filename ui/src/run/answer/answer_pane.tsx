// The middle column: the question, what is going on or what came of it, and the question box.

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAction } from "../../keys/registry";
import { useRun } from "../view";
import { AnswerActions } from "./answer_actions";
import { AnswerText } from "./answer_text";
import { Claims } from "./claims";
import { EndNotice, LoopNotice, MemoryNotice } from "./notices";
import { NowCard } from "./now_card";
import { provisional } from "./provisional";
import { QuestionHead } from "./question_head";

const NONE: never[] = [];

export function AnswerPane() {
  const { t } = useTranslation();
  const { state, shown, citations, evidence } = useRun();
  const { outcome, steps } = state.transcript;
  useCitationKeys();
  const going = shown === "running" || shown === "loading";
  const partial = state.live.text || (outcome?.kind === "answered" ? "" : lastWords(steps));
  const text = outcome?.kind === "answered" ? outcome.answer : partial;
  const places = useMemo(
    () => (outcome?.kind === "answered" ? citations : provisional(text)),
    [outcome, citations, text],
  );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <article className="mx-auto max-w-[68ch] px-6 pt-5 pb-8 font-reading text-reading max-[899px]:px-4">
        <div className="font-ui text-ui">
          <QuestionHead />
          <LoopNotice />
          <MemoryNotice />
          {!text && going && <NowCard />}
          <EndNotice />
        </div>
        {text && (
          <div data-testid="answer" aria-busy={going}>
            <AnswerText text={text} citations={places} sentences={evidence?.sentences ?? NONE} />
          </div>
        )}
        {text && (
          <div className="mt-5 border-hairline border-t pt-3 font-ui text-ui">
            {going ? <p className="min-h-8 text-label text-text-3">{t("answer.writing")}</p> : <Claims />}
            <AnswerActions />
          </div>
        )}
      </article>
    </div>
  );
}

/** What the model had begun to answer when the run ended. */
function lastWords(steps: readonly { reply: { text: string; calls: readonly unknown[] } }[]): string {
  const last = steps.at(-1)?.reply;
  return last && last.calls.length === 0 ? last.text.trim() : "";
}

/** The way from one citation to the next. */
function useCitationKeys(): void {
  const move = (by: number) => {
    const marks = [...document.querySelectorAll<HTMLElement>('[data-testid="citation"]')];
    const at = marks.indexOf(document.activeElement as HTMLElement);
    const next = at < 0 ? (by > 0 ? 0 : marks.length - 1) : (at + by + marks.length) % marks.length;
    marks[next]?.focus();
  };
  useAction("next_citation", () => move(1));
  useAction("previous_citation", () => move(-1));
}
