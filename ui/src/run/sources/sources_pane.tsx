// The column SOURCES: what was cited, read, found and what failed, or the passage that was opened.

import { Tabs } from "radix-ui";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { useAction } from "../../keys/registry";
import { screen, useScreen } from "../../state/screen";
import type { SourceGroups } from "../../state/sources";
import { useRun } from "../view";
import { Passage } from "./passage";
import { FailedRow, SourceRow } from "./source_row";

const TABS = ["cited", "read", "found", "failed"] as const;
type Tab = (typeof TABS)[number];

export function SourcesPane() {
  const open = useScreen((state) => state.open);
  const { state } = useRun();
  useSourceKeys();
  const source = open && state.transcript.sources.find((other) => other.url === open.url);
  if (open && source) return <Passage key={open.url} source={source} open={open} />;
  return <SourceLists />;
}

function SourceLists() {
  const { t } = useTranslation();
  const { groups, shown } = useRun();
  const [chosen, setChosen] = useState<Tab | null>(null);
  const tabs = TABS.filter((tab) => tab !== "failed" || groups.failed.length > 0);
  const usual = usualTab(groups);
  const tab = chosen && tabs.includes(chosen) ? chosen : usual;
  // With the answer, what it cites comes to the front.
  useEffect(() => {
    if (shown === "answered") setChosen(null);
  }, [shown]);
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value) => setChosen(value as Tab)}
      className="flex min-h-0 flex-1 flex-col"
    >
      <Tabs.List aria-label={t("sources.groups")} className="flex shrink-0 flex-wrap gap-x-3.5 px-4">
        {tabs.map((name) => (
          <Tabs.Trigger
            key={name}
            value={name}
            className={`min-h-7 border-transparent border-b-2 py-1 text-label data-[state=active]:border-current data-[state=active]:font-medium ${name === "failed" ? "text-danger" : "text-text-2 data-[state=active]:text-text"}`}
          >
            {t(`sources.${name}`)} <span className="tabular">{groups[name].length}</span>
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map((name) => (
        <Tabs.Content
          key={name}
          value={name}
          tabIndex={-1}
          className="min-h-0 flex-1 overflow-y-auto px-2 pt-2 pb-4"
        >
          <Group name={name} groups={groups} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

function Group({ name, groups }: { name: Tab; groups: SourceGroups }) {
  const { t } = useTranslation();
  const { shown } = useRun();
  if (groups[name].length === 0) {
    const over = name === "cited" && shown !== "running" && shown !== "loading";
    return (
      <p className="px-2 py-1.5 text-text-3">{t(over ? "sources.cited_nothing" : `sources.none_${name}`)}</p>
    );
  }
  return (
    <ul>
      {name === "failed"
        ? groups.failed.map((page) => <FailedRow key={page.id} page={page} />)
        : groups[name].map((source) => <SourceRow key={source.url} source={source} />)}
    </ul>
  );
}

/** The first group that holds something. */
function usualTab(groups: SourceGroups): Tab {
  return TABS.find((tab) => groups[tab].length > 0) ?? "cited";
}

/** Keys that open a source by its number, and the page of the one that is open. */
function useSourceKeys(): void {
  const api = useApi();
  const { state } = useRun();
  const { sources } = state.transcript;
  const open = (number: number) => {
    const source = sources.find((other) => other.number === number);
    if (source) screen.openSource(source.url);
  };
  useAction("source_1", () => open(1));
  useAction("source_2", () => open(2));
  useAction("source_3", () => open(3));
  useAction("source_4", () => open(4));
  useAction("source_5", () => open(5));
  useAction("source_6", () => open(6));
  useAction("source_7", () => open(7));
  useAction("source_8", () => open(8));
  useAction("source_9", () => open(9));
  useAction("open_source", () => {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.url;
    const url = useScreen.getState().open?.url ?? focused;
    if (url) api.open(url);
  });
}
