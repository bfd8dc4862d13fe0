// The words of the screen: English, German, and two made-up languages that show what does not fit.

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import deRun from "./de.json";
import enRun from "./en.json";
import dePages from "./pages.de.json";
import enPages from "./pages.en.json";
import { lengthen, mirror, pseudo } from "./pseudo";

/** The shell and the run screen have their words in one file, the other pages in another. */
const en = { ...enRun, ...enPages };
const de = { ...deRun, ...dePages };

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

export type Language = "en" | "de" | "long" | "rtl";

/** Starts with English, so that there are words before the settings are read. */
export function startWords(): void {
  const resources: Record<string, { translation: object }> = {
    en: { translation: en },
    de: { translation: de },
  };
  if (import.meta.env.MODE === "fixtures") {
    resources.long = { translation: pseudo(en, lengthen) };
    resources.rtl = { translation: pseudo(en, mirror) };
  }
  i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

/** The language that a choice amounts to. */
export function languageOf(choice: "system" | "en" | "de", system = navigator.language): "en" | "de" {
  if (choice !== "system") return choice;
  return system.toLowerCase().startsWith("de") ? "de" : "en";
}

/** Speaks this language, and reads in its direction. */
export function speak(language: Language): void {
  document.documentElement.lang = language === "long" || language === "rtl" ? "en" : language;
  document.documentElement.dir = language === "rtl" ? "rtl" : "ltr";
  if (i18next.language !== language) i18next.changeLanguage(language);
}

/** The language whose numbers and dates are shown. */
export function locale(): string {
  return i18next.language === "de" ? "de" : "en-GB";
}
