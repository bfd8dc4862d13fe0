// The one seam to everything outside the page: what can be asked, and who answers.

import i18next from "i18next";
import type { ApiError, Request, Response, RunUpdate } from "./bindings";
import type { Shell } from "./shell";

export type { ApiError, Request, Response, RunUpdate } from "./bindings";

/** Which response answers which request. */
type Answers = {
  ask: "started";
  resume: "started";
  branch: "started";
  rerun: "started";
  history: "history";
  show: "log";
  settings: "settings";
  set_settings: "settings";
  library_add: "indexed";
  library_list: "library";
  library_status: "library_status";
  library_search: "library_hits";
  library_page: "library_page";
  model: "model";
  models: "models";
  self_test: "self_test";
  evidence: "evidence";
  export: "export";
  diagnostics: "diagnostics";
};

/** The response to a request of this kind. */
export type ResponseTo<R extends Request> = Extract<
  Response,
  { response: R["request"] extends keyof Answers ? Answers[R["request"]] : "done" }
>;

/** Whoever follows a run. */
export interface Watcher {
  /** Something new, in order. */
  update(update: RunUpdate): void;
  /** The connection was lost and is there again: what is said of the reply that is being made begins anew. */
  again(): void;
  /** Nothing more comes: the run is over, or it cannot be followed. */
  end(fault?: Fault): void;
}

/** Lucy, as the screen sees it. */
export interface Api {
  /** Where the answers come from. */
  readonly kind: "web" | "desktop" | "recorded";
  /** The window, in the desktop. */
  readonly shell?: Shell;
  /** Asks; rejects with a [`Problem`]. */
  request<R extends Request>(request: R): Promise<ResponseTo<R>>;
  /** Follows a run from an event on; the returned function ends it. */
  subscribe(run: string, fromSeq: number, watcher: Watcher): () => void;
  /** Opens a page in the system's browser; http and https only. */
  open(url: string): Promise<void>;
  /** Saves a text as a file; false if the person thought better of it. */
  save(name: string, mime: string, text: string): Promise<boolean>;
}

/** What went wrong: as Lucy says it, or that Lucy could not be asked. */
export interface Fault {
  readonly code: ApiError["code"] | "gone" | "lost" | "key" | "empty";
  /** The detail, in English. */
  readonly message?: string;
}

/** A fault in words for the person. English has Lucy's own; other languages say of what kind it is, then those. */
export function wordsOf({ code, message }: Fault): string {
  return i18next.t(`problem.${code}`, { why: message });
}

/** A failed request, as an error that can be thrown. Its message is for the person. */
export class Problem extends Error {
  constructor(readonly fault: Fault) {
    super(wordsOf(fault));
    this.name = "Problem";
  }

  /** Whatever was thrown, as a problem. */
  static of(thrown: unknown): Problem {
    if (thrown instanceof Problem) return thrown;
    if (isApiError(thrown)) return new Problem(thrown);
    return new Problem({
      code: "failed",
      message: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}

function isApiError(value: unknown): value is ApiError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

/** Whether this address may be opened in a browser: http or https, and nothing that only looks like it. */
export function isWebAddress(url: string): boolean {
  try {
    const { protocol } = new URL(url);
    return protocol === "http:" || protocol === "https:";
  } catch {
    return false;
  }
}
