// The run screen: a new question, or a run with its three columns.

import { CircleAlert, Download, Ellipsis, FileText, PanelRight, Search } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../api/context";
import { useAction, useKeyHint } from "../keys/registry";
import { announce } from "../parts/announce";
import { IconButton } from "../parts/button";
import { Menu } from "../parts/menu";
import { Frame } from "../shell/frame";
import { pin, useLink } from "../state/link";
import { go, type newQuestion, runPlace } from "../state/router";
import { screen, useScreen } from "../state/screen";
import { isRead } from "../state/sources";
import { ask, finish, stop, useQueue } from "./actions";
import { Notice } from "./answer/notices";
import { BranchDialog } from "./branch_dialog";
import { Columns } from "./columns";
import { Composer } from "./composer";
import { DocumentView } from "./document_view";
import { EmptyPage } from "./empty_page";
import { ExportDialog } from "./export_dialog";
import { FindBar } from "./find_bar";
import { Ribbon } from "./ribbon";
import { RunContext, type RunView, useRunView } from "./view";

export function RunPage({ run, view }: { run: string | null; view: "columns" | "document" }) {
  const { t } = useTranslation();
  if (run) return <OneRun key={run} run={run} view={view} />;
  return (
    <Frame title={t("app.new_question")}>
      <EmptyPage />
    </Frame>
  );
}

function OneRun({ run, view }: { run: string; view: "columns" | "document" }) {
  const { t } = useTranslation();
  const shown = useRunView(run);
  const { phase, problem, replaying, state, log } = shown;
  const running = phase === "running" || phase === "loading";
  useRunActions(shown, view);
  useQueued(shown);
  useTold(shown);
  if (problem && log.length === 0) {
    return (
      <Frame title={t("app.name")}>
        <main tabIndex={-1} className="mx-auto w-full max-w-2xl p-6 outline-none" data-testid="error">
          <Notice tone="danger" icon={CircleAlert} title={t("run.cannot_show")}>
            <p dir="auto" className="first-letter:uppercase">
              {problem}
            </p>
          </Notice>
        </main>
      </Frame>
    );
  }
  const composer = (
    <Composer
      run={run}
      running={running}
      placeholder={running ? t("composer.running") : t("composer.follow_up")}
    />
  );
  return (
    <RunContext value={shown}>
      <Frame
        title={<span dir="auto">{state.transcript.question}</span>}
        tools={<Tools run={run} running={running} view={view} />}
        ribbon={<Ribbon />}
      >
        <div
          data-testid="run"
          data-run={run}
          data-state={phase}
          data-replaying={replaying}
          className="relative flex min-h-0 flex-1 flex-col"
        >
          {view === "document" ? <DocumentView /> : <Columns composer={composer} />}
          <FindBar />
        </div>
        <ExportDialog />
        <BranchDialog />
      </Frame>
    </RunContext>
  );
}

function Tools({ run, running, view }: { run: string; running: boolean; view: "columns" | "document" }) {
  const { t } = useTranslation();
  const hints = {
    export: useKeyHint("export"),
    document: useKeyHint("document"),
    how: useKeyHint("toggle_how"),
    sources: useKeyHint("toggle_sources"),
    find: useKeyHint("find"),
  };
  return (
    <>
      <IconButton
        icon={Download}
        label={t("answer.export")}
        hint={hints.export}
        disabled={running}
        onClick={() => screen.dialog("export")}
      />
      <Menu
        groups={[
          [
            {
              label: t("run.find"),
              icon: Search,
              hint: hints.find,
              onSelect: () => setTimeout(() => window.dispatchEvent(new Event("lucy-find"))),
            },
            {
              label: view === "document" ? t("document.back") : t("document.open"),
              icon: FileText,
              hint: hints.document,
              onSelect: () =>
                go({
                  ...runPlace(run),
                  view: view === "document" ? "columns" : "document",
                } as typeof newQuestion),
            },
          ],
          [
            {
              label: t("run.toggle_how"),
              icon: PanelRight,
              hint: hints.how,
              onSelect: () => screen.toggle("how"),
            },
            {
              label: t("run.toggle_sources"),
              icon: PanelRight,
              hint: hints.sources,
              onSelect: () => screen.toggle("sources"),
            },
          ],
        ]}
      >
        <IconButton icon={Ellipsis} label={t("run.menu")} />
      </Menu>
    </>
  );
}

function useRunActions({ run, phase, log }: RunView, view: "columns" | "document"): void {
  const api = useApi();
  const running = phase === "running" || phase === "loading";
  useAction("stop", () => stop(api, run), running);
  useAction("finish", () => finish(api, run), running);
  useAction("export", () => screen.dialog("export"), !running && log.length > 0);
  useAction("document", () => go({ page: "run", run, view: view === "document" ? "columns" : "document" }));
  useEffect(() => {
    // Escape goes back one thing at a time: the passage, then what is pinned, then to the question box.
    const onPress = (press: KeyboardEvent) => {
      if (press.key !== "Escape" || press.defaultPrevented || document.querySelector('[role="dialog"]'))
        return;
      if (useScreen.getState().open) screen.closeSource();
      else if (useLink.getState().pinned) pin(null);
      else document.querySelector<HTMLElement>('[data-testid="question-box"]')?.focus();
    };
    window.addEventListener("keydown", onPress);
    return () => window.removeEventListener("keydown", onPress);
  }, []);
}

/** Asks what was queued, once the run is over. */
function useQueued({ run, phase }: RunView): void {
  const api = useApi();
  const queue = useQueue();
  const waits = queue.run === run && phase !== "running" && phase !== "loading";
  useEffect(() => {
    if (!waits) return;
    useQueue.setState({ run: null, text: "" });
    ask(api, queue.text, run);
  }, [api, waits, queue.text, run]);
}

/** Tells screen readers what happens, in a few words. */
function useTold({ phase, state, evidence, replaying }: RunView): void {
  const { t } = useTranslation();
  const { steps, sources, outcome } = state.transcript;
  const read = sources.filter(isRead).length;
  const call = steps.at(-1)?.reply.calls[0]?.name;
  const answered = outcome?.kind === "answered" ? outcome.citations.length : 0;
  const before = useRef(phase);
  useEffect(() => {
    if (replaying) return;
    if (phase === "running") {
      announce(
        call === "web_search"
          ? t("told.searching")
          : call
            ? t("told.reading", { count: read })
            : t("told.thinking"),
      );
    } else if (before.current === "running") {
      announce(phase === "answered" ? t("told.answered", { count: answered }) : t(`told.${phase}`));
    }
    before.current = phase;
  }, [phase, call, read, answered, replaying, t]);
  useEffect(() => {
    if (evidence && evidence.claims.total > 0)
      announce(t("claims.found", { found: evidence.claims.found, count: evidence.claims.total }));
  }, [evidence, t]);
}
