// A run in the history: its question, how its answer begins or where the words were found, and what is known of it.

import { Ellipsis, Star } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { RunSummary } from "../../api/bindings";
import { useApi } from "../../api/context";
import { IconButton } from "../../parts/button";
import { Marked } from "../../parts/marked";
import { Menu } from "../../parts/menu";
import { age } from "../../run/format";
import { hashOf, runPlace } from "../../state/router";
import { choose, remove, save } from "./list";

interface RowProps {
  run: RunSummary;
  chosen: boolean;
  onEdit: (what: "rename" | "tag", run: RunSummary) => void;
  onTag: (tag: string) => void;
}

export function HistoryRow({ run, chosen, onEdit, onTag }: RowProps) {
  const { t } = useTranslation();
  const api = useApi();
  const name = run.title ?? run.question;
  return (
    <li
      data-testid="history-row"
      className={`group flex items-start gap-2.5 border-hairline border-b py-3 ps-2 pe-1 ${chosen ? "bg-accent-tint" : "hover:bg-surface"}`}
    >
      <input
        type="checkbox"
        checked={chosen}
        aria-label={t("history.choose", { name })}
        onChange={(change) => choose(run.run, change.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <div className="min-w-0 flex-1">
        <a
          href={hashOf(runPlace(run.run))}
          dir="auto"
          className="block font-medium text-prose text-text no-underline hover:underline"
        >
          {run.hit?.field === "question" && !run.title ? (
            <Marked text={run.hit.text} marks={run.hit.marks} />
          ) : (
            name
          )}
        </a>
        <Excerpt run={run} />
        <Facts run={run} onTag={onTag} />
      </div>
      <IconButton
        icon={Star}
        label={run.saved ? t("history.unsave") : t("history.save")}
        aria-pressed={run.saved}
        side="left"
        onClick={() => save(api, [run.run], !run.saved)}
        className={run.saved ? "text-accent [&_svg]:fill-current" : ""}
      />
      <Menu
        groups={[
          [
            { label: t("history.rename_dots"), onSelect: () => onEdit("rename", run) },
            { label: t("history.tag_dots"), onSelect: () => onEdit("tag", run) },
          ],
          [{ label: t("history.delete"), danger: true, onSelect: () => remove(api, [run.run]) }],
        ]}
      >
        <IconButton icon={Ellipsis} label={t("history.menu", { name })} side="left" />
      </Menu>
    </li>
  );
}

function Excerpt({ run }: { run: RunSummary }) {
  const { t } = useTranslation();
  const { hit } = run;
  if (hit && hit.field !== "question") {
    return (
      <p className="line-clamp-2 pt-0.5 text-text-2" data-testid="history-hit">
        <span className="text-text-3">
          {t(`history.in_${hit.field}`)}
          {hit.title && (
            <>
              {" "}
              <span dir="auto">{hit.title}</span>
            </>
          )}
          :{" "}
        </span>
        <span dir="auto">
          <Marked text={hit.text} marks={hit.marks} />
        </span>
      </p>
    );
  }
  if (!run.answer) return null;
  return (
    <p dir="auto" className="line-clamp-2 pt-0.5 text-text-2">
      {plainOf(run.answer)}
    </p>
  );
}

function Facts({ run, onTag }: { run: RunSummary; onTag: (tag: string) => void }) {
  const { t } = useTranslation();
  const outcome = run.running ? "running" : (run.outcome ?? "unfinished");
  const known = ["running", "out_of_budget", "cancelled", "failed", "unfinished"] as const;
  const told = known.find((name) => name === outcome);
  return (
    <p className="tabular flex flex-wrap items-center gap-x-2 gap-y-1 pt-1 text-label text-text-3">
      <time dateTime={new Date(run.started_ms).toISOString()}>{age(run.started_ms)}</time>
      {told && (
        <span className={told === "failed" ? "text-danger" : "text-text-2"}>{t(`history.${told}`)}</span>
      )}
      <span>{t("history.sources", { count: run.sources })}</span>
      {run.tags.map((tag) => (
        <button
          key={tag}
          type="button"
          aria-label={t("history.only_tag", { tag })}
          onClick={() => onTag(tag)}
          dir="auto"
          className="min-h-6 rounded-control border border-control bg-surface px-1.5 text-text-2 hover:bg-surface-2"
        >
          {tag}
        </button>
      ))}
    </p>
  );
}

/** An answer without the signs of its markup. */
export function plainOf(answer: string): string {
  return answer
    .replace(/\[\d+\](?!\()/gu, "")
    .replace(/[*_`#>|]+/gu, "")
    .replace(/\s+([.,;:!?])/gu, "$1")
    .replace(/\s+/gu, " ")
    .trim();
}
