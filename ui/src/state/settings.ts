// What the person chose: read once, changed at once on the page, then kept by Lucy.

import { create } from "zustand";
import { type Api, Problem } from "../api/api";
import type { DeviceName, UiSettings } from "../api/bindings";

/** What holds before Lucy has said what was chosen. */
export const DEFAULTS: UiSettings = {
  theme: "system",
  language: "system",
  text_size: 100,
  reasoning: "three_lines",
  reduced_motion: "system",
  single_keys: true,
  shortcuts: {},
  notifications: true,
  device: "auto",
  model: null,
  max_steps: null,
  panes: {},
  history_beside: false,
  ribbon: "time",
};

interface Chosen {
  readonly settings: UiSettings;
  readonly defaults: UiSettings;
  /** What this build can run a model on. */
  readonly devices: readonly DeviceName[];
  /** Why the last change was not kept. */
  readonly problem: string | null;
}

export const useSettings = create<Chosen>(() => ({
  settings: DEFAULTS,
  defaults: DEFAULTS,
  devices: [],
  problem: null,
}));

/** Reads what was chosen. */
export async function readSettings(api: Api): Promise<void> {
  try {
    const { settings, defaults, devices } = await api.request({ request: "settings" });
    useSettings.setState({ settings, defaults, devices, problem: null });
  } catch (thrown) {
    useSettings.setState({ problem: Problem.of(thrown).message });
  }
}

/** A change of settings: null brings a default back, and in a map takes the key out. */
export type Patch = { [key in keyof UiSettings]?: UiSettings[key] | null };

/** The settings after a change, as Lucy merges them. */
export function merged(settings: UiSettings, patch: object, defaults: UiSettings): UiSettings {
  const after: Record<string, unknown> = { ...settings };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const old = after[key];
    if (value === null) after[key] = (defaults as unknown as Record<string, unknown>)[key];
    else if (isMap(value) && isMap(old)) after[key] = mergedMap(old, value);
    else after[key] = value;
  }
  return after as unknown as UiSettings;
}

function mergedMap(map: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const after = { ...map };
  for (const [key, value] of Object.entries(patch)) {
    const old = after[key];
    if (value === null) delete after[key];
    else after[key] = isMap(value) && isMap(old) ? mergedMap(old, value) : value;
  }
  return after;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Changes some of it. */
export async function changeSettings(api: Api, patch: Patch): Promise<void> {
  const { settings: before, defaults } = useSettings.getState();
  useSettings.setState({ settings: merged(before, patch, defaults), problem: null });
  try {
    await api.request({ request: "set_settings", patch });
  } catch (thrown) {
    useSettings.setState({ settings: before, problem: Problem.of(thrown).message });
  }
}
