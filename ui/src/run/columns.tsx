// The three columns, as many as there is room for: side by side, or one with a switch and a sheet at the foot.

import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Group, type Layout, Panel, Separator } from "react-resizable-panels";
import { useApi } from "../api/context";
import { useAction } from "../keys/registry";
import { focusBack, focusDialog } from "../parts/dialog";
import { type Column, screen, useScreen } from "../state/screen";
import { changeSettings, useSettings } from "../state/settings";
import { useWidthClass, type WidthClass } from "../state/width";
import { AnswerPane } from "./answer/answer_pane";
import { HowPane } from "./how/how_pane";
import { PinnedChip } from "./pinned_chip";
import { Passage } from "./sources/passage";
import { SourcesPane } from "./sources/sources_pane";
import { useRun } from "./view";

const COLUMNS: readonly Column[] = ["how", "answer", "sources"];

export function Columns({ composer }: { composer: ReactNode }) {
  const width = useWidthClass();
  usePaneKeys(width);
  if (width === "wide") return <Wide composer={composer} />;
  return width === "medium" ? <Medium composer={composer} /> : <Narrow composer={composer} />;
}

function Wide({ composer }: { composer: ReactNode }) {
  const hidden = useScreen((state) => state.hidden);
  const { layout, keep } = useLayout("wide");
  const how = !hidden.has("how");
  const answer = !hidden.has("answer");
  const sources = !hidden.has("sources");
  const whole = how && answer && sources;
  return (
    <Group
      key={`${how} ${answer} ${sources}`}
      className="min-h-0 flex-1"
      defaultLayout={whole ? layout : undefined}
      onLayoutChanged={(now, { isUserInteraction }) => whole && isUserInteraction && keep(now)}
    >
      {how && (
        <Panel
          id="pane-how"
          defaultSize={360}
          minSize={280}
          maxSize={answer ? 520 : "70%"}
          groupResizeBehavior={answer || sources ? "preserve-pixel-size" : "preserve-relative-size"}
        >
          <Pane column="how" />
        </Panel>
      )}
      {how && (answer || sources) && <Divider />}
      {answer && (
        <Panel id="pane-answer" minSize={380}>
          <Middle composer={composer} />
        </Panel>
      )}
      {answer && sources && <Divider />}
      {sources && (
        <Panel
          id="pane-sources"
          defaultSize={answer ? 340 : undefined}
          minSize={280}
          maxSize={answer ? 480 : "100%"}
          groupResizeBehavior={answer ? "preserve-pixel-size" : "preserve-relative-size"}
        >
          <Pane column="sources" />
        </Panel>
      )}
    </Group>
  );
}

function Medium({ composer }: { composer: ReactNode }) {
  const side = useScreen((state) => state.side);
  const hidden = useScreen((state) => state.hidden);
  const { layout, keep } = useLayout("medium");
  const shown = !hidden.has(side);
  return (
    <Group
      key={String(shown)}
      className="min-h-0 flex-1"
      defaultLayout={shown ? layout : undefined}
      onLayoutChanged={(now, { isUserInteraction }) => shown && isUserInteraction && keep(now)}
    >
      <Panel id="pane-answer" minSize={380}>
        <Middle composer={composer} />
      </Panel>
      {shown && <Divider />}
      {shown && (
        <Panel
          id="pane-side"
          defaultSize={330}
          minSize={260}
          maxSize={480}
          groupResizeBehavior="preserve-pixel-size"
        >
          <div className="flex h-full min-w-0 flex-col">
            <Switch columns={["how", "sources"]} current={side} />
            <Body column={side} />
          </div>
        </Panel>
      )}
    </Group>
  );
}

function Narrow({ composer }: { composer: ReactNode }) {
  const column = useScreen((state) => state.column);
  return (
    <>
      <Switch columns={COLUMNS} current={column} />
      {column === "answer" ? <Middle composer={composer} plain /> : <Body column={column} />}
      {column === "answer" && <Sheet />}
    </>
  );
}

/** A passage over the foot of the answer. */
function Sheet() {
  const { t } = useTranslation();
  const open = useScreen((state) => state.open);
  const { state } = useRun();
  const source = open && state.transcript.sources.find((other) => other.url === open.url);
  return (
    <Radix.Root open={Boolean(source)} onOpenChange={(shown) => !shown && screen.closeSource()}>
      <Radix.Portal>
        <Radix.Overlay className="fade-in fixed inset-0 z-30 bg-[var(--scrim)]" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusDialog}
          onCloseAutoFocus={focusBack}
          className="fade-in fixed inset-x-0 bottom-0 z-30 flex h-[72dvh] flex-col [@media(max-height:500px)]:h-[94dvh] rounded-t-floating border border-hairline bg-canvas pt-2 shadow-floating focus:outline-none"
        >
          <Radix.Title className="sr-only">{t("sources.name")}</Radix.Title>
          {source && open && <Passage key={open.url} source={source} open={open} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Middle({ composer, plain = false }: { composer: ReactNode; plain?: boolean }) {
  const { t } = useTranslation();
  return (
    <main
      tabIndex={-1}
      data-pane="answer"
      aria-label={t("answer.name")}
      className="flex h-full min-h-0 min-w-0 flex-1 flex-col outline-none"
    >
      {!plain && <Head column="answer" />}
      <AnswerPane />
      {composer}
    </main>
  );
}

function Pane({ column }: { column: "how" | "sources" }) {
  return (
    <Body column={column}>
      <Head column={column} />
    </Body>
  );
}

function Body({ column, children }: { column: Column; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <aside
      tabIndex={-1}
      data-pane={column}
      aria-label={t(`${column}.name`)}
      className="flex h-full min-h-0 min-w-0 flex-1 flex-col outline-none"
    >
      {children}
      {column === "how" ? <HowPane /> : <SourcesPane />}
    </aside>
  );
}

function Head({ column }: { column: Column }) {
  const { t } = useTranslation();
  return (
    <div
      className={`flex h-8 shrink-0 items-center justify-between ${column === "answer" ? "mx-auto w-full max-w-[68ch] px-6 font-reading text-reading" : "px-4"}`}
    >
      <h2 className="font-medium font-ui text-label text-text-3">{t(`${column}.name`)}</h2>
      {column === "answer" && <PinnedChip />}
    </div>
  );
}

function Switch({ columns, current }: { columns: readonly Column[]; current: Column }) {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t("run.columns")}
      className="flex h-8 shrink-0 items-center gap-4 border-hairline border-b px-4"
    >
      {columns.map((column) => (
        <button
          key={column}
          type="button"
          aria-pressed={column === current}
          onClick={() => screen.show(column)}
          className="-mb-px h-full border-transparent border-b-2 px-0.5 text-text-2 aria-pressed:border-text aria-pressed:font-medium aria-pressed:text-text"
        >
          {t(`${column}.name`)}
        </button>
      ))}
      <span className="flex-1" />
      {columns.length > 2 && <PinnedChip />}
    </nav>
  );
}

function Divider() {
  const { t } = useTranslation();
  return (
    <Separator
      aria-label={t("run.divider")}
      className="w-px bg-hairline outline-none focus-visible:bg-focus focus-visible:outline-2 focus-visible:outline-focus data-[separator=active]:bg-accent data-[separator=hover]:bg-control"
    />
  );
}

/** The sizes that were chosen for windows of this width. */
function useLayout(width: WidthClass) {
  const api = useApi();
  const panes = useSettings(({ settings }) => settings.panes);
  const layout = useRef(panes[width]);
  const keep = (now: Layout) => changeSettings(api, { panes: { ...panes, [width]: now } });
  return { layout: layout.current, keep };
}

function usePaneKeys(width: WidthClass): void {
  const toggle = (column: Column) => {
    if (width === "narrow") return screen.show(column);
    if (width === "medium" && column !== "answer" && useScreen.getState().side !== column)
      return screen.show(column);
    screen.toggle(column);
  };
  useAction("toggle_how", () => toggle("how"));
  useAction("toggle_answer", () => toggle("answer"), width !== "medium");
  useAction("toggle_sources", () => toggle("sources"));
  const move = (by: number) => {
    const panes = [
      ...document.querySelectorAll<HTMLElement>("[data-rail], [data-history], [data-ribbon], [data-pane]"),
    ];
    const at = panes.findIndex((pane) => pane.contains(document.activeElement));
    const next = panes[(at + by + panes.length) % panes.length];
    const inside = next?.matches("[data-history], [data-pane]")
      ? next
      : next?.querySelector<HTMLElement>('button, [role="slider"]');
    inside?.focus();
  };
  useAction("next_pane", () => move(1));
  useAction("previous_pane", () => move(-1));
}
