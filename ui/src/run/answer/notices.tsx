// What a person must know about an answer, or about there being none: stopped, cut off, failed, from memory, a loop.

import { CircleAlert, Info, type LucideIcon, Pause, RotateCcw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Problem, wordsOf } from "../../api/api";
import { useApi } from "../../api/context";
import { Button } from "../../parts/button";
import { note } from "../../parts/toast";
import { isCall, loopOf } from "../../state/rows";
import { ask, discard, finish, finishStopped, rerun, resume } from "../actions";
import { useRun } from "../view";

type Tone = "calm" | "warn" | "danger";

const TONES: Record<Tone, string> = {
  calm: "border-control bg-surface-2 text-text",
  warn: "border-warn bg-warn-tint text-warn",
  danger: "border-danger bg-danger-tint text-danger",
};

interface NoticeProps {
  tone: Tone;
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}

export function Notice({ tone, icon: Icon, title, children, actions }: NoticeProps) {
  return (
    <section className={`mb-4 flex items-start gap-2.5 border-s-2 px-3 py-2.5 ${TONES[tone]}`}>
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" className="mt-px shrink-0" />
      <div className="min-w-0 flex-1 text-pretty">
        <p className="font-medium">{title}</p>
        {children && <div className="pt-0.5 text-text">{children}</div>}
        {actions && <div className="flex flex-wrap gap-2 pt-2">{actions}</div>}
      </div>
    </section>
  );
}

/** The notice of a run that is over without an answer, or that is cut off. */
export function EndNotice() {
  const { t } = useTranslation();
  const api = useApi();
  const { run, shown, state, problem } = useRun();
  const { steps, outcome } = state.transcript;
  const step = steps.length;
  const again = (
    <Button icon={RotateCcw} onClick={() => rerun(api, run)}>
      {t("run.again")}
    </Button>
  );
  const on = (
    <Button look="main" data-testid="resume" onClick={() => resume(api, run)}>
      {t("run.continue")}
    </Button>
  );
  if (shown === "stopped") {
    const actions = (
      <>
        {on}
        <Button onClick={() => finishStopped(api, run)}>{t("run.finish_stopped")}</Button>
        <Button look="quiet" onClick={() => discard(api, run)}>
          {t("run.discard")}
        </Button>
      </>
    );
    return <Notice tone="calm" icon={Pause} title={t("run.stopped", { count: step })} actions={actions} />;
  }
  if (shown === "interrupted") {
    return (
      <Notice tone="warn" icon={Pause} title={t("run.interrupted", { count: step })} actions={on}>
        <p dir="auto" className="first-letter:uppercase">
          {state.error ? wordsOf(state.error) : (problem ?? t("run.interrupted_why"))}
        </p>
      </Notice>
    );
  }
  if (outcome?.kind === "failed") {
    const actions = (
      <>
        {on}
        <CopyDiagnostics />
      </>
    );
    return (
      <Notice tone="danger" icon={CircleAlert} title={t("run.failed")} actions={actions}>
        <p dir="auto" className="first-letter:uppercase">
          {outcome.error}
        </p>
        <p>{t("run.failed_kept", { count: step })}</p>
      </Notice>
    );
  }
  if (outcome?.kind === "out_of_budget") {
    return (
      <Notice
        tone="warn"
        icon={TriangleAlert}
        title={t(`run.limit_${outcome.limit}`, { count: step })}
        actions={again}
      >
        <Searched />
      </Notice>
    );
  }
  return null;
}

/** What was searched, each to be searched again in other words. */
function Searched() {
  const { t } = useTranslation();
  const api = useApi();
  const { rows, run } = useRun();
  const queries = [
    ...new Set(
      rows.filter((row) => isCall(row) && row.kind === "search").map((row) => (isCall(row) ? row.about : "")),
    ),
  ];
  if (queries.length === 0) return null;
  return (
    <div>
      <p>{t("run.searched")}</p>
      <ul className="flex flex-wrap gap-2 pt-1">
        {queries.slice(0, 6).map((query) => (
          <li key={query}>
            <Button onClick={() => ask(api, query, run)}>{t("how.quoted", { query })}</Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function CopyDiagnostics() {
  const { t } = useTranslation();
  const api = useApi();
  const copy = async () => {
    const { text } = await api.request({ request: "diagnostics" });
    await navigator.clipboard?.writeText(text);
    note(t("run.diagnostics_copied"));
  };
  return (
    <Button look="quiet" onClick={() => copy().catch((thrown) => note(Problem.of(thrown).message))}>
      {t("run.copy_diagnostics")}
    </Button>
  );
}

/** The notice above an answer that rests on no page. */
export function MemoryNotice() {
  const { t } = useTranslation();
  const { state, shown } = useRun();
  if (shown !== "answered" || state.transcript.sources.length > 0) return null;
  return (
    <Notice tone="warn" icon={TriangleAlert} title={t("answer.memory")}>
      <p>{t("answer.memory_why")}</p>
    </Notice>
  );
}

/** The notice of a run that goes round in a circle. */
export function LoopNotice() {
  const { t } = useTranslation();
  const api = useApi();
  const { rows, run, shown, replaying } = useRun();
  const loop = loopOf(rows);
  if (shown !== "running" || !loop) return null;
  const actions = replaying ? null : <Button onClick={() => finish(api, run)}>{t("now.finish")}</Button>;
  return (
    <Notice
      tone="warn"
      icon={Info}
      title={t(loop.row.kind === "search" ? "run.loop_search" : "run.loop_call", { count: loop.times })}
      actions={actions}
    />
  );
}
