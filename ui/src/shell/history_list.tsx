// The list of the latest runs. In a wide window it stands beside whatever page is shown and stays there; in others it
// lies over the page until a run is opened from it.

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { Problem } from "../api/api";
import type { RunSummary } from "../api/bindings";
import { useApi } from "../api/context";
import { useAction, useKeyHint } from "../keys/registry";
import { NO_FILTER } from "../pages/history/filter";
import { setFilter, useList } from "../pages/history/list";
import { announce } from "../parts/announce";
import { IconButton } from "../parts/button";
import { focusBack, focusFirst } from "../parts/dialog";
import { SearchField, Trouble } from "../parts/field";
import { Marked } from "../parts/marked";
import { age } from "../run/format";
import { useFollowed } from "../state/follow";
import { go, hashOf, runPlace, usePlace } from "../state/router";
import { changeSettings, useSettings } from "../state/settings";
import { useRoomBeside } from "../state/width";

/** Whether the list lies over the page. That it stands beside it is kept with the settings. */
const useOver = create<{ over: boolean }>(() => ({ over: false }));

/** What had the focus when the person opened the list beside the page. */
let cameFrom: HTMLElement | null = null;

const SHOWN = 40;
const PAUSE_MS = 150;

interface HistoryList {
  /** Whether there is room for it beside the page. */
  readonly beside: boolean;
  readonly open: boolean;
  readonly show: (open: boolean) => void;
}

export function useHistoryList(): HistoryList {
  const api = useApi();
  const beside = useRoomBeside();
  const over = useOver((state) => state.over);
  const kept = useSettings(({ settings }) => settings.history_beside);
  const show = (open: boolean) => {
    if (!beside) return useOver.setState({ over: open });
    if (open) cameFrom = document.activeElement as HTMLElement | null;
    changeSettings(api, { history_beside: open });
  };
  return { beside, open: beside ? kept : over, show };
}

export function HistoryList() {
  const { beside, open, show } = useHistoryList();
  useAction("history", () => show(!open));
  useEffect(() => {
    if (beside) useOver.setState({ over: false });
  }, [beside]);
  if (!beside) return <Over open={open} onClose={() => show(false)} />;
  return open ? <Beside onClose={() => show(false)} /> : null;
}

/** Over the page: what is beneath waits, and the focus stays inside. */
function Over({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const gone = useRef(false);
  const leave = () => {
    gone.current = true;
    onClose();
  };
  return (
    <Radix.Root open={open} onOpenChange={onClose}>
      <Radix.Portal>
        <Radix.Overlay className="fade-in fixed inset-0 z-30 bg-[var(--scrim)]" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirst}
          onCloseAutoFocus={(closed) => {
            if (!gone.current) return focusBack(closed);
            gone.current = false;
            closed.preventDefault();
            // By then the page that was gone to is there.
            requestAnimationFrame(() => document.querySelector<HTMLElement>("main")?.focus());
          }}
          data-testid="history-overlay"
          className="fade-in fixed inset-y-0 start-0 z-30 flex w-80 max-w-[90vw] flex-col border-hairline border-e bg-surface shadow-floating focus:outline-none"
        >
          <Head onClose={onClose}>
            <Radix.Title className="font-medium text-prose">{t("app.history")}</Radix.Title>
          </Head>
          <Latest onLeave={leave} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Beside the page: one more landmark, which the focus enters and leaves as it likes. */
function Beside({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const title = useId();
  const box = useRef<HTMLElement>(null);
  useFocus(box);
  const onKeyDown = (press: KeyboardEvent) => {
    if (press.key !== "Escape" || press.defaultPrevented) return;
    press.preventDefault();
    document.querySelector<HTMLElement>("main")?.focus();
  };
  return (
    <nav
      ref={box}
      tabIndex={-1}
      aria-labelledby={title}
      data-history=""
      data-testid="history-beside"
      onKeyDown={onKeyDown}
      className="flex w-66 shrink-0 flex-col border-hairline border-e bg-surface outline-none"
    >
      <Head onClose={onClose}>
        <h2 id={title} className="font-medium text-prose">
          {t("app.history")}
        </h2>
      </Head>
      <Latest />
    </nav>
  );
}

/** Opening the list leads into it, and closing it back. One that is there from the start takes no focus. */
function useFocus(box: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (cameFrom) box.current?.querySelector("input")?.focus();
    return () => {
      // By now the list is gone, and what had the focus in it has lost it.
      const back = cameFrom?.isConnected ? cameFrom : document.querySelector<HTMLElement>("main");
      if (document.activeElement === document.body) back?.focus();
      cameFrom = null;
    };
  }, [box]);
}

function Head({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-12 items-center justify-between py-2 ps-4 pe-2">
      {children}
      <IconButton icon={X} label={t("app.close")} onClick={onClose} />
    </div>
  );
}

function Latest({ onLeave }: { onLeave?: () => void }) {
  const { t } = useTranslation();
  const place = usePlace();
  const [text, setText] = useState("");
  const { runs, problem } = useLatest(text.trim());
  const hint = useKeyHint("search_history");
  return (
    <>
      <div className="px-3 pb-2">
        <SearchField
          value={text}
          aria-label={t("app.search_history")}
          placeholder={t("history.search_short")}
          onChange={(change) => setText(change.target.value)}
          onKeyDown={(press) => {
            if (press.key !== "Escape" || !text) return;
            press.preventDefault();
            setText("");
          }}
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
              onClick={onLeave}
              data-testid="history-row"
              data-run={run.run}
              aria-current={place.page === "run" && place.run === run.run ? "page" : undefined}
              className="block rounded-control px-2.5 py-1.5 text-text no-underline hover:bg-surface-2 focus-visible:-outline-offset-2 aria-[current=page]:bg-surface-2"
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
          onLeave?.();
          if (text.trim()) setFilter({ ...NO_FILTER, text });
          go({ page: "history", part: "search" });
        }}
        className="flex min-h-10 items-center justify-between gap-3 border-hairline border-t px-4 py-2 text-start text-text-2 hover:bg-surface-2 hover:text-text focus-visible:-outline-offset-2"
      >
        {t("history.all")}
        <kbd className="shrink-0 font-ui text-label text-text-3">{hint}</kbd>
      </button>
    </>
  );
}

/** The latest runs that hold these words, read again when there may be others. */
function useLatest(words: string) {
  const { t } = useTranslation();
  const api = useApi();
  const [runs, setRuns] = useState<readonly RunSummary[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const place = usePlace();
  const run = place.page === "run" ? place.run : null;
  const over = useFollowed((followed) => followed.over);
  const changes = useList((list) => list.changes);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run, the end of one and a change make another list
  useEffect(() => {
    let wanted = true;
    const read = () =>
      api
        .request({ request: "history", limit: SHOWN, query: words || null })
        .then((found) => {
          if (!wanted) return;
          setRuns(found.runs);
          setProblem(null);
          if (words) announce(t("history.found", { count: found.total }));
        })
        .catch((thrown) => wanted && setProblem(Problem.of(thrown).message));
    const timer = setTimeout(read, words ? PAUSE_MS : 0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [api, t, words, run, over, changes]);
  return { runs, problem };
}
