import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem, type RunUpdate } from "../src/api/api";
import { http } from "../src/api/http";
import { tauri } from "../src/api/tauri";
import { speak } from "../src/i18n/i18n";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a problem", () => {
  afterEach(() => speak("en"));

  it("is said in the person's language, with what Lucy says", () => {
    speak("de");
    const why = "the disk with x.db is full";
    expect(Problem.of({ code: "disk_full", message: why }).message).toBe(
      `Der Datenträger ist voll. Schaffen Sie Platz und versuchen Sie es erneut. Lucy meldet: ${why}`,
    );
    expect(new Problem({ code: "gone" }).message).toMatch(/^Lucy antwortet nicht/);
    expect(Problem.of(new TypeError("no x")).message).toBe("Das ist gescheitert: no x");
    speak("en");
    expect(Problem.of({ code: "disk_full", message: why }).message).toBe(why);
  });
});

describe("lucy serve", () => {
  it("is asked with JSON, and answers", async () => {
    const fetch = vi.fn(async () => new Response('{"response":"started","run":"r1"}'));
    vi.stubGlobal("fetch", fetch);
    expect(await http.request({ request: "ask", question: "Who?" })).toEqual({
      response: "started",
      run: "r1",
    });
    const [url, init] = fetch.mock.calls[0] as unknown as [string, RequestInit];
    expect([url, init.method, init.body]).toEqual([
      "/api/request",
      "POST",
      '{"request":"ask","question":"Who?"}',
    ]);
  });

  it("says what went wrong", async () => {
    vi.stubGlobal(
      "fetch",
      async () => new Response('{"code":"no_such_run","message":"gone"}', { status: 404 }),
    );
    await expect(http.request({ request: "show", run: "x" })).rejects.toMatchObject({
      fault: { code: "no_such_run" },
      message: "gone",
    });
    vi.stubGlobal("fetch", async () => new Response("Not with this key.\n", { status: 401 }));
    await expect(http.request({ request: "show", run: "x" })).rejects.toThrow(/^Open the whole address/);
    vi.stubGlobal("fetch", async () => new Response("There is no such file.\n", { status: 404 }));
    await expect(http.request({ request: "show", run: "x" })).rejects.toThrow(/^There is no such file\.$/);
    vi.stubGlobal("fetch", async () => new Response(" ", { status: 502 }));
    await expect(http.request({ request: "show", run: "x" })).rejects.toThrow(/no content \(502\)/);
    vi.stubGlobal("fetch", async () => new Response('{"response":"lo'));
    await expect(http.request({ request: "show", run: "x" })).rejects.toBeInstanceOf(Problem);
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("refused")));
    await expect(http.request({ request: "settings" })).rejects.toThrow(/`lucy serve` has ended/);
  });

  const sources: FakeSource[] = [];
  class FakeSource extends EventTarget {
    static CLOSED = 2;
    readyState = 1;
    onopen: (() => void) | null = null;
    onmessage: ((message: { data: string }) => void) | null = null;
    onerror: (() => void) | null = null;
    constructor(readonly url: string) {
      super();
      sources.push(this);
    }
    close() {
      this.readyState = 2;
    }
  }

  it("is followed until it says that it is over", () => {
    vi.stubGlobal("EventSource", FakeSource);
    const updates: RunUpdate[] = [];
    const end = vi.fn();
    http.subscribe("a b", 3, { update: (update) => updates.push(update), again: () => {}, end });
    const source = sources.at(-1);
    expect(source?.url).toBe("/api/runs/a%20b/updates?from_seq=3");
    source?.onmessage?.({ data: '{"update":"progress","progress":{"progress":"text","delta":"x"}}' });
    source?.onerror?.();
    expect(end).not.toHaveBeenCalled();
    source?.dispatchEvent(new Event("end"));
    expect(updates).toHaveLength(1);
    expect(end).toHaveBeenCalledWith();
    expect(source?.readyState).toBe(2);
  });

  it("is followed no more once it cannot be reached twice in a row", () => {
    vi.stubGlobal("EventSource", FakeSource);
    const [again, end] = [vi.fn(), vi.fn()];
    http.subscribe("r", 0, { update: () => {}, again, end });
    const source = sources.at(-1);
    source?.onopen?.();
    expect(again).not.toHaveBeenCalled();
    source?.onerror?.();
    source?.onopen?.();
    expect(again).toHaveBeenCalledTimes(1);
    source?.onerror?.();
    expect(end).not.toHaveBeenCalled();
    source?.onerror?.();
    expect(end).toHaveBeenCalledWith({ code: "gone" });
    expect(source?.readyState).toBe(2);
  });

  it("opens nothing but web pages", async () => {
    const open = vi.fn();
    vi.stubGlobal("open", open);
    await http.open("javascript:alert(1)");
    await http.open("https://example.org");
    expect(open.mock.calls.map(([url]) => url)).toEqual(["https://example.org"]);
  });
});

describe("the desktop window", () => {
  const calls: [string, Record<string, unknown>][] = [];
  let answer: (command: string) => Promise<unknown> = async () => null;
  const callbacks = new Map<number, (value: unknown) => void>();

  beforeEach(() => {
    calls.length = 0;
    vi.stubGlobal("__TAURI_INTERNALS__", {
      invoke: (command: string, values: Record<string, unknown>) => {
        calls.push([command, values]);
        return answer(command);
      },
      transformCallback: (callback: (value: unknown) => void) => {
        callbacks.set(callbacks.size + 1, callback);
        return callbacks.size;
      },
      unregisterCallback: () => {},
    });
  });

  it("is asked by one command, and its refusals are problems", async () => {
    answer = async () => ({ response: "done" });
    await tauri.request({ request: "cancel", run: "r" });
    expect(calls[0]).toEqual(["request", { request: { request: "cancel", run: "r" } }]);
    answer = () => Promise.reject({ code: "disk_full", message: "full" });
    await expect(tauri.request({ request: "settings" })).rejects.toMatchObject({
      fault: { code: "disk_full" },
    });
  });

  it("tells of a run through a channel, until it is left", async () => {
    answer = () => new Promise(() => {});
    const updates: unknown[] = [];
    const leave = tauri.subscribe("r", 2, {
      update: (update) => updates.push(update),
      again: () => {},
      end: () => {},
    });
    expect(calls[0]?.[1]).toMatchObject({ run: "r", from_seq: 2 });
    callbacks.get(callbacks.size)?.({
      index: 0,
      message: { update: "stopped", error: { code: "failed", message: "" } },
    });
    expect(updates).toHaveLength(1);
    answer = async () => ({ answer: "done" });
    leave();
    expect(calls[1]?.[1]).toMatchObject({ ask: { ask: "unsubscribe" } });
  });

  it("ends a run that cannot be followed with the reason", async () => {
    answer = () => Promise.reject({ code: "no_such_run", message: "gone" });
    const end = vi.fn();
    tauri.subscribe("r", 0, { update: () => {}, again: () => {}, end });
    await vi.waitFor(() => expect(end).toHaveBeenCalledWith({ code: "no_such_run", message: "gone" }));
  });

  it("saves through a dialog, which may be left", async () => {
    answer = async () => ({ answer: "path", path: null });
    expect(await tauri.save("a.md", "text/markdown", "x")).toBe(false);
    answer = async () => ({ answer: "path", path: "/a.md" });
    expect(await tauri.save("a.md", "text/markdown", "x")).toBe(true);
    await tauri.open("file:///etc/passwd");
    expect(calls).toHaveLength(2);
  });
});
