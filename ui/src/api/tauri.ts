// Lucy in the desktop window: one command for requests, one for following a run, two for the window itself. The only
// file that knows Tauri.

import { Channel, invoke, isTauri } from "@tauri-apps/api/core";
import { type Api, isWebAddress, Problem, type ResponseTo, type Watcher } from "./api";
import type { Request, RunUpdate } from "./bindings";
import type { Shell, ShellEvent, ShellStarted } from "./shell";

/** Whether this page stands in the desktop window. */
export const inDesktop = isTauri;

/** How long messages may arrive after the stream is said to be over. */
const LATE_MS = 100;

type Ask =
  | { ask: "save_file"; name: string; text: string }
  | { ask: "open_link"; url: string }
  | { ask: "choose_folder" }
  | { ask: "choose_model" }
  | { ask: "unsubscribe"; channel: number }
  | { ask: "language"; language: "en" | "de" };

type Answer = { answer: "done" } | { answer: "path"; path: string | null };

async function call<T>(command: string, values: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, values);
  } catch (thrown) {
    throw Problem.of(thrown);
  }
}

async function askShell(ask: Ask): Promise<string | null> {
  const answer = await call<Answer>("shell", { ask });
  return answer.answer === "path" ? answer.path : null;
}

const shell: Shell = {
  async ready(language: "en" | "de", told: (event: ShellEvent) => void): Promise<ShellStarted> {
    const events = new Channel<ShellEvent>();
    events.onmessage = told;
    return await call<ShellStarted>("ui_ready", { language, events });
  },
  async language(language: "en" | "de"): Promise<void> {
    await askShell({ ask: "language", language });
  },
  async choose(what: "folder" | "model"): Promise<string | null> {
    return await askShell({ ask: what === "folder" ? "choose_folder" : "choose_model" });
  },
};

export const tauri: Api = {
  kind: "desktop",
  shell,

  async request<R extends Request>(request: R): Promise<ResponseTo<R>> {
    return await call<ResponseTo<R>>("request", { request });
  },

  subscribe(run: string, fromSeq: number, watcher: Watcher): () => void {
    let open = true;
    const channel = new Channel<RunUpdate>();
    channel.onmessage = (update) => {
      if (open) watcher.update(update);
    };
    const end = (problem?: Problem) => {
      if (!open) return;
      open = false;
      watcher.end(problem?.fault);
    };
    call("subscribe", { run, from_seq: fromSeq, channel })
      .then(() => setTimeout(end, LATE_MS))
      .catch((thrown) => end(Problem.of(thrown)));
    return () => {
      if (!open) return;
      open = false;
      askShell({ ask: "unsubscribe", channel: channel.id }).catch(() => {
        // The run has ended meanwhile: there is nothing left to end.
      });
    };
  },

  async open(url: string): Promise<void> {
    if (isWebAddress(url)) await askShell({ ask: "open_link", url });
  },

  async save(name: string, _mime: string, text: string): Promise<boolean> {
    return (await askShell({ ask: "save_file", name, text })) !== null;
  },
};
