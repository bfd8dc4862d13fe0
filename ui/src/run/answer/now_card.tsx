// What Lucy does in this moment, in the place where the answer will stand. No percentage is made up: where the end is
// not known, none is shown.

import type { TFunction } from "i18next";
import { Check, Square } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { useKeyHint } from "../../keys/registry";
import { Button } from "../../parts/button";
import { type Doing, doingOf } from "../../state/doing";
import { useModel } from "../../state/model";
import { placeOfSource } from "../../state/text";
import { finish, stop } from "../actions";
import { duration, number } from "../format";
import { useRun } from "../view";

/** After so long without a sign of life it is said that there is none. */
const QUIET_MS = 8000;

export function NowCard() {
  const { t } = useTranslation();
  const api = useApi();
  const { run, state, rows, shown, replaying } = useRun();
  const now = useNow(!replaying);
  const { live, transcript, log } = state;
  const doing = doingOf(state, rows);
  const waiting = useModel(({ model, fault }) => model === null && fault === null);
  const stopHint = useKeyHint("stop");
  const finishHint = useKeyHint("finish");
  const started = log[0];
  const most = started?.event === "started" ? started.budget.steps : 0;
  const asked = transcript.asked_to_finish !== undefined && transcript.asked_to_finish !== null;
  const since = live.eventAt > 0 && !replaying ? Math.max(0, now - live.eventAt) : 0;
  const quiet = !replaying && live.signAt > 0 && now - live.signAt > QUIET_MS;
  return (
    <section aria-label={t("now.name")} className="border-hairline border-y py-4">
      <h2 className="font-reading text-title" dir="auto">
        {shown === "loading" || (waiting && doing.kind === "starting")
          ? t("now.waiting")
          : words(t, doing, state.transcript.sources)}
      </h2>
      <Tail text={live.reasoning} />
      {quiet && (
        <p className="pt-1 text-label text-warn">
          {live.prefill
            ? t("now.quiet_reading", {
                seconds: Math.floor((now - live.signAt) / 1000),
                total: number(live.prefill.total),
              })
            : t("now.quiet", { seconds: Math.floor((now - live.signAt) / 1000) })}
        </p>
      )}
      <dl className="tabular flex flex-wrap items-center gap-x-4 gap-y-1 pt-3 text-label text-text-2">
        <Fact name={t("now.step")} value={t("now.step_of", { step: transcript.steps.length + 1, most })} />
        <Fact name={t("now.elapsed")} value={duration(transcript.elapsed_ms + since)} />
        {live.tokensPerSecond !== null && (
          <Fact
            name={t("now.speed")}
            value={t("now.tokens_per_second", { speed: number(live.tokensPerSecond) })}
          />
        )}
        <ContextMeter />
      </dl>
      {!replaying && (
        <div className="flex flex-wrap gap-2 pt-3">
          <Button icon={Square} hint={stopHint} onClick={() => stop(api, run)}>
            {t("now.stop")}
          </Button>
          <Button
            icon={Check}
            hint={finishHint}
            disabled={asked || transcript.steps.length === 0}
            onClick={() => finish(api, run)}
          >
            {asked ? t("now.finishing") : t("now.finish")}
          </Button>
        </div>
      )}
    </section>
  );
}

function words(t: TFunction, doing: Doing, sources: readonly { url: string; title: string }[]): string {
  switch (doing.kind) {
    case "starting":
      return t("now.starting");
    case "prompt":
      return t("now.prompt", { done: number(doing.done), total: number(doing.total) });
    case "thinking":
      return t("now.thinking");
    case "writing":
      return t("now.writing");
    case "calling": {
      const { row } = doing;
      if (row.kind === "search") return t("now.searching", { query: row.about });
      if (row.kind === "tool") return t("now.calling", { tool: row.call.name });
      const title = sources.find((source) => source.url === row.about)?.title;
      return t("now.reading", { page: title ?? (placeOfSource(row.about) || row.about) });
    }
  }
}

/** About as many words as two lines hold. */
const TAIL_WORDS = 18;

/** The last words of the thought. Two lines are kept for it, so that nothing moves when it comes. */
function Tail({ text }: { text: string }) {
  const words = text.trim().split(/\s+/u).slice(-TAIL_WORDS).join(" ");
  return (
    <p
      dir="auto"
      aria-hidden="true"
      className="line-clamp-2 h-[2.625rem] font-reading text-prose text-thought italic"
    >
      {words}
    </p>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex gap-1">
      <dt className="text-text-3">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** How much of what the model can hold is held. */
function ContextMeter() {
  const { t } = useTranslation();
  const { state } = useRun();
  const context = useModel(({ model }) => model?.context ?? 0);
  const usage = state.transcript.steps.at(-1)?.reply.usage;
  const used = state.live.prefill?.total ?? (usage ? usage.prompt_tokens + usage.completion_tokens : 0);
  if (!context || !used) return null;
  const share = Math.min(1, used / context);
  return (
    <div className="flex items-center gap-1.5">
      <dt className="text-text-3">{t("now.context")}</dt>
      <dd className="flex items-center gap-1.5">
        <span aria-hidden="true" className="h-1 w-16 overflow-hidden rounded-full bg-surface-2">
          <span
            className={`block h-full ${share > 0.85 ? "bg-warn" : "bg-text-3"}`}
            style={{ inlineSize: `${100 * share}%` }}
          />
        </span>
        {t("now.context_of", { used: number(used), total: number(context) })}
      </dd>
    </div>
  );
}

/** The page's clock, five times a second. */
function useNow(running: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(performance.now()), 200);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
