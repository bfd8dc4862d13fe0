import { describe, expect, it, vi } from "vitest";
import type { Api, RunUpdate, Watcher } from "../src/api/api";
import { RECORDED } from "../src/fixtures";
import { follow, followOn, useFollowed } from "../src/state/follow";

const log = RECORDED.answered?.log ?? [];

/** A run that tells what the test wants. */
function told() {
  const watchers: Watcher[] = [];
  const left = vi.fn();
  const api = {
    subscribe: (_run: string, _from: number, watcher: Watcher) => {
      watchers.push(watcher);
      return left;
    },
  } as unknown as Api;
  return { api, watchers, left };
}

function text(delta: string): RunUpdate {
  return { update: "progress", progress: { progress: "text", delta } };
}

describe("following a run", () => {
  it("paints once for all updates of a frame", async () => {
    const { api, watchers } = told();
    const leave = follow(api, "r");
    const painted = vi.fn();
    const stop = useFollowed.subscribe(painted);
    watchers[0]?.update({ update: "event", seq: 0, event: log[0] as never });
    for (let index = 0; index < 100; index += 1) watchers[0]?.update(text("x"));
    expect(painted).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(painted).toHaveBeenCalled());
    expect(painted).toHaveBeenCalledTimes(1);
    expect(useFollowed.getState().state.live.text).toHaveLength(100);
    stop();
    leave();
  });

  it("shows a reply once that is told again after the connection was lost", async () => {
    const { api, watchers } = told();
    const leave = follow(api, "r");
    watchers[0]?.update({ update: "event", seq: 0, event: log[0] as never });
    watchers[0]?.update(text("The Forth"));
    watchers[0]?.again();
    watchers[0]?.update(text("The Forth Bridge"));
    await vi.waitFor(() => expect(useFollowed.getState().state.live.text).toBe("The Forth Bridge"));
    expect(useFollowed.getState().state.log).toHaveLength(1);
    leave();
  });

  it("hears nothing of a run that was left", async () => {
    const { api, watchers, left } = told();
    follow(api, "first");
    follow(api, "second");
    expect(left).toHaveBeenCalledTimes(1);
    watchers[0]?.update({ update: "event", seq: 0, event: log[0] as never });
    watchers[1]?.update(text("y"));
    await vi.waitFor(() => expect(useFollowed.getState().state.live.text).toBe("y"));
    expect(useFollowed.getState()).toMatchObject({ run: "second", state: { log: [] } });
  });

  it("knows when nothing more comes, and why", async () => {
    const { api, watchers } = told();
    follow(api, "r");
    watchers[0]?.end({ code: "no_such_run", message: "gone" });
    await vi.waitFor(() => expect(useFollowed.getState().over).toBe(true));
    expect(useFollowed.getState().error?.message).toBe("gone");
  });

  it("follows a run anew that goes on, and whoever leaves it leaves that too", async () => {
    const { api, watchers, left } = told();
    const leave = follow(api, "r");
    followOn(api, "r");
    expect(watchers).toHaveLength(1);
    watchers[0]?.end(undefined);
    await vi.waitFor(() => expect(useFollowed.getState().over).toBe(true));
    followOn(api, "another");
    expect(watchers).toHaveLength(1);
    followOn(api, "r");
    expect(watchers).toHaveLength(2);
    expect(useFollowed.getState().over).toBe(false);
    watchers[1]?.update(text("z"));
    await vi.waitFor(() => expect(useFollowed.getState().state.live.text).toBe("z"));
    const before = left.mock.calls.length;
    leave();
    expect(left).toHaveBeenCalledTimes(before + 1);
  });
});
