// Which keys do what, and binding others: a key is pressed for its place, and what has it already is named.

import { Plus } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useApi } from "../../api/context";
import { type Action, ALL } from "../../keys/actions";
import { keysOf, shown, strokeOf } from "../../keys/keys";
import { actionName, GROUP_NAMES, GROUPS } from "../../keys/names";
import {
  allUsual,
  type BoundPatch,
  bind,
  conflictOf,
  isBindable,
  isUsual,
  unbind,
  usual,
} from "../../keys/rebind";
import { Button, IconButton } from "../../parts/button";
import { changeSettings, useSettings } from "../../state/settings";

/** A place for keys that is being filled: whose, and instead of which keys. */
interface Place {
  readonly action: Action;
  readonly old: string | null;
  /** Keys that were pressed and belong to another action. */
  readonly taken: { readonly stroke: string; readonly by: Action } | null;
  readonly refused: string | null;
}

/** The actions whose name or keys hold these words. */
export function actionsFor(words: string, nameOf: (action: Action) => string, bound: Record<string, string>) {
  const wanted = words.trim().toLocaleLowerCase();
  return ALL.filter((action) =>
    `${nameOf(action)} ${keysOf(action, bound)
      .map((key) => shown(key))
      .join(" ")}`
      .toLocaleLowerCase()
      .includes(wanted),
  );
}

export function Keyboard({ actions }: { actions: readonly Action[] }) {
  const { t } = useTranslation();
  const api = useApi();
  const bound = useSettings(({ settings }) => settings.shortcuts);
  const [place, setPlace] = useState<Place | null>(null);
  const change = (patch: BoundPatch) => {
    setPlace(null);
    // In a patch null takes a key out of the map.
    changeSettings(api, { shortcuts: patch as Record<string, string> });
  };
  const pressed = (press: KeyboardEvent) => {
    if (!place) return;
    if (press.key === "Tab") return;
    press.preventDefault();
    press.stopPropagation();
    if (press.key === "Escape") return setPlace(null);
    const stroke = strokeOf(press);
    if (!stroke) return;
    if (!isBindable(stroke)) return setPlace({ ...place, taken: null, refused: stroke });
    const by = conflictOf(place.action, stroke, bound);
    if (by) return setPlace({ ...place, taken: { stroke, by }, refused: null });
    change(bind(place.action, stroke, place.old, bound));
  };
  return (
    <div className="py-3">
      <p className="text-label text-text-2">{t("keys.help")}</p>
      {GROUP_NAMES.map((group) => {
        const shownActions = GROUPS[group].filter((action) => actions.includes(action));
        if (shownActions.length === 0) return null;
        return (
          <section key={group} aria-labelledby={`keys-${group}`}>
            <h3 id={`keys-${group}`} className="pt-4 pb-1 text-label text-text-3">
              {t(`keys.${group}`)}
            </h3>
            <ul>
              {shownActions.map((action) => (
                <Row
                  key={action}
                  action={action}
                  place={place?.action === action ? place : null}
                  onPlace={setPlace}
                  onPress={pressed}
                  onChange={change}
                />
              ))}
            </ul>
          </section>
        );
      })}
      {Object.keys(bound).length > 0 && (
        <Button className="mt-4" onClick={() => change(allUsual(bound))}>
          {t("keys.all_usual")}
        </Button>
      )}
    </div>
  );
}

interface RowProps {
  action: Action;
  place: Place | null;
  onPlace: (place: Place | null) => void;
  onPress: (press: KeyboardEvent) => void;
  onChange: (patch: BoundPatch) => void;
}

function Row({ action, place, onPlace, onPress, onChange }: RowProps) {
  const { t } = useTranslation();
  const bound = useSettings(({ settings }) => settings.shortcuts);
  const name = actionName(t, action);
  const open = (old: string | null) => onPlace({ action, old, taken: null, refused: null });
  const strokes = keysOf(action, bound);
  return (
    <li data-testid={`keys-${action}`} className="border-hairline border-b py-1">
      <div className="flex min-h-8 flex-wrap items-center gap-1.5">
        <span className="me-auto min-w-40">{name}</span>
        {strokes.length === 0 && !place && <span className="text-label text-text-3">{t("keys.none")}</span>}
        {strokes.map((stroke) => (
          <KeyPlace
            key={stroke}
            words={shown(stroke)}
            label={t("keys.change", { name, keys: shown(stroke) })}
            waiting={place?.old === stroke}
            onOpen={() => open(stroke)}
            onPress={onPress}
          />
        ))}
        {place && place.old === null && (
          <KeyPlace words="" label={t("keys.press")} waiting onOpen={() => {}} onPress={onPress} />
        )}
        <IconButton
          icon={Plus}
          label={t("keys.add", { name })}
          side="left"
          disabled={place !== null}
          onClick={() => open(null)}
        />
        {!isUsual(action, bound) && (
          <Button
            look="quiet"
            aria-label={t("settings.reset_named", { name })}
            onClick={() => onChange(usual(action, bound))}
          >
            {t("settings.reset")}
          </Button>
        )}
      </div>
      {place && <Asking place={place} onPlace={onPlace} onChange={onChange} />}
    </li>
  );
}

interface KeyPlaceProps {
  words: string;
  label: string;
  waiting: boolean;
  onOpen: () => void;
  onPress: (press: KeyboardEvent) => void;
}

function KeyPlace({ words, label, waiting, onOpen, onPress }: KeyPlaceProps) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      aria-label={waiting ? t("keys.press") : label}
      data-waiting={waiting}
      ref={(button) => {
        if (waiting) button?.focus();
      }}
      onClick={onOpen}
      onKeyDown={waiting ? onPress : undefined}
      className="inline-flex min-h-7 items-center rounded-control border border-control bg-surface px-2 text-label text-text hover:bg-surface-2 data-[waiting=true]:border-accent data-[waiting=true]:bg-accent-tint"
    >
      {waiting ? t("keys.press") : words}
    </button>
  );
}

/** What a place waits for, and what stands in the way of the keys that were pressed. */
function Asking({ place, onPlace, onChange }: Pick<RowProps, "onPlace" | "onChange"> & { place: Place }) {
  const { t } = useTranslation();
  const bound = useSettings(({ settings }) => settings.shortcuts);
  const { action, old, taken, refused } = place;
  return (
    <div className="flex flex-wrap items-center justify-end gap-2 py-1">
      <p role="status" className={`text-label ${taken || refused ? "text-warn" : "text-text-2"}`}>
        {taken && t("keys.taken", { keys: shown(taken.stroke), name: actionName(t, taken.by) })}
        {refused && t("keys.refused", { keys: shown(refused) })}
      </p>
      {taken && (
        <Button look="main" onClick={() => onChange(bind(action, taken.stroke, old, bound))}>
          {t("keys.take")}
        </Button>
      )}
      {old !== null && !taken && (
        <Button onClick={() => onChange(unbind(action, old, bound))}>{t("keys.remove")}</Button>
      )}
      <Button look="quiet" onClick={() => onPlace(null)}>
        {t("app.cancel")}
      </Button>
    </div>
  );
}
