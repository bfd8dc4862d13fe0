// The page inside the desktop window: says that it is alive, follows the native menu, and shows what a lucy:// link
// wants before anything is done.

import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { Problem } from "../api/api";
import { useApi } from "../api/context";
import type { ShellEvent } from "../api/shell";
import type { Action } from "../keys/actions";
import { act } from "../keys/registry";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { note } from "../parts/toast";
import { ask } from "../run/actions";
import { go, runPlace } from "../state/router";

/** The actions behind the items of the native menu. */
const ITEMS: Readonly<Record<string, Action>> = {
  new_question: "new_question",
  export: "export",
  history: "history",
  settings: "settings",
  find: "find",
  command_palette: "palette",
  shortcuts: "shortcuts",
  larger_text: "larger_text",
  smaller_text: "smaller_text",
  usual_text: "usual_text",
  how: "toggle_how",
  answer: "toggle_answer",
  sources: "toggle_sources",
};

type Link = Extract<ShellEvent, { event: "link" }>;

const useReview = create<{ link: Link | null }>(() => ({ link: null }));

/** Speaks with the window, where there is one. */
export function useDesktop(language: "en" | "de"): void {
  const { t } = useTranslation();
  const api = useApi();
  const first = useRef(language);
  useEffect(() => {
    const told = (event: ShellEvent) => {
      if (event.event === "link") useReview.setState({ link: event });
      else if (event.event === "open_run") go(runPlace(event.run));
      else if (event.item === "about") go({ page: "settings", part: "about" });
      else if (event.item === "diagnostics") {
        api
          .request({ request: "diagnostics" })
          .then(({ text }) => navigator.clipboard.writeText(text))
          .then(() => note(t("run.diagnostics_copied")))
          .catch((thrown) => note(Problem.of(thrown).message));
      } else {
        const action = ITEMS[event.item];
        if (action) act(action);
      }
    };
    api.shell
      ?.ready(first.current, told)
      .then(({ platform }) => {
        document.documentElement.dataset.platform = platform;
        // The box is there and Rust answers: src-tauri/tests/measure.mjs reads when that was.
        performance.mark("usable");
      })
      .catch((thrown) => note(Problem.of(thrown).message));
  }, [api, t]);
  useEffect(() => {
    if (first.current === language) return;
    first.current = language;
    api.shell?.language(language).catch((thrown) => note(Problem.of(thrown).message));
  }, [api, language]);
}

/** What a link wants, to be accepted or dismissed. */
export function Review() {
  const { t } = useTranslation();
  const api = useApi();
  const link = useReview((state) => state.link);
  const question =
    link?.action === "ask" ? (link.parameters.find(([name]) => name === "question")?.[1] ?? "") : "";
  const close = () => useReview.setState({ link: null });
  return (
    <Dialog open={link !== null} onOpenChange={close} title={t("review.title")}>
      <div data-testid="review" data-action={link?.action} className="flex flex-col gap-3 p-4">
        <p>{question ? t("review.asks") : t("review.unknown", { action: link?.action ?? "" })}</p>
        {question && (
          <p dir="auto" className="whitespace-pre-wrap font-reading text-reading">
            {question}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button look="quiet" data-testid="review-dismiss" onClick={close}>
            {t("app.dismiss")}
          </Button>
          {question && (
            <Button
              look="main"
              data-testid="review-accept"
              onClick={() => {
                close();
                ask(api, question, null);
              }}
            >
              {t("review.accept")}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
