// What the actions are called, and the groups in which they are listed.

import type { TFunction } from "i18next";
import type { Action } from "./actions";

export const GROUPS = {
  asking: ["new_question", "focus_question", "send", "stop", "finish"],
  going: ["palette", "history", "search_history", "settings", "shortcuts", "next_pane", "previous_pane"],
  reading: [
    "next_step",
    "previous_step",
    "next_citation",
    "previous_citation",
    "source_1",
    "source_2",
    "source_3",
    "source_4",
    "source_5",
    "source_6",
    "source_7",
    "source_8",
    "source_9",
    "open_source",
    "find",
    "branch",
    "replay",
    "document",
    "export",
    "copy_answer",
  ],
  looks: ["toggle_how", "toggle_answer", "toggle_sources", "larger_text", "smaller_text", "usual_text"],
} as const satisfies Record<string, readonly Action[]>;

export type Group = keyof typeof GROUPS;

export const GROUP_NAMES = Object.keys(GROUPS) as Group[];

/** The name of an action in the language of the screen. */
export function actionName(t: TFunction, action: Action): string {
  const number = /^source_(\d)$/.exec(action)?.[1];
  if (number) return t("actions.source", { number });
  return t(`actions.${action as Exclude<Action, `source_${number}`>}`);
}
