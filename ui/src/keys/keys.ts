// Key strokes as text: `Mod+Shift+F`. Reading them from the keyboard, comparing and showing them.

import i18next from "i18next";
import { ACTIONS, type Action } from "./actions";

export const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

/** The stroke of a key press, or null while only modifiers are down. */
export function strokeOf(
  press: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
  mac = isMac,
) {
  if (["Control", "Meta", "Alt", "Shift", "AltGraph", "Dead"].includes(press.key)) return null;
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  const key = nameOf(press.key, press.shiftKey);
  const letter = /^\p{L}$/u.test(key) || key.length > 1 || mod;
  const parts = [
    mod && "Mod",
    other && (mac ? "Ctrl" : "Meta"),
    press.altKey && "Alt",
    press.shiftKey && letter && "Shift",
  ];
  return [...parts.filter(Boolean), key].join("+");
}

function nameOf(key: string, shift: boolean): string {
  if (key === " ") return "Space";
  if (key.length > 1) return key;
  // What Shift makes of the keys that are bound with it, on most layouts.
  if (shift && key === ">") return ".";
  if (shift && key === ":") return ".";
  if (key === "+") return "=";
  return key.toLocaleUpperCase();
}

/** Whether a stroke types nothing by itself in a text field. */
export function isPlain(stroke: string): boolean {
  return !/^(Mod|Ctrl|Meta|Alt)\+/.test(stroke) && !/^(Shift\+)?F\d+$/.test(stroke);
}

/** The keys of an action: the person's, or the usual ones. */
export function keysOf(action: Action, bound: Readonly<Record<string, string>>): readonly string[] {
  const own = bound[action];
  return own === undefined ? ACTIONS[action] : own.split(" ").filter(Boolean);
}

/** A stroke as people write it here: `Ctrl+K`, `Strg+K`, `⌘K`. */
export function shown(stroke: string, mac = isMac): string {
  const parts = stroke.split("+");
  if (!mac) {
    const words: Record<string, string> = {
      Mod: i18next.t("keys.mod"),
      Ctrl: i18next.t("keys.mod"),
      Shift: i18next.t("keys.shift"),
    };
    return parts.map((part) => words[part] ?? part).join("+");
  }
  const signs: Record<string, string> = { Mod: "⌘", Shift: "⇧", Alt: "⌥", Ctrl: "⌃" };
  return parts.map((part) => signs[part] ?? part).join("");
}
