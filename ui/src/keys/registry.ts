// Who answers to which action now, and the one listener that finds out. The latest to register goes first.

import { useEffect, useRef } from "react";
import { useSettings } from "../state/settings";
import { type Action, ALL } from "./actions";
import { isPlain, keysOf, shown, strokeOf } from "./keys";

type Handler = () => void;

const handlers = new Map<Action, Handler[]>();

/** Answers to an action while the component is shown and `enabled`. */
export function useAction(action: Action, handler: Handler, enabled = true): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    if (!enabled) return;
    const call = () => latest.current();
    handlers.set(action, [...(handlers.get(action) ?? []), call]);
    return () => {
      handlers.set(
        action,
        (handlers.get(action) ?? []).filter((other) => other !== call),
      );
    };
  }, [action, enabled]);
}

/** Does an action, if anybody answers to it. */
export function act(action: Action): boolean {
  const handler = handlers.get(action)?.at(-1);
  handler?.();
  return handler !== undefined;
}

/** Whether anybody answers to it now. */
export function canAct(action: Action): boolean {
  return (handlers.get(action)?.length ?? 0) > 0;
}

/** The first key of an action as it is shown in menus and tooltips; empty if it has none. */
export function useKeyHint(action: Action): string {
  const bound = useSettings((chosen) => chosen.settings.shortcuts);
  const stroke = keysOf(action, bound)[0];
  return stroke ? shown(stroke) : "";
}

/** Listens to the keyboard. The whole page has one such listener. */
export function useKeyboard(): void {
  useEffect(() => {
    const onPress = (press: KeyboardEvent) => {
      if (press.defaultPrevented || press.isComposing) return;
      const stroke = strokeOf(press);
      if (!stroke) return;
      const { settings } = useSettings.getState();
      if (isPlain(stroke) && (!settings.single_keys || takesText(press.target) || inLayer(press.target)))
        return;
      const action = ALL.find((name) => keysOf(name, settings.shortcuts).includes(stroke) && canAct(name));
      if (!action) return;
      press.preventDefault();
      act(action);
    };
    window.addEventListener("keydown", onPress);
    return () => window.removeEventListener("keydown", onPress);
  }, []);
}

function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Menus and dialogs have keys of their own. */
function inLayer(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null
  );
}
