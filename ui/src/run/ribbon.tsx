// The ribbon: the whole run in one strip, scaled by time or by tokens, and replay. The strip is one control: arrows move
// from segment to segment, Enter goes there; while a run is replayed they move its time.

import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../api/context";
import { Tip } from "../parts/button";
import { useLink } from "../state/link";
import { replay, useReplay } from "../state/replay";
import { isCall, rowsOf } from "../state/rows";
import { screen } from "../state/screen";
import { beginsOf, type Segment, segmentsOf, sharesOf } from "../state/segments";
import { changeSettings, useSettings } from "../state/settings";
import { duration, number } from "./format";
import { ReplayControls } from "./replay_controls";
import { useRun } from "./view";

export function Ribbon() {
  const { t } = useTranslation();
  const { rows: shownRows, phase, shown, log, state } = useRun();
  const [chosen, setChosen] = useState(0);
  const [hovered, setHovered] = useState<number | null>(null);
  const on = useReplay((now) => now.on);
  const at = useReplay((now) => now.at);
  const scale = useSettings(({ settings }) => settings.ribbon);
  // Replay shows the whole strip, with what is still to come faint.
  const whole = useMemo(() => (on ? rowsOf(log) : null), [on, log]);
  const rows = whole ?? shownRows;
  const going = useGoing(shown === "running" && !on, state.live.eventAt);
  const segments = useMemo(() => segmentsOf(rows, going), [rows, going]);
  const shares = useMemo(() => sharesOf(segments, scale), [segments, scale]);
  const begins = useMemo(() => beginsOf(segments), [segments]);
  const over = phase !== "running" && phase !== "loading" && log.length > 1;
  const last = segments.length - 1;
  const current = Math.min(chosen, Math.max(0, last));
  const words = (segment: Segment | undefined) =>
    segment
      ? t("ribbon.segment", {
          kind: t(`how.${segment.row.kind}`),
          step: segment.row.step,
          size:
            scale === "time" || segment.row.tokens === null
              ? duration(segment.ms)
              : t("ribbon.count", { count: segment.row.tokens, tokens: number(segment.row.tokens) }),
        })
      : "";
  const visit = (index: number) => {
    const row = segments[index]?.row;
    if (!row) return;
    setChosen(index);
    if (on) replay.seek(begins[index] ?? 0);
    screen.seek(row.id);
  };
  return (
    <section
      aria-label={t("ribbon.name")}
      data-ribbon=""
      className="relative flex h-10 shrink-0 items-center gap-3 border-hairline border-b ps-4 pe-2 max-[899px]:ps-3"
    >
      <div
        role="slider"
        tabIndex={0}
        aria-label={t("ribbon.strip")}
        aria-valuemin={1}
        aria-valuemax={Math.max(1, segments.length)}
        aria-valuenow={current + 1}
        aria-valuetext={words(segments[current]) || t("ribbon.empty")}
        onKeyDown={(press) => {
          const by = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 1, ArrowDown: -1 }[press.key];
          const forward = document.documentElement.dir === "rtl" && press.key.match(/Left|Right/) ? -1 : 1;
          if (by) setChosen(Math.min(last, Math.max(0, current + by * forward)));
          else if (press.key === "Home") setChosen(0);
          else if (press.key === "End") setChosen(last);
          else if (press.key === "Enter" || press.key === " ") visit(current);
          else return;
          press.preventDefault();
        }}
        className="group flex h-full min-w-0 flex-1 items-center"
      >
        {segments.map((segment, index) => (
          <Bar
            key={segment.row.id}
            segment={segment}
            share={shares[index] ?? 0}
            chosen={index === current}
            gap={segments.length < 120}
            faint={on && (begins[index] ?? 0) > at}
            going={!on && shown === "running" && index === last}
            onVisit={() => visit(index)}
            onHover={(inside) => setHovered(inside ? index : null)}
          />
        ))}
      </div>
      {hovered !== null && segments[hovered] && (
        <p
          aria-hidden="true"
          className="pointer-events-none absolute top-full z-20 mt-1 rounded-control bg-text px-2 py-1 text-canvas text-label shadow-floating"
          style={{ insetInlineStart: `min(70%, ${100 * before(shares, hovered)}%)` }}
        >
          {words(segments[hovered])}
        </p>
      )}
      <div className="flex shrink-0 items-center gap-2">
        {!on && <Elapsed ms={state.transcript.elapsed_ms + going} />}
        <ScaleButton />
      </div>
      {over && <ReplayControls />}
    </section>
  );
}

function before(shares: readonly number[], index: number): number {
  return shares.slice(0, index).reduce((sum, share) => sum + share, 0) * 0.9;
}

interface BarProps {
  segment: Segment;
  share: number;
  chosen: boolean;
  gap: boolean;
  faint: boolean;
  going: boolean;
  onVisit: () => void;
  onHover: (inside: boolean) => void;
}

function Bar({ segment, share, chosen, gap, faint, going, onVisit, onHover }: BarProps) {
  const { row, failed } = segment;
  const lit = useLink((link) => link.lit.rows.has(row.id));
  const look = failed
    ? "h-3 bg-danger"
    : isCall(row)
      ? "h-3 bg-action"
      : row.kind === "answer"
        ? "h-1.5 bg-text-2"
        : "h-1.5 rounded-full bg-thought";
  return (
    <div
      aria-hidden="true"
      onClick={onVisit}
      onMouseEnter={() => onHover(true)}
      onMouseLeave={() => onHover(false)}
      className={`relative flex h-full items-center ${gap ? "px-px" : ""}`}
      style={{ flex: `${share} 1 0` }}
    >
      <span
        className={`w-full ${look} ${faint ? "opacity-30" : ""} ${lit ? "outline-2 outline-evidence outline-offset-1" : ""} ${chosen ? "group-focus-visible:outline-2 group-focus-visible:outline-focus group-focus-visible:outline-offset-2" : ""}`}
      />
      {going && (
        <span className="absolute inset-x-0 top-[calc(50%+8px)] h-0.5 overflow-hidden">
          <span className="tick absolute h-0.5 w-0.5 bg-text" />
        </span>
      )}
    </div>
  );
}

/** Whether the strip is scaled by tokens: by time otherwise. */
function ScaleButton() {
  const { t } = useTranslation();
  const api = useApi();
  const scale = useSettings(({ settings }) => settings.ribbon);
  return (
    <Tip words={t("ribbon.by_tokens")}>
      <button
        type="button"
        data-testid="ribbon-scale"
        aria-pressed={scale === "tokens"}
        onClick={() => changeSettings(api, { ribbon: scale === "time" ? "tokens" : "time" })}
        className="inline-flex min-h-6 items-center rounded-control border border-hairline px-1.5 text-label text-text-2 hover:bg-surface-2 hover:text-text aria-pressed:border-accent aria-pressed:bg-accent-tint aria-pressed:text-text"
      >
        {t("ribbon.tokens")}
      </button>
    </Tip>
  );
}

function Elapsed({ ms }: { ms: number }) {
  return <span className="tabular min-w-12 shrink-0 text-end text-label text-text-2">{duration(ms)}</span>;
}

/** Milliseconds since the last event, while the run goes on. */
function useGoing(running: boolean, since: number): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!running) return;
    const count = () => setNow(since > 0 ? performance.now() - since : 0);
    count();
    const timer = setInterval(count, 100);
    return () => clearInterval(timer);
  }, [running, since]);
  return running ? now : 0;
}
