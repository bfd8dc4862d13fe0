// Binding other keys to an action, and what that takes from another. Pure.

import { ACTIONS, type Action, ALL } from "./actions";
import { keysOf } from "./keys";

type Bound = Readonly<Record<string, string>>;

/** A change of the bound keys: null brings the usual ones back. */
export type BoundPatch = Record<string, string | null>;

/** Keys that move the focus or work a control, and so are nobody's to bind. */
const KEPT = /^(Shift\+)?(Tab|Enter|Escape|Space|Backspace|Delete|Home|End|PageUp|PageDown|Arrow\w+)$/;

export function isBindable(stroke: string): boolean {
  return !KEPT.test(stroke);
}

/** Which other action has this stroke. */
export function conflictOf(action: Action, stroke: string, bound: Bound): Action | null {
  return ALL.find((other) => other !== action && keysOf(other, bound).includes(stroke)) ?? null;
}

/** The change that gives `stroke` to the action, in the place of `old` if there is one, and takes it from any other. */
export function bind(action: Action, stroke: string, old: string | null, bound: Bound): BoundPatch {
  const held = keysOf(action, bound);
  const keys = old === null ? [...held, stroke] : held.map((key) => (key === old ? stroke : key));
  const patch: BoundPatch = { [action]: kept(action, keys) };
  const other = conflictOf(action, stroke, bound);
  if (other) patch[other] = kept(other, without(keysOf(other, bound), stroke));
  return patch;
}

/** The change that takes a stroke away. */
export function unbind(action: Action, stroke: string, bound: Bound): BoundPatch {
  return { [action]: kept(action, without(keysOf(action, bound), stroke)) };
}

/** The change that brings the usual keys back, and takes them from whoever has them now. */
export function usual(action: Action, bound: Bound): BoundPatch {
  const patch: BoundPatch = { [action]: null };
  for (const stroke of ACTIONS[action]) {
    const other = conflictOf(action, stroke, bound);
    if (other) patch[other] = kept(other, without(keysOf(other, bound), stroke));
  }
  return patch;
}

/** The change that brings all usual keys back. */
export function allUsual(bound: Bound): BoundPatch {
  return Object.fromEntries(Object.keys(bound).map((action) => [action, null]));
}

export function isUsual(action: Action, bound: Bound): boolean {
  return kept(action, keysOf(action, bound)) === null;
}

function without(keys: readonly string[], stroke: string): string[] {
  return keys.filter((key) => key !== stroke);
}

/** The keys as they are kept: null if they are the usual ones. */
function kept(action: Action, keys: readonly string[]): string | null {
  const each = [...new Set(keys)].join(" ");
  return each === ACTIONS[action].join(" ") ? null : each;
}
