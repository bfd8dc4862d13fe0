import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Api, Problem } from "../src/api/api";
import { recorded } from "../src/api/fixture";
import { changeSettings, DEFAULTS, merged, readSettings, useSettings } from "../src/state/settings";

describe("a change of settings", () => {
  it("merges maps key by key, and null takes out or brings back", () => {
    const settings = { ...DEFAULTS, text_size: 120, shortcuts: { stop: "F8", find: "F3" } };
    expect(merged(settings, { text_size: null, shortcuts: { stop: null, export: "F9" } }, DEFAULTS)).toEqual({
      ...DEFAULTS,
      shortcuts: { find: "F3", export: "F9" },
    });
  });

  it("leaves the old settings as they were", () => {
    const settings = { ...DEFAULTS, shortcuts: { stop: "F8" } };
    merged(settings, { shortcuts: { stop: null } }, DEFAULTS);
    expect(settings.shortcuts).toEqual({ stop: "F8" });
  });
});

describe("keeping a change", () => {
  let api: Api;
  beforeEach(async () => {
    api = recorded({ search: "", hash: "#/" } as Location);
    await readSettings(api);
  });

  it("holds at once, and is what Lucy has then", async () => {
    const kept = changeSettings(api, { theme: "dark" });
    expect(useSettings.getState().settings.theme).toBe("dark");
    await kept;
    await readSettings(api);
    expect(useSettings.getState().settings.theme).toBe("dark");
    await changeSettings(api, { theme: null });
    expect(useSettings.getState().settings.theme).toBe("system");
  });

  it("is taken back, with the reason, when it is refused", async () => {
    vi.spyOn(api, "request").mockRejectedValue(
      new Problem({ code: "disk_full", message: "The disk is full." }),
    );
    await changeSettings(api, { theme: "dark" });
    expect(useSettings.getState()).toMatchObject({
      settings: { theme: "system" },
      problem: "The disk is full.",
    });
  });
});
