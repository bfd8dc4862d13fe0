// The settings: one page with an index beside it, searched by words. What is changed holds at once.

import { type ComponentType, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { actionName } from "../keys/names";
import { SearchField, Trouble } from "../parts/field";
import { Frame } from "../shell/frame";
import { hashOf } from "../state/router";
import { useSettings } from "../state/settings";
import { DiagnosticsField, LicenceField } from "./settings/about";
import {
  DeviceField,
  LanguageField,
  ModelLink,
  MotionField,
  NotificationsField,
  ReasoningField,
  SingleKeysField,
  StepsField,
  TextSizeField,
  ThemeField,
} from "./settings/fields";
import { actionsFor, Keyboard } from "./settings/keyboard";
import { PartsField } from "./settings/licences";
import { fits } from "./settings/search";
import { DeleteField, KeptField } from "./settings/storage";

const SECTIONS = ["general", "reading", "model", "keyboard", "storage", "about"] as const;
type Section = (typeof SECTIONS)[number];

/** Each setting with the words that it is found by. */
function useFields(): Record<Section, { id: string; words: string[]; show: ComponentType }[]> {
  const { t } = useTranslation();
  const f = (id: string, words: string[], show: ComponentType) => ({ id, words, show });
  return {
    general: [
      f("language", [t("settings.language"), "English Deutsch"], LanguageField),
      f("notifications", [t("settings.notifications"), t("settings.notifications_help")], NotificationsField),
    ],
    reading: [
      f(
        "theme",
        [
          t("settings.theme"),
          t("settings.theme_light"),
          t("settings.theme_dark"),
          t("settings.theme_contrast"),
        ],
        ThemeField,
      ),
      f("text_size", [t("settings.text_size"), t("settings.text_size_help")], TextSizeField),
      f("reasoning", [t("settings.reasoning"), t("settings.reasoning_help")], ReasoningField),
      f("motion", [t("settings.motion")], MotionField),
      f("single_keys", [t("settings.single_keys"), t("settings.single_keys_help")], SingleKeysField),
    ],
    model: [
      f("model", [t("settings.model"), t("settings.model_help")], ModelLink),
      f("device", [t("settings.device"), t("settings.device_help"), "CPU CUDA Metal GPU"], DeviceField),
      f("steps", [t("settings.steps"), t("settings.steps_help")], StepsField),
    ],
    keyboard: [],
    storage: [
      f("kept", [t("settings.kept"), t("settings.kept_help")], KeptField),
      f("delete", [t("settings.delete"), t("settings.delete_help")], DeleteField),
    ],
    about: [
      f("licence", [t("settings.licence"), t("settings.licence_help")], LicenceField),
      f("parts", [t("settings.parts"), t("settings.parts_help")], PartsField),
      f("diagnostics", [t("settings.diagnostics"), t("settings.diagnostics_help")], DiagnosticsField),
    ],
  };
}

export function SettingsPage({ part }: { part: string | null }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const problem = useSettings((chosen) => chosen.problem);
  const bound = useSettings(({ settings }) => settings.shortcuts);
  const fields = useFields();
  const shown = SECTIONS.map((section) => {
    const title = t(`settings.section_${section}`);
    const whole = fits(words, [title]);
    return {
      section,
      title,
      fields: fields[section].filter((field) => whole || fits(words, [title, ...field.words])),
      actions:
        section === "keyboard"
          ? actionsFor(whole ? "" : words, (action) => actionName(t, action), bound)
          : [],
    };
  }).filter((each) => each.fields.length > 0 || each.actions.length > 0);
  useEffect(() => {
    if (!part) return;
    const heading = document.getElementById(`settings-${part}`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  }, [part]);
  return (
    <Frame title={t("app.settings")}>
      <div className="flex min-h-0 flex-1 max-[899px]:flex-col">
        <nav
          aria-label={t("settings.index")}
          className="w-52 shrink-0 overflow-y-auto border-hairline border-e px-1.5 py-3 max-[899px]:flex max-[899px]:w-auto max-[899px]:flex-wrap max-[899px]:border-e-0 max-[899px]:border-b max-[899px]:py-1.5"
        >
          {SECTIONS.map((section) => (
            <a
              key={section}
              href={hashOf({ page: "settings", part: section })}
              aria-current={part === section ? "true" : undefined}
              className="flex min-h-8 items-center rounded-control px-2.5 text-text-2 no-underline hover:bg-surface-2 hover:text-text aria-[current=true]:bg-surface-2 aria-[current=true]:text-text"
            >
              {t(`settings.section_${section}`)}
            </a>
          ))}
        </nav>
        <main tabIndex={-1} className="min-h-0 min-w-0 flex-1 overflow-y-auto outline-none">
          <div className="mx-auto w-full max-w-3xl px-6 pt-6 pb-24 max-[899px]:px-4">
            <h1 className="pb-4 font-reading text-question">{t("app.settings")}</h1>
            <search className="block pb-2">
              <SearchField
                value={words}
                aria-label={t("settings.search")}
                placeholder={t("settings.search")}
                data-testid="settings-search"
                onChange={(change) => setWords(change.target.value)}
              />
            </search>
            <Trouble>{problem && t("settings.not_kept", { why: problem })}</Trouble>
            {shown.map(({ section, title, fields: found, actions }) => (
              <section key={section} aria-labelledby={`settings-${section}`} className="pt-5">
                <h2
                  id={`settings-${section}`}
                  tabIndex={-1}
                  className="scroll-mt-4 border-hairline border-b pb-1 font-medium text-title outline-none"
                >
                  {title}
                </h2>
                {found.map(({ id, show: Show }) => (
                  <Show key={id} />
                ))}
                {actions.length > 0 && <Keyboard actions={actions} />}
              </section>
            ))}
            {shown.length === 0 && (
              <p role="status" className="py-10 text-center text-text-2">
                {t("settings.nothing_fits")}
              </p>
            )}
          </div>
        </main>
      </div>
    </Frame>
  );
}
