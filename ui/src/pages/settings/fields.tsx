// The settings that are one choice each: language, notifications, reading, and the model's.

import { useTranslation } from "react-i18next";
import type {
  DeviceName,
  Language,
  ReasoningView,
  ReducedMotion,
  Theme,
  UiSettings,
} from "../../api/bindings";
import { useApi } from "../../api/context";
import { Button } from "../../parts/button";
import { Choice, Select } from "../../parts/field";
import { list, number } from "../../run/format";
import { readModel } from "../../state/model";
import { go } from "../../state/router";
import { changeSettings, useSettings } from "../../state/settings";
import { Field, Switch } from "./field";

const LANGUAGES: readonly Language[] = ["system", "en", "de"];
const THEMES: readonly Theme[] = ["system", "light", "dark", "contrast"];
const VIEWS: readonly ReasoningView[] = ["open", "three_lines", "closed"];
const MOTIONS: readonly ReducedMotion[] = ["system", "on", "off"];
const DEVICES: readonly DeviceName[] = ["auto", "cpu", "cuda", "metal"];
const STEPS = [2, 4, 6, 8, 12, 16, 24];

function useSetting<K extends keyof UiSettings>(name: K) {
  const api = useApi();
  const value = useSettings(({ settings }) => settings[name]);
  const usual = useSettings(({ defaults }) => defaults[name]);
  const set = (to: UiSettings[K]) => changeSettings(api, { [name]: to });
  return { value, usual, set };
}

export function LanguageField() {
  const { t } = useTranslation();
  const { value, usual, set } = useSetting("language");
  const options = LANGUAGES.map((name) => ({ value: name, label: t(`settings.language_${name}`) }));
  return (
    <Field label={t("settings.language")} usual={t(`settings.language_${usual}`)} name="language">
      <Choice name="language" label={t("settings.language")} value={value} options={options} onChoice={set} />
    </Field>
  );
}

export function NotificationsField() {
  const { t } = useTranslation();
  const { kind } = useApi();
  const { value, usual, set } = useSetting("notifications");
  const help = t(kind === "web" ? "settings.notifications_web" : "settings.notifications_help");
  return (
    <Field
      label={t("settings.notifications")}
      help={help}
      usual={t(usual ? "settings.on" : "settings.off")}
      name="notifications"
    >
      <Switch label={t("settings.notifications")} on={value} onChange={set} />
    </Field>
  );
}

export function ThemeField() {
  const { t } = useTranslation();
  const { value, usual, set } = useSetting("theme");
  const options = THEMES.map((name) => ({ value: name, label: t(`settings.theme_${name}`) }));
  return (
    <Field label={t("settings.theme")} usual={t(`settings.theme_${usual}`)} name="theme">
      <Choice name="theme" label={t("settings.theme")} value={value} options={options} onChoice={set} />
    </Field>
  );
}

export function TextSizeField() {
  const { t } = useTranslation();
  const { value, usual, set } = useSetting("text_size");
  const shown = (size: number) => `${number(size)} %`;
  return (
    <Field
      label={t("settings.text_size")}
      help={t("settings.text_size_help")}
      usual={shown(usual)}
      name="text_size"
    >
      <div className="flex min-h-8 max-w-80 items-center gap-3">
        <input
          type="range"
          min={80}
          max={160}
          step={10}
          value={value}
          aria-label={t("settings.text_size")}
          aria-valuetext={shown(value)}
          onChange={(change) => set(Number(change.target.value))}
          className="min-w-0 flex-1 accent-accent"
        />
        <output className="tabular w-12 text-end">{shown(value)}</output>
      </div>
    </Field>
  );
}

export function ReasoningField() {
  const { t } = useTranslation();
  const { value, usual, set } = useSetting("reasoning");
  const options = VIEWS.map((name) => ({ value: name, label: t(`settings.reasoning_${name}`) }));
  return (
    <Field
      label={t("settings.reasoning")}
      help={t("settings.reasoning_help")}
      usual={t(`settings.reasoning_${usual}`)}
      name="reasoning"
    >
      <Choice
        name="reasoning"
        label={t("settings.reasoning")}
        value={value}
        options={options}
        onChoice={set}
      />
    </Field>
  );
}

export function MotionField() {
  const { t } = useTranslation();
  const { value, usual, set } = useSetting("reduced_motion");
  const options = MOTIONS.map((name) => ({ value: name, label: t(`settings.motion_${name}`) }));
  return (
    <Field label={t("settings.motion")} usual={t(`settings.motion_${usual}`)} name="reduced_motion">
      <Choice name="motion" label={t("settings.motion")} value={value} options={options} onChoice={set} />
    </Field>
  );
}

export function SingleKeysField() {
  const { t } = useTranslation();
  const { value, usual, set } = useSetting("single_keys");
  return (
    <Field
      label={t("settings.single_keys")}
      help={t("settings.single_keys_help")}
      usual={t(usual ? "settings.on" : "settings.off")}
      name="single_keys"
    >
      <Switch label={t("settings.single_keys")} on={value} onChange={set} />
    </Field>
  );
}

export function DeviceField() {
  const { t } = useTranslation();
  const api = useApi();
  const { value, usual, set } = useSetting("device");
  const built = useSettings(({ devices }) => devices);
  const named = (name: DeviceName) => t(`settings.device_${name}`);
  const options = built.map((name) => ({ value: name, label: named(name) }));
  const others = built.length > 0 ? DEVICES.filter((name) => !built.includes(name)) : [];
  const choose = async (device: DeviceName) => {
    await set(device);
    readModel(api, true);
  };
  return (
    <Field label={t("settings.device")} help={t("settings.device_help")} usual={named(usual)} name="device">
      <Choice name="device" label={t("settings.device")} value={value} options={options} onChoice={choose} />
      {others.includes(value) && (
        <p className="mt-2 border-warn border-s-2 bg-warn-tint px-3 py-2">
          {t("settings.device_fallback", { device: named(value) })}
        </p>
      )}
      {others.length > 0 && (
        <p data-testid="devices-absent" className="pt-2 text-label text-text-2">
          {t("settings.device_without", { count: others.length, names: list(others.map(named)) })}
        </p>
      )}
    </Field>
  );
}

export function StepsField() {
  const { t } = useTranslation();
  const { value, set } = useSetting("max_steps");
  const counts = value !== null && !STEPS.includes(value) ? [...STEPS, value].sort((a, b) => a - b) : STEPS;
  const options = [
    { value: "", label: t("settings.steps_usual") },
    ...counts.map((count) => ({ value: String(count), label: t("settings.steps_at_most", { count }) })),
  ];
  return (
    <Field
      label={t("settings.steps")}
      help={t("settings.steps_help")}
      usual={t("settings.steps_usual")}
      name="max_steps"
    >
      <Select
        aria-label={t("settings.steps")}
        value={value === null ? "" : String(value)}
        options={options}
        onChoice={(count) => set(count ? Number(count) : null)}
      />
    </Field>
  );
}

export function ModelLink() {
  const { t } = useTranslation();
  return (
    <Field label={t("settings.model")} help={t("settings.model_help")}>
      <Button onClick={() => go({ page: "models", part: null })}>{t("settings.model_open")}</Button>
    </Field>
  );
}
