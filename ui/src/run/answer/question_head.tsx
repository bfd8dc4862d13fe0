// The question as the heading of the page, and the facts of the run under it.

import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Event, Message } from "../../api/bindings";
import { go, runPlace } from "../../state/router";
import { isRead } from "../../state/sources";
import { day, duration } from "../format";
import { useRun } from "../view";

export function QuestionHead() {
  const { t } = useTranslation();
  const { state } = useRun();
  const { question, branched } = state.transcript;
  const [open, setOpen] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const cut = useCut(heading, question);
  const started = state.log[0];
  const history = started?.event === "started" ? (started.history ?? []) : [];
  return (
    <div className="pb-4">
      {history.length > 0 && <Earlier history={history} />}
      {branched && (
        <p className="pb-1 text-label text-text-3">
          <button
            type="button"
            className="min-h-6 text-accent underline underline-offset-2"
            onClick={() => go(runPlace(branched.run))}
          >
            {t("answer.branched", { step: branched.step })}
          </button>
        </p>
      )}
      <h1 ref={heading} dir="auto" className={`font-reading text-question ${open ? "" : "line-clamp-3"}`}>
        {question}
      </h1>
      {(cut || open) && (
        <button
          type="button"
          className="min-h-6 text-accent underline underline-offset-2"
          onClick={() => setOpen(!open)}
        >
          {open ? t("app.less") : t("app.more")}
        </button>
      )}
      <Facts started={started} />
    </div>
  );
}

/** Whether the heading has more lines than are shown. */
function useCut(heading: React.RefObject<HTMLHeadingElement | null>, question: string): boolean {
  const [cut, setCut] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question has other lines
  useEffect(() => {
    const box = heading.current;
    if (!box) return;
    const watch = new ResizeObserver(() => setCut(box.scrollHeight > box.clientHeight + 2));
    watch.observe(box);
    return () => watch.disconnect();
  }, [heading, question]);
  return cut;
}

function Facts({ started }: { started: Event | undefined }) {
  const { t } = useTranslation();
  const { state, shown } = useRun();
  if (started?.event !== "started") return null;
  const { steps, sources, elapsed_ms } = state.transcript;
  const facts = [day(started.date), started.model];
  // What grows while the run goes on stands in the Now card instead.
  if (shown !== "running" && shown !== "loading") {
    facts.push(
      t("answer.steps", { count: steps.length }),
      t("answer.pages", { count: sources.filter(isRead).length }),
    );
    facts.push(duration(elapsed_ms));
  }
  return <p className="tabular pt-1.5 text-label text-text-3">{facts.join(" · ")}</p>;
}

function Earlier({ history }: { history: readonly Message[] }) {
  const { t } = useTranslation();
  return (
    <details className="pb-3">
      <summary className="min-h-6 cursor-default text-label text-text-2">
        {t("answer.earlier", { count: questions(history) })}
      </summary>
      <div className="mt-2 border-hairline border-s-2 ps-3">
        {history.map((message, index) => (
          <p
            // biome-ignore lint/suspicious/noArrayIndexKey: an earlier conversation never changes
            key={index}
            dir="auto"
            className={`whitespace-pre-wrap pb-2 font-reading text-prose ${message.role === "user" ? "font-semibold" : "text-text-2"}`}
          >
            {"text" in message ? message.text : ""}
          </p>
        ))}
      </div>
    </details>
  );
}

function questions(history: readonly Message[]): number {
  return history.filter((message) => message.role === "user").length;
}
