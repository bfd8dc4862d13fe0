// What the palette lists, and what is done with it.

import { Command } from "cmdk";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunSummary } from "../../api/bindings";
import { useApi } from "../../api/context";
import type { Action } from "../../keys/actions";
import { keysOf } from "../../keys/keys";
import { actionName, GROUP_NAMES, GROUPS } from "../../keys/names";
import { act, canAct } from "../../keys/registry";
import { Keys } from "../../parts/keys";
import { go, type Place, runPlace } from "../../state/router";
import { useSettings } from "../../state/settings";

const PAGES = ["library", "models"] as const;
const RUNS = 5;
const PAUSE_MS = 150;

const ITEM =
  "flex min-h-9 items-center justify-between gap-3 rounded-control px-3 data-[selected=true]:bg-surface-2";
const GROUP =
  "[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-label [&_[cmdk-group-heading]]:text-text-3";

export function Commands({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const bound = useSettings(({ settings }) => settings.shortcuts);
  const runs = useRuns(words);
  // Those that can be done from where the person was.
  const [can] = useState(() =>
    GROUP_NAMES.flatMap((group) => [...GROUPS[group]]).filter(
      (action) => action !== "palette" && canAct(action),
    ),
  );
  // Nine sources would push everything else out of sight; they are found by words.
  const actions = words ? can : can.filter((action) => !action.startsWith("source_"));
  const perform = (action: Action) => {
    onClose();
    // First the focus goes back to where it was.
    setTimeout(() => act(action));
  };
  const visit = (place: Place) => {
    onClose();
    go(place);
  };
  return (
    <Command label={t("palette.name")} loop>
      <Command.Input
        autoFocus
        value={words}
        onValueChange={setWords}
        placeholder={t("palette.placeholder")}
        className="h-11 w-full border-hairline border-b bg-transparent px-4 text-prose outline-none"
      />
      <Command.List label={t("palette.commands")} className="max-h-[55vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-text-2">{t("palette.nothing")}</Command.Empty>
        <Command.Group heading={t("palette.commands")} className={GROUP}>
          {actions.map((action) => (
            <Command.Item
              key={action}
              value={`action ${action}`}
              keywords={[actionName(t, action)]}
              onSelect={() => perform(action)}
              className={ITEM}
            >
              <span className="min-w-0">{actionName(t, action)}</span>
              <Keys strokes={keysOf(action, bound)} />
            </Command.Item>
          ))}
          {PAGES.map((page) => (
            <Command.Item
              key={page}
              value={`page ${page}`}
              keywords={[t(`app.${page}`)]}
              onSelect={() => visit({ page, part: null })}
              className={ITEM}
            >
              {t(`app.${page}`)}
            </Command.Item>
          ))}
        </Command.Group>
        {runs.length > 0 && (
          <Command.Group heading={t("palette.runs")} className={GROUP}>
            {runs.map((run) => (
              <Command.Item
                key={run.run}
                // Lucy has found them: with the words in their value they stay, whatever the words.
                value={`run ${run.run} ${words}`}
                onSelect={() => visit(runPlace(run.run))}
                className={ITEM}
              >
                <span dir="auto" className="truncate">
                  {run.title ?? run.question}
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}

/** The latest runs that hold these words. */
function useRuns(words: string): readonly RunSummary[] {
  const api = useApi();
  const [runs, setRuns] = useState<readonly RunSummary[]>([]);
  useEffect(() => {
    let wanted = true;
    const read = () =>
      api
        .request({ request: "history", limit: RUNS, query: words.trim() || null })
        .then((found) => wanted && setRuns(found.runs))
        // The palette has its commands without them; the page of the history says what is wrong.
        .catch(() => wanted && setRuns([]));
    const timer = setTimeout(read, words ? PAUSE_MS : 0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [api, words]);
  return runs;
}
