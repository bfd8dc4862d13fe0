// Lucy behind `lucy serve`: requests as JSON, runs as server-sent events. The cookie of the first page is the key.

import { type Api, isWebAddress, Problem, type ResponseTo, type Watcher } from "./api";
import type { Request, RunUpdate } from "./bindings";

/** The status of a page whose key is an old one. */
const UNAUTHORIZED = 401;

export const http: Api = {
  kind: "web",

  async request<R extends Request>(request: R): Promise<ResponseTo<R>> {
    let answer: globalThis.Response;
    try {
      answer = await fetch("/api/request", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
        credentials: "same-origin",
      });
    } catch {
      throw new Problem({ code: "gone" });
    }
    const body = jsonOf(await answer.text().catch(() => ""), answer.status);
    if (!answer.ok) throw Problem.of(body);
    return body as ResponseTo<R>;
  },

  subscribe(run: string, fromSeq: number, watcher: Watcher): () => void {
    // The browser reconnects by itself and says, as Last-Event-ID, where it was.
    const source = new EventSource(`/api/runs/${encodeURIComponent(run)}/updates?from_seq=${fromSeq}`);
    let lost = false;
    source.onopen = () => {
      if (lost) watcher.again();
      lost = false;
    };
    source.onmessage = (message) => watcher.update(JSON.parse(message.data) as RunUpdate);
    source.addEventListener("end", () => {
      source.close();
      watcher.end();
    });
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) {
        watcher.end({ code: "lost" });
      } else if (lost) {
        // It would try for ever, and the run would seem to go on.
        source.close();
        watcher.end({ code: "gone" });
      } else {
        lost = true;
      }
    };
    return () => source.close();
  },

  async open(url: string): Promise<void> {
    if (isWebAddress(url)) window.open(url, "_blank", "noopener,noreferrer");
  },

  async save(name: string, mime: string, text: string): Promise<boolean> {
    saveBlob(name, mime, text);
    return true;
  },
};

/** What an answer holds. One that is no JSON says in words why there is nothing. */
function jsonOf(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (status === UNAUTHORIZED) throw new Problem({ code: "key" });
    if (!text.trim()) throw new Problem({ code: "empty", message: String(status) });
    throw new Problem({ code: "failed", message: text.trim() });
  }
}

/** Hands a text to the browser as a download. */
export function saveBlob(name: string, mime: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: mime }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
