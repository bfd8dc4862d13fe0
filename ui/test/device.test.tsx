import { screen as page, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Api, ResponseTo } from "../src/api/api";
import type { DeviceName, Request, SelfTest } from "../src/api/bindings";
import { ApiContext } from "../src/api/context";
import { recorded } from "../src/api/fixture";
import { speak } from "../src/i18n/i18n";
import { SelfTestPart } from "../src/pages/models/self_test";
import { DeviceField } from "../src/pages/settings/fields";
import { DEFAULTS, readSettings } from "../src/state/settings";

/** Lucy with these devices, of which the person has chosen one. */
function lucy(devices: DeviceName[], device: DeviceName): Api {
  const api = recorded({ search: "", hash: "#/" } as Location);
  vi.spyOn(api, "request").mockImplementation(
    async <R extends Request>() =>
      ({
        response: "settings",
        settings: { ...DEFAULTS, device },
        defaults: DEFAULTS,
        devices,
      }) as ResponseTo<R>,
  );
  return api;
}

async function offered(devices: DeviceName[], device: DeviceName) {
  const api = lucy(devices, device);
  await readSettings(api);
  render(
    <ApiContext value={api}>
      <DeviceField />
    </ApiContext>,
  );
  return page.getAllByRole("radio").map((choice) => (choice as HTMLInputElement).value);
}

describe("the devices", () => {
  it("are those of the build, and what is missing is said", async () => {
    expect(await offered(["auto", "cpu"], "auto")).toEqual(["auto", "cpu"]);
    const { textContent } = page.getByTestId("devices-absent");
    expect(textContent).toBe("CUDA and Metal are not offered: this build of Lucy was made without them.");
    expect(page.queryByText(/was chosen/)).toBeNull();
  });

  it("say why the one that another build has kept is not used", async () => {
    expect(await offered(["auto", "cpu", "metal"], "cuda")).toEqual(["auto", "cpu", "metal"]);
    expect(
      page.getByText("CUDA was chosen. This build of Lucy does not have it and uses the processor."),
    ).toBeTruthy();
    expect(page.getByTestId("devices-absent").textContent).toMatch(/^CUDA is not offered/);
    expect(page.getByRole("button", { name: "Reset: Device" })).toBeTruthy();
  });
});

describe("the self-test", () => {
  const seen: SelfTest = {
    ok: false,
    lines: [
      {
        part: "load",
        seen: {
          kind: "model",
          name: "Lucy",
          quantisation: "Q8_0",
          context: 16_384,
          device: "CPU",
          device_reason: { why: "no_driver", device: "cuda" },
        },
        ms: 10,
      },
      { part: "reply", seen: { kind: "failed", why: "the model broke" }, ms: 10 },
      { part: "library", seen: { kind: "documents", count: 1 }, ms: 10 },
      { part: "memory", seen: { kind: "memory", bytes: 2_000_000 }, ms: 0 },
    ],
  };

  async function lines() {
    const api = recorded({ search: "", hash: "#/" } as Location);
    vi.spyOn(api, "request").mockImplementation(
      async <R extends Request>() => ({ response: "self_test", ...seen }) as ResponseTo<R>,
    );
    render(
      <ApiContext value={api}>
        <SelfTestPart />
      </ApiContext>,
    );
    await userEvent.click(page.getByRole("button"));
    return (await page.findAllByRole("listitem")).map(({ textContent }) => textContent);
  }

  it("is told in the language of the screen", async () => {
    const [load, reply, library, memory] = await lines();
    expect(load).toContain(
      "Load the modelLucy Q8_0, context of 16,384 tokens, on CPU. CUDA does not work here",
    );
    expect(reply).toContain("Read and writethe model broke");
    expect(library).toContain("Open the library1 document");
    expect(memory).toContain("2.0 MB at most so far");
    expect(page.getAllByRole("img", { name: "Failed" })).toHaveLength(1);
  });

  it("is told in German", async () => {
    speak("de");
    const [load, , library] = await lines();
    speak("en");
    expect(load).toContain("Modell ladenLucy Q8_0, Kontext von 16.384 Token, auf CPU. CUDA geht hier nicht");
    expect(library).toContain("Bibliothek öffnen1 Dokument");
  });
});
