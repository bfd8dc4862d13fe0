// A new question: the box, three examples, and the last three runs, or what Lucy uses if there is no run yet.

import { CircleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsOf } from "../api/api";
import type { RunSummary } from "../api/bindings";
import { useApi } from "../api/context";
import { useModel } from "../state/model";
import { hashOf, runPlace } from "../state/router";
import { ask, useRefusal } from "./actions";
import { Notice } from "./answer/notices";
import { Composer } from "./composer";
import { FirstRun } from "./first_run";

export function EmptyPage() {
  const { t } = useTranslation();
  const api = useApi();
  const ready = useModel(({ model }) => model !== null);
  const failed = useModel(({ fault }) => fault);
  const refused = useRefusal(({ fault }) => fault);
  const fault = refused ?? failed;
  const examples = [t("empty.one"), t("empty.two"), t("empty.three")];
  return (
    <main
      tabIndex={-1}
      data-testid="run"
      data-run=""
      data-state={ready ? "idle" : "loading"}
      className="flex min-h-0 flex-1 flex-col overflow-y-auto outline-none"
    >
      <div className="min-h-6 flex-[38]" />
      <div className="mx-auto w-full max-w-[68ch] px-6 font-reading text-reading max-[899px]:px-4">
        <h1 className="pb-4 font-reading text-question">{t("empty.title")}</h1>
        {fault && (
          <div className="font-ui text-ui" data-testid="error">
            <Notice tone="danger" icon={CircleAlert} title={t("empty.cannot")}>
              <p dir="auto" className="first-letter:uppercase">
                {wordsOf(fault)}
              </p>
            </Notice>
          </div>
        )}
      </div>
      <Composer run={null} running={false} placeholder={t("composer.placeholder")} autoFocus />
      <div className="mx-auto grid w-full max-w-[68ch] gap-6 px-6 font-reading text-reading max-[899px]:px-4">
        <section aria-labelledby="examples" className="font-ui text-ui">
          <h2 id="examples" className="pb-1 text-label text-text-3">
            {ready || failed ? t("empty.examples") : t("empty.examples_loading")}
          </h2>
          <ul>
            {examples.map((question) => (
              <li key={question}>
                <button
                  type="button"
                  onClick={() => ask(api, question, null)}
                  className="-mx-2 w-[calc(100%+1rem)] rounded-control px-2 py-1.5 text-start text-text-2 hover:bg-surface-2 hover:text-text"
                >
                  {question}
                </button>
              </li>
            ))}
          </ul>
        </section>
        <Latest />
      </div>
      <div className="min-h-6 flex-[50]" />
    </main>
  );
}

function Latest() {
  const { t } = useTranslation();
  const api = useApi();
  const [runs, setRuns] = useState<RunSummary[] | null>(null);
  useEffect(() => {
    let wanted = true;
    api
      .request({ request: "history", limit: 3 })
      .then((history) => wanted && setRuns(history.runs))
      // The list is a shortcut: the page of the history says what is wrong with it.
      .catch(() => wanted && setRuns(null));
    return () => {
      wanted = false;
    };
  }, [api]);
  if (!runs) return null;
  if (runs.length === 0) return <FirstRun />;
  return (
    <section aria-labelledby="latest" className="font-ui text-ui">
      <h2 id="latest" className="pb-1 text-label text-text-3">
        {t("empty.latest")}
      </h2>
      <ul>
        {runs.map(({ run, question, title }) => (
          <li key={run}>
            <a
              href={hashOf(runPlace(run))}
              dir="auto"
              className="-mx-2 block truncate rounded-control px-2 py-1.5 text-text-2 no-underline hover:bg-surface-2 hover:text-text"
            >
              {title ?? question}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
