// Replay of a finished run: play, pause, scrub, step from event to event, and how fast.

import { Pause, Play, RotateCcw, X } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAction, useKeyHint } from "../keys/registry";
import { Button, IconButton } from "../parts/button";
import { Menu } from "../parts/menu";
import { lengthOf, stopsOf } from "../state/playback";
import { replay, SPEEDS, useReplay } from "../state/replay";
import { duration } from "./format";
import { useRun } from "./view";

export function ReplayControls() {
  const { t } = useTranslation();
  const { log } = useRun();
  const { on, at, playing, speed } = useReplay();
  const hint = useKeyHint("replay");
  const length = useMemo(() => lengthOf(log), [log]);
  const stops = useMemo(() => stopsOf(log), [log]);
  useAction("replay", () => (on ? replay.stop() : replay.start()));
  const step = (by: number) => {
    const next = by > 0 ? stops.find((stop) => stop > at) : stops.findLast((stop) => stop < at);
    replay.playing(false);
    replay.seek(next ?? (by > 0 ? length : 0));
  };
  if (!on) {
    return (
      <IconButton
        icon={RotateCcw}
        label={t("ribbon.replay")}
        hint={hint}
        onClick={() => replay.start()}
        data-testid="replay"
      />
    );
  }
  return (
    <div className="flex shrink-0 items-center gap-1">
      <IconButton
        icon={playing ? Pause : Play}
        label={playing ? t("ribbon.pause") : t("ribbon.play")}
        onClick={() => {
          if (!playing && at >= length) replay.seek(0);
          replay.playing(!playing);
        }}
      />
      <input
        type="range"
        min={0}
        max={length}
        step={1}
        value={Math.round(at)}
        data-testid="scrub"
        aria-label={t("ribbon.position")}
        aria-valuetext={t("ribbon.position_of", { at: duration(at), length: duration(length) })}
        onChange={(change) => {
          replay.playing(false);
          replay.seek(Number(change.target.value));
        }}
        onKeyDown={(press) => {
          const by = { ArrowRight: 1, ArrowLeft: -1 }[press.key];
          if (press.key === " ") replay.playing(!playing);
          else if (by) step(document.documentElement.dir === "rtl" ? -by : by);
          else return;
          press.preventDefault();
        }}
        className="h-6 w-28 accent-accent"
      />
      <span className="tabular min-w-12 text-end text-label text-text-2">{duration(at)}</span>
      <Menu
        groups={[
          SPEEDS.map((value) => ({
            label: t("ribbon.times", { speed: value }),
            onSelect: () => replay.speed(value),
          })),
        ]}
      >
        <Button look="quiet" aria-label={t("ribbon.speed", { speed })} className="tabular px-1.5">
          {t("ribbon.times", { speed })}
        </Button>
      </Menu>
      <IconButton icon={X} label={t("ribbon.leave")} hint={hint} onClick={() => replay.stop()} />
    </div>
  );
}
