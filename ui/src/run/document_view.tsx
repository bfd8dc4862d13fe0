// The whole run as one linear page: question, answer, each step, each source. For reading it through, with a screen
// reader or without.

import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../parts/button";
import { go, runPlace } from "../state/router";
import { isCall } from "../state/rows";
import { AnswerText } from "./answer/answer_text";
import { Claims } from "./answer/claims";
import { EndNotice, MemoryNotice } from "./answer/notices";
import { QuestionHead } from "./answer/question_head";
import { pageName } from "./how/summary";
import { PlaceName } from "./sources/place_name";
import { StepText } from "./step_text";
import { useRun } from "./view";

export function DocumentView() {
  const { t } = useTranslation();
  const { run, rows, state, citations, evidence } = useRun();
  const { outcome, sources } = state.transcript;
  const titles = new Map(sources.map((source) => [source.url, source.title]));
  return (
    <main tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
      <div className="mx-auto max-w-[68ch] px-6 pt-5 pb-16 font-reading text-reading max-[899px]:px-4">
        <div className="font-ui text-ui">
          <Button look="quiet" icon={ArrowLeft} className="-ms-2.5 mb-3" onClick={() => go(runPlace(run))}>
            {t("document.back")}
          </Button>
          <QuestionHead />
          <MemoryNotice />
          <EndNotice />
        </div>
        {outcome?.kind === "answered" && (
          <section aria-label={t("answer.name")}>
            <AnswerText text={outcome.answer} citations={citations} sentences={evidence?.sentences ?? []} />
            <div className="pt-3 font-ui text-ui">
              <Claims />
            </div>
          </section>
        )}
        <h2 className="pt-8 pb-2 font-reading text-title">{t("how.name")}</h2>
        <ol className="font-ui text-ui">
          {rows.map((row) => (
            <StepText key={row.id} row={row} title={isCall(row) ? pageName(row.about, titles) : ""} />
          ))}
        </ol>
        <h2 className="pt-8 pb-2 font-reading text-title">{t("sources.name")}</h2>
        {sources.length === 0 && <p className="font-ui text-text-3 text-ui">{t("sources.none_found")}</p>}
        <ol>
          {sources.map((source) => (
            <li key={source.url} className="pb-6">
              <h3 dir="auto" className="font-semibold">
                {source.number}. {source.title}
              </h3>
              <p className="font-ui text-label text-text-3">
                <PlaceName url={source.url} />
              </p>
              <p dir="auto" className="whitespace-pre-line pt-1 text-[0.9375rem] text-text-2 leading-6">
                {source.text ?? source.preview}
              </p>
            </li>
          ))}
        </ol>
      </div>
    </main>
  );
}
