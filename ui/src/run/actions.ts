// What a person can do with a run. Each asks Lucy, and says so if it did not work.

import i18next from "i18next";
import { create } from "zustand";
import { type Api, type Fault, Problem } from "../api/api";
import type { EditedCall } from "../api/bindings";
import { alarm } from "../parts/announce";
import { note } from "../parts/toast";
import { followOn } from "../state/follow";
import { go, newQuestion, runPlace } from "../state/router";

/** Why the last question was not taken, for the page that stands in the way. */
export const useRefusal = create<{ fault: Fault | null }>(() => ({ fault: null }));

/** A question that is asked when the run ends. */
export const useQueue = create<{ run: string | null; text: string }>(() => ({ run: null, text: "" }));

/** Begins a run and shows it; false if it was not begun. */
export async function ask(api: Api, question: string, previous: string | null): Promise<boolean> {
  try {
    const { run } = await api.request({ request: "ask", question, previous });
    useRefusal.setState({ fault: null });
    go(runPlace(run));
    return true;
  } catch (thrown) {
    const { fault, message } = Problem.of(thrown);
    if (fault.code === "model" || fault.code === "disk_full" || fault.code === "data")
      useRefusal.setState({ fault });
    else note(message);
    alarm(message);
    return false;
  }
}

/** Begins what follows from a run, and shows it. */
async function startFrom(api: Api, begun: Promise<{ run: string }>): Promise<string | null> {
  try {
    const { run } = await begun;
    followOn(api, run);
    go(runPlace(run));
    return run;
  } catch (thrown) {
    tell(thrown);
    return null;
  }
}

export const resume = (api: Api, run: string) => startFrom(api, api.request({ request: "resume", run }));

export const rerun = (api: Api, run: string) => startFrom(api, api.request({ request: "rerun", run }));

export const branch = (
  api: Api,
  run: string,
  step: number,
  question: string | null,
  call: EditedCall | null,
) => startFrom(api, api.request({ request: "branch", run, step, question, call }));

/** Takes a stopped run up only to have it answer. */
export async function finishStopped(api: Api, run: string): Promise<void> {
  const begun = await resume(api, run);
  if (begun) await finish(api, begun);
}

export async function stop(api: Api, run: string): Promise<void> {
  await quietly(api.request({ request: "cancel", run }));
}

export async function finish(api: Api, run: string): Promise<void> {
  await quietly(api.request({ request: "finish", run }));
}

export async function steer(api: Api, run: string, text: string): Promise<boolean> {
  return await quietly(api.request({ request: "steer", run, text }));
}

/** Deletes a run, with a way back for ten seconds. */
export async function discard(api: Api, run: string): Promise<void> {
  if (!(await quietly(api.request({ request: "delete", runs: [run] })))) return;
  go(newQuestion);
  note(i18next.t("run.discarded"), async () => {
    if (await quietly(api.request({ request: "restore", runs: [run] }))) go(runPlace(run));
  });
}

async function quietly(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (thrown) {
    tell(thrown);
    return false;
  }
}

function tell(thrown: unknown): void {
  const { message } = Problem.of(thrown);
  note(message);
  alarm(message);
}
