// The list of the latest runs beside the rail, over whatever page is shown.

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { Problem } from "../api/api";
import type { RunSummary } from "../api/bindings";
import { useApi } from "../api/context";
import { useAction, useKeyHint } from "../keys/registry";
import { NO_FILTER } from "../pages/history/filter";
import { setFilter } from "../pages/history/list";
import { IconButton } from "../parts/button";
import { focusFirst } from "../parts/dialog";
import { SearchField, Trouble } from "../parts/field";
import { Marked } from "../parts/marked";
import { age } from "../run/format";
import { go, hashOf, runPlace, usePlace } from "../state/router";

const useOpen = create<{ open: boolean }>(() => ({ open: false }));

export const toggleHistory = () => useOpen.setState(({ open }) => ({ open: !open }));

const SHOWN = 40;
const PAUSE_MS = 150;

export function HistoryOverlay() {
  const { t } = useTranslation();
  const open = useOpen((state) => state.open);
  const close = () => useOpen.setState({ open: false });
  useAction("history", toggleHistory);
  return (
    <Radix.Root open={open} onOpenChange={close}>
      <Radix.Portal>
        <Radix.Overlay className="fade-in fixed inset-0 z-30 bg-[var(--scrim)]" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirst}
          data-testid="history-overlay"
          className="fade-in fixed inset-y-0 start-0 z-30 flex w-80 max-w-[90vw] flex-col border-hairline border-e bg-surface shadow-floating focus:outline-none"
        >
          <header className="flex items-center justify-between py-2 ps-4 pe-2">
            <Radix.Title className="font-medium text-prose">{t("app.history")}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon={X} label={t("app.close")} />
            </Radix.Close>
          </header>
          <Latest onClose={close} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Latest({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const api = useApi();
  const place = usePlace();
  const [text, setText] = useState("");
  const [runs, setRuns] = useState<readonly RunSummary[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const hint = useKeyHint("search_history");
  useEffect(() => {
    let wanted = true;
    const read = () =>
      api
        .request({ request: "history", limit: SHOWN, query: text.trim() || null })
        .then((found) => {
          if (!wanted) return;
          setRuns(found.runs);
          setProblem(null);
        })
        .catch((thrown) => wanted && setProblem(Problem.of(thrown).message));
    const timer = setTimeout(read, text ? PAUSE_MS : 0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [api, text]);
  return (
    <>
      <div className="px-3 pb-2">
        <SearchField
          value={text}
          aria-label={t("app.search_history")}
          placeholder={t("history.search_short")}
          onChange={(change) => setText(change.target.value)}
        />
      </div>
      <div className="px-3">
        <Trouble>{problem}</Trouble>
      </div>
      <ul aria-label={t("history.runs")} className="min-h-0 flex-1 overflow-y-auto px-1.5 py-0.5">
        {runs?.map((run) => (
          <li key={run.run}>
            <a
              href={hashOf(runPlace(run.run))}
              onClick={onClose}
              data-testid="history-row"
              data-run={run.run}
              aria-current={place.page === "run" && place.run === run.run ? "page" : undefined}
              className="block rounded-control px-2.5 py-1.5 text-text no-underline hover:bg-surface-2 aria-[current=page]:bg-surface-2"
            >
              <span dir="auto" className="line-clamp-2">
                {run.title ?? run.question}
              </span>
              {run.hit && run.hit.field !== "question" && (
                <span dir="auto" className="line-clamp-1 text-label text-text-2">
                  <Marked text={run.hit.text} marks={run.hit.marks} />
                </span>
              )}
              <span className="block text-label text-text-3">{age(run.started_ms)}</span>
            </a>
          </li>
        ))}
        {runs?.length === 0 && (
          <li className="px-2.5 py-3 text-text-2">{text ? t("history.nothing_fits") : t("history.empty")}</li>
        )}
      </ul>
      <button
        type="button"
        onClick={() => {
          onClose();
          if (text.trim()) setFilter({ ...NO_FILTER, text });
          go({ page: "history", part: "search" });
        }}
        className="flex min-h-10 items-center justify-between border-hairline border-t px-4 text-text-2 hover:bg-surface-2 hover:text-text"
      >
        {t("history.all")}
        <kbd className="font-ui text-label text-text-3">{hint}</kbd>
      </button>
    </>
  );
}
