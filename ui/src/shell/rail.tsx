// The icon rail: the way to every page.

import { BookOpen, Cpu, History, Plus, Settings } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useKeyHint } from "../keys/registry";
import { IconButton } from "../parts/button";
import { go, newQuestion, type Place } from "../state/router";
import { useHistoryList } from "./history_list";

export function Rail({ place }: { place: Place }) {
  const { t } = useTranslation();
  const current = (page: Place["page"]) => (place.page === page ? ("page" as const) : undefined);
  const lit =
    "aria-[current=page]:bg-surface-2 aria-[current=page]:text-text aria-expanded:bg-surface-2 aria-expanded:text-text";
  const history = useHistoryList();
  const historyHint = useKeyHint("history");
  const newHint = useKeyHint("new_question");
  const settingsHint = useKeyHint("settings");
  return (
    <nav
      data-rail=""
      aria-label={t("app.rail")}
      className="flex w-14 shrink-0 flex-col items-center gap-1 border-hairline border-e py-2 max-[899px]:w-12"
    >
      <IconButton
        icon={Plus}
        label={t("app.new_question")}
        hint={newHint}
        side="right"
        size="large"
        data-testid="new-question"
        onClick={() => go(newQuestion)}
      />
      <IconButton
        icon={History}
        label={t("app.history")}
        hint={historyHint}
        side="right"
        size="large"
        className={lit}
        aria-current={current("history")}
        aria-expanded={history.open}
        aria-haspopup={history.beside ? undefined : "dialog"}
        data-testid="history-toggle"
        onClick={() => history.show(!history.open)}
      />
      <IconButton
        icon={BookOpen}
        label={t("app.library")}
        side="right"
        size="large"
        className={lit}
        aria-current={current("library")}
        onClick={() => go({ page: "library", part: null })}
      />
      <IconButton
        icon={Cpu}
        label={t("app.models")}
        side="right"
        size="large"
        className={lit}
        aria-current={current("models")}
        onClick={() => go({ page: "models", part: null })}
      />
      <div className="flex-1" />
      <IconButton
        icon={Settings}
        label={t("app.settings")}
        hint={settingsHint}
        side="right"
        size="large"
        className={lit}
        aria-current={current("settings")}
        onClick={() => go({ page: "settings", part: null })}
      />
    </nav>
  );
}
