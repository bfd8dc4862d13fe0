// A setting: its name, what it does, the control, and what it is unless changed.

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { UiSettings } from "../../api/bindings";
import { useApi } from "../../api/context";
import { Button } from "../../parts/button";
import { changeSettings, useSettings } from "../../state/settings";

interface FieldProps {
  label: string;
  help?: string | undefined;
  /** What the setting is at first, in words. */
  usual?: string | undefined;
  /** The setting that *Reset* brings back. */
  name?: keyof UiSettings;
  children: ReactNode;
}

export function Field({ label, help, usual, name, children }: FieldProps) {
  return (
    <div className="grid gap-x-8 gap-y-1.5 border-hairline border-b py-4 min-[900px]:grid-cols-[15rem_minmax(0,1fr)]">
      <div>
        <h3 className="font-medium">{label}</h3>
        {help && <p className="pt-0.5 text-label text-text-2">{help}</p>}
      </div>
      <div className="min-w-0">
        {children}
        {usual !== undefined && <Usual label={label} usual={usual} name={name} />}
      </div>
    </div>
  );
}

function Usual({ label, usual, name }: { label: string; usual: string; name: keyof UiSettings | undefined }) {
  const { t } = useTranslation();
  const api = useApi();
  const changed = useSettings(({ settings, defaults }) => name && settings[name] !== defaults[name]);
  return (
    <p className="flex min-h-8 flex-wrap items-center gap-x-2 pt-1 text-label text-text-3">
      {t("settings.usual", { usual })}
      {name && changed && (
        <Button
          look="quiet"
          aria-label={t("settings.reset_named", { name: label })}
          onClick={() => changeSettings(api, { [name]: null })}
        >
          {t("settings.reset")}
        </Button>
      )}
    </p>
  );
}

interface SwitchProps {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

export function Switch({ label, on, onChange }: SwitchProps) {
  const { t } = useTranslation();
  return (
    <label className="inline-flex min-h-8 items-center gap-2">
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        aria-label={label}
        checked={on}
        onChange={(change) => onChange(change.target.checked)}
        className="size-4 accent-accent"
      />
      {on ? t("settings.on") : t("settings.off")}
    </label>
  );
}
