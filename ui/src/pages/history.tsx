// The history: every run, found again by its words, its tags and how it ended.

import { Star, Tag, Trash2, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunSummary } from "../api/bindings";
import { useApi } from "../api/context";
import { Button, IconButton } from "../parts/button";
import { SearchField, Select, Trouble } from "../parts/field";
import { Frame } from "../shell/frame";
import { RenameDialog, TagDialog } from "./history/dialogs";
import { isFiltered, NO_FILTER, OUTCOMES, type OutcomeName } from "./history/filter";
import { chooseAll, readList, remove, save, setFilter, useList } from "./history/list";
import { HistoryRow } from "./history/row";

/** Typing is over when nothing was typed for this long. */
const PAUSE_MS = 150;

interface Editing {
  readonly what: "rename" | "tag";
  readonly runs: readonly RunSummary[];
}

export function HistoryPage({ part }: { part: string | null }) {
  const { t } = useTranslation();
  const api = useApi();
  const { filter, runs, chosen, problem } = useList();
  const [editing, setEditing] = useState<Editing | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => readList(api), filter.text ? PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [api, filter]);
  const close = () => setEditing(null);
  return (
    <Frame title={t("app.history")}>
      <main tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
        <div className="mx-auto w-full max-w-3xl px-6 pt-6 pb-24 max-[899px]:px-4">
          <h1 className="pb-4 font-reading text-question">{t("app.history")}</h1>
          <Filters focused={part === "search"} />
          <Trouble>{problem}</Trouble>
          {chosen.size > 0 ? <Selection onTag={(of) => setEditing({ what: "tag", runs: of })} /> : <Count />}
          <ul aria-label={t("history.runs")} data-testid="history" className="border-hairline border-t">
            {runs.map((run) => (
              <HistoryRow
                key={run.run}
                run={run}
                chosen={chosen.has(run.run)}
                onEdit={(what, of) => setEditing({ what, runs: [of] })}
                onTag={(tag) => setFilter({ tag })}
              />
            ))}
          </ul>
          <More />
        </div>
      </main>
      {editing?.what === "rename" && <RenameDialog runs={editing.runs} onClose={close} />}
      {editing?.what === "tag" && <TagDialog runs={editing.runs} onClose={close} />}
    </Frame>
  );
}

function Filters({ focused }: { focused: boolean }) {
  const { t } = useTranslation();
  const { filter, tags } = useList();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focused) box.current?.focus();
  }, [focused]);
  const shownTags = filter.tag && !tags.includes(filter.tag) ? [...tags, filter.tag] : tags;
  return (
    <search className="flex flex-wrap items-center gap-2 pb-3">
      <SearchField
        ref={box}
        value={filter.text}
        aria-label={t("app.search_history")}
        placeholder={t("history.search")}
        data-testid="history-search"
        onChange={(change) => setFilter({ text: change.target.value })}
        className="min-w-56 flex-[1_1_16rem]"
      />
      <button
        type="button"
        aria-pressed={filter.saved}
        onClick={() => setFilter({ saved: !filter.saved })}
        className="inline-flex min-h-8 items-center gap-1.5 rounded-control border border-control bg-surface px-2.5 text-text-2 hover:bg-surface-2 aria-pressed:border-accent aria-pressed:bg-accent-tint aria-pressed:text-text"
      >
        <Star size={16} strokeWidth={1.5} aria-hidden="true" />
        {t("history.saved")}
      </button>
      <Select<OutcomeName | "any">
        aria-label={t("history.outcome")}
        value={filter.outcome ?? "any"}
        options={[
          { value: "any", label: t("history.any_outcome") },
          ...OUTCOMES.map((value) => ({ value, label: t(`history.${value}`) })),
        ]}
        onChoice={(value) => setFilter({ outcome: value === "any" ? null : value })}
        className="max-w-44"
      />
      {shownTags.length > 0 && (
        <Select
          aria-label={t("history.tag")}
          value={filter.tag ?? ""}
          options={[
            { value: "", label: t("history.any_tag") },
            ...shownTags.map((value) => ({ value, label: value })),
          ]}
          onChoice={(value) => setFilter({ tag: value || null })}
          className="max-w-44"
        />
      )}
      {isFiltered(filter) && (
        <Button look="quiet" icon={X} onClick={() => setFilter(NO_FILTER)}>
          {t("history.clear")}
        </Button>
      )}
    </search>
  );
}

function Count() {
  const { t } = useTranslation();
  const { total, read, filter, runs } = useList();
  if (!read) return null;
  const words = isFiltered(filter)
    ? t("history.found", { count: total })
    : t("history.count", { count: total });
  return (
    <div className="flex min-h-9 items-center justify-between pb-1 text-label text-text-3">
      <p role="status" data-testid="history-count">
        {words}
      </p>
      {runs.length > 1 && (
        <Button look="quiet" onClick={() => chooseAll(true)}>
          {t("history.choose_all")}
        </Button>
      )}
    </div>
  );
}

function Selection({ onTag }: { onTag: (runs: readonly RunSummary[]) => void }) {
  const { t } = useTranslation();
  const api = useApi();
  const { chosen, runs } = useList();
  const of = runs.filter(({ run }) => chosen.has(run));
  const names = of.map(({ run }) => run);
  const allSaved = of.every(({ saved }) => saved);
  return (
    <div
      role="toolbar"
      aria-label={t("history.chosen_actions")}
      className="sticky top-0 z-10 flex min-h-9 flex-wrap items-center gap-2 bg-canvas pb-1"
    >
      <span role="status" className="me-auto font-medium">
        {t("history.chosen", { count: of.length })}
      </span>
      <Button icon={Star} onClick={() => save(api, names, !allSaved)}>
        {allSaved ? t("history.unsave") : t("history.save")}
      </Button>
      <Button icon={Tag} onClick={() => onTag(of)}>
        {t("history.tag_dots")}
      </Button>
      <Button look="danger" icon={Trash2} onClick={() => remove(api, names)}>
        {t("history.delete")}
      </Button>
      <IconButton icon={X} label={t("history.choose_none")} onClick={() => chooseAll(false)} />
    </div>
  );
}

function More() {
  const { t } = useTranslation();
  const api = useApi();
  const { runs, total, loading, read, filter } = useList();
  if (read && runs.length === 0 && !loading) {
    return (
      <p className="py-10 text-center text-text-2">
        {isFiltered(filter) ? t("history.nothing_fits") : t("history.empty")}
      </p>
    );
  }
  if (runs.length >= total) return null;
  return (
    <div className="flex justify-center pt-4">
      <Button disabled={loading} onClick={() => readList(api, true)}>
        {t("history.more", { count: total - runs.length })}
      </Button>
    </div>
  );
}
