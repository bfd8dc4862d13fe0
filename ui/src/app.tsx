// The whole screen: the rail, and the page that the address names.

import { Tooltip } from "radix-ui";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "./api/context";
import { languageOf, speak } from "./i18n/i18n";
import { useAction, useKeyboard } from "./keys/registry";
import { Announcements } from "./parts/announce";
import { Boundary } from "./parts/boundary";
import { fetchLater, later } from "./parts/later";
import { Notes } from "./parts/toast";
import { RunPage } from "./run/run_page";
import { Review, useDesktop } from "./shell/desktop";
import { Frame } from "./shell/frame";
import { HistoryList } from "./shell/history_list";
import { Palette } from "./shell/palette";
import { Rail } from "./shell/rail";
import { Shortcuts } from "./shell/shortcuts";
import { go, newQuestion, type Place, usePlace } from "./state/router";
import { changeSettings, readSettings, useSettings } from "./state/settings";
import { useAppearance } from "./theme/appearance";

/** Only the run screen is in the first file. */
const HistoryPage = later(() => import("./pages/history").then((file) => file.HistoryPage), EmptyFrame);
const LibraryPage = later(() => import("./pages/library").then((file) => file.LibraryPage), EmptyFrame);
const ModelsPage = later(() => import("./pages/models").then((file) => file.ModelsPage), EmptyFrame);
const SettingsPage = later(() => import("./pages/settings").then((file) => file.SettingsPage), EmptyFrame);

/** The frame that all pages have, so that nothing moves when one comes. */
function EmptyFrame(_: { part: string | null }) {
  return (
    <Frame title="">
      <main tabIndex={-1} aria-busy="true" className="outline-none" />
    </Frame>
  );
}

export function App({ language }: { language?: "long" | "rtl" | undefined }) {
  const { t } = useTranslation();
  const api = useApi();
  const place = usePlace();
  const chosen = useSettings(({ settings }) => settings.language);
  useAppearance();
  useKeyboard();
  usePageActions();
  useDesktop(languageOf(chosen));
  useEffect(() => {
    readSettings(api);
  }, [api]);
  useEffect(fetchLater, []);
  useEffect(() => speak(language ?? languageOf(chosen)), [language, chosen]);
  return (
    <Tooltip.Provider>
      <button
        type="button"
        className="-top-20 fixed start-2 z-50 rounded-control bg-accent px-3 py-2 text-on-accent focus:top-2"
        onClick={() => document.querySelector<HTMLElement>("main")?.focus()}
      >
        {t("app.skip")}
      </button>
      <div className="flex h-full min-w-0">
        <Rail place={place} />
        <HistoryList />
        <Boundary key={place.page}>
          <Page place={place} />
        </Boundary>
      </div>
      <Palette />
      <Shortcuts />
      <Review />
      <Notes />
      <Announcements />
    </Tooltip.Provider>
  );
}

function Page({ place }: { place: Place }) {
  switch (place.page) {
    case "run":
      return <RunPage run={place.run} view={place.view} />;
    case "history":
      return <HistoryPage part={place.part} />;
    case "library":
      return <LibraryPage part={place.part} />;
    case "models":
      return <ModelsPage part={place.part} />;
    case "settings":
      return <SettingsPage part={place.part} />;
  }
}

/** The steps of the text size, in per cent. */
const SIZE_STEP = 10;

function usePageActions(): void {
  const api = useApi();
  const size = useSettings(({ settings }) => settings.text_size);
  const resize = (to: number) => changeSettings(api, { text_size: Math.min(160, Math.max(80, to)) });
  useAction("new_question", () => go(newQuestion));
  useAction("search_history", () => go({ page: "history", part: "search" }));
  useAction("settings", () => go({ page: "settings", part: null }));
  useAction("larger_text", () => resize(size + SIZE_STEP));
  useAction("smaller_text", () => resize(size - SIZE_STEP));
  useAction("usual_text", () => resize(100));
}
