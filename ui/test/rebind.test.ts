import { describe, expect, it } from "vitest";
import { ACTIONS, ALL } from "../src/keys/actions";
import { keysOf } from "../src/keys/keys";
import { GROUP_NAMES, GROUPS } from "../src/keys/names";
import { allUsual, bind, conflictOf, isBindable, isUsual, unbind, usual } from "../src/keys/rebind";

/** The keys after a change. */
function changed(
  bound: Record<string, string>,
  patch: Record<string, string | null>,
): Record<string, string> {
  const all = { ...bound, ...patch };
  return Object.fromEntries(Object.entries(all).filter(([, keys]) => keys !== null)) as Record<
    string,
    string
  >;
}

describe("binding other keys", () => {
  it("replaces one stroke and keeps the others", () => {
    expect(bind("focus_question", "Mod+J", "Mod+L", {})).toEqual({ focus_question: "Mod+J /" });
  });

  it("adds a stroke", () => {
    expect(bind("stop", "F8", null, {})).toEqual({ stop: "Mod+. F8" });
  });

  it("takes a stroke from who has it, and leaves that action with none", () => {
    expect(conflictOf("stop", "Mod+K", {})).toBe("palette");
    const patch = bind("stop", "Mod+K", "Mod+.", {});
    expect(patch).toEqual({ stop: "Mod+K", palette: "" });
    expect(keysOf("palette", changed({}, patch))).toEqual([]);
    expect(conflictOf("stop", "Mod+K", changed({}, patch))).toBeNull();
  });

  it("keeps nothing that is as usual", () => {
    expect(bind("stop", "Mod+.", "F8", { stop: "F8" })).toEqual({ stop: null });
    expect(isUsual("stop", { stop: "Mod+." })).toBe(true);
    expect(isUsual("stop", { stop: "F8" })).toBe(false);
  });

  it("gives the usual keys back, and takes them from who has them by then", () => {
    const bound = { palette: "", stop: "Mod+K" };
    expect(usual("palette", bound)).toEqual({ palette: null, stop: "" });
    expect(allUsual(bound)).toEqual({ palette: null, stop: null });
  });

  it("removes a stroke", () => {
    expect(unbind("focus_question", "/", {})).toEqual({ focus_question: "Mod+L" });
    expect(unbind("stop", "Mod+.", {})).toEqual({ stop: "" });
  });

  it("leaves the keys alone that work the controls", () => {
    for (const stroke of ["Tab", "Shift+Tab", "Enter", "Escape", "Space", "ArrowDown"])
      expect(isBindable(stroke)).toBe(false);
    for (const stroke of ["J", "Mod+Enter", "F6", "Alt+ArrowDown"]) expect(isBindable(stroke)).toBe(true);
  });

  it("no stroke is usual for two actions, and every action stands in one group", () => {
    const strokes = ALL.flatMap((action) => [...ACTIONS[action]]);
    expect(new Set(strokes).size).toBe(strokes.length);
    const grouped = GROUP_NAMES.flatMap((group) => [...GROUPS[group]]);
    expect([...grouped].sort()).toEqual([...ALL].sort());
  });
});
