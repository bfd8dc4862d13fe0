// What the person chose: read once, changed at once on the page, then kept by Lucy.

import { create } from "zustand";
import { type Api, Problem } from "../api/api";
import type { UiSettings } from "../api/bindings";

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
};

interface Chosen {
  readonly settings: UiSettings;
  readonly defaults: UiSettings;
  /** Why the last change was not kept. */
  readonly problem: string | null;
}

export const useSettings = create<Chosen>(() => ({ settings: DEFAULTS, defaults: DEFAULTS, problem: null }));

/** Reads what was chosen. */
export async function readSettings(api: Api): Promise<void> {
  try {
    const { settings, defaults } = await api.request({ request: "settings" });
    useSettings.setState({ settings, defaults, problem: null });
  } catch (thrown) {
    useSettings.setState({ problem: Problem.of(thrown).message });
  }
}

/** Changes some of it. */
export async function changeSettings(api: Api, patch: Partial<UiSettings>): Promise<void> {
  const before = useSettings.getState().settings;
  useSettings.setState({ settings: { ...before, ...patch }, problem: null });
  try {
    await api.request({ request: "set_settings", patch });
  } catch (thrown) {
    useSettings.setState({ settings: before, problem: Problem.of(thrown).message });
  }
}
