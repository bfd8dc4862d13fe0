// The column HOW: every step of the run, newest at the bottom. It follows the end only while it is there already.

import { ArrowDown } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAction } from "../../keys/registry";
import { Button } from "../../parts/button";
import { isCall } from "../../state/rows";
import { screen, useScreen } from "../../state/screen";
import { useRun } from "../view";
import { HowRow } from "./row";
import { pageName } from "./summary";

/** How near to its end the list counts as being there, in pixels. */
const NEAR = 24;

export function HowPane() {
  const { t } = useTranslation();
  const { rows, state, shown } = useRun();
  const box = useRef<HTMLDivElement>(null);
  const { following, unseen, onScroll, toEnd } = useFollowEnd(box, rows.length, shown === "running");
  useRowKeys(box);
  useGoal(box);
  const titles = useMemo(
    () => new Map(state.transcript.sources.map((source) => [source.url, source.title])),
    [state.transcript.sources],
  );
  let step = 0;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div ref={box} onScroll={onScroll} className="min-h-0 flex-1 overflow-y-auto pt-1 pb-4">
        <ol aria-label={t("how.list")}>
          {rows.map((row, index) => {
            const first = row.step !== step && row.step > 0;
            step = row.step;
            return (
              <HowRow
                key={row.id}
                row={row}
                first={first}
                going={
                  shown === "running" &&
                  row.ms === null &&
                  (index === rows.length - 1 || (isCall(row) && row.going))
                }
                title={isCall(row) ? pageName(row.about, titles) : ""}
              />
            );
          })}
        </ol>
      </div>
      {!following && unseen > 0 && (
        <Button
          look="plain"
          icon={ArrowDown}
          onClick={toEnd}
          className="absolute bottom-3 self-center shadow-floating"
        >
          {t("how.unseen", { count: unseen })}
        </Button>
      )}
    </div>
  );
}

function useFollowEnd(box: React.RefObject<HTMLDivElement | null>, count: number, running: boolean) {
  const [following, setFollowing] = useState(true);
  const [seen, setSeen] = useState(count);
  // Every paint may have made the list longer, also when the number of rows is the same.
  useLayoutEffect(() => {
    const list = box.current;
    if (list && running && following) list.scrollTop = list.scrollHeight;
  });
  useEffect(() => {
    if (following) setSeen(count);
  }, [following, count]);
  const onScroll = () => {
    const list = box.current;
    if (list) setFollowing(list.scrollHeight - list.scrollTop - list.clientHeight < NEAR);
  };
  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
    setFollowing(true);
  };
  return { following, unseen: running ? Math.max(0, count - seen) : 0, onScroll, toEnd };
}

/** Next and previous row, and another way from the row that has the focus. */
function useRowKeys(box: React.RefObject<HTMLDivElement | null>): void {
  const heads = () => [...(box.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  const move = (by: number) => {
    const all = heads();
    const at = all.indexOf(document.activeElement as HTMLElement);
    all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
  };
  const { rows } = useRun();
  useAction("next_step", () => move(1));
  useAction("previous_step", () => move(-1));
  useAction("branch", () => {
    const id = (document.activeElement as HTMLElement | null)?.dataset.row;
    const row = rows.find((other) => other.id === id);
    screen.branch(row?.step ?? Math.max(1, rows.at(-1)?.step ?? 1));
  });
}

/** Scrolls to the row that another part of the screen points at. */
function useGoal(box: React.RefObject<HTMLDivElement | null>): void {
  const goal = useScreen((state) => state.goal);
  useEffect(() => {
    const row = goal && document.getElementById(`row-${goal.id}`);
    if (row && box.current?.contains(row)) row.scrollIntoView({ block: "nearest" });
  }, [goal, box]);
}
