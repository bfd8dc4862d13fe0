// What surrounds the recorded runs: the history with its marks, models and a library, all kept in this page only.

import { Problem } from "./api";
import type {
  Folder,
  HistoryQuery,
  Hit,
  ModelEntry,
  Request,
  Response,
  RunSummary,
  Transcript,
} from "./bindings";

/** A run as the history knows it. */
export interface Kept {
  readonly summary: RunSummary;
  readonly transcript: Transcript;
}

const BUNDLED: ModelEntry = {
  path: null,
  bundled: true,
  name: "Lucy 1.7B",
  size_bytes: 1_834_000_000,
  in_use: true,
  problem: null,
};

const ARTICLES = [
  {
    title: "Forth Bridge",
    url: "library:forth-bridge",
    text: "The Forth Bridge is a cantilever railway bridge across the Firth of Forth in the east of Scotland.\n\nIt was designed by Sir John Fowler and Sir Benjamin Baker and opened on 4 March 1890.",
  },
  {
    title: "Lisbon",
    url: "library:lisbon",
    text: "Lisbon is the capital and largest city of Portugal.\n\nIt lies on the estuary of the Tagus.",
  },
  {
    title: "Albania",
    url: "library:albania",
    text: "Albania is a country in Southeast Europe. Its capital is Tirana.\n\nMount Korab, 2,764 metres high, stands on its border.",
  },
];

const FILES = 24;
const FILE_MS = 60;

export class Shelf {
  private readonly tags = new Map<string, Set<string>>();
  private readonly saved = new Set<string>();
  private readonly titles = new Map<string, string>();
  private readonly hidden = new Set<string>();
  private models: ModelEntry[] = [BUNDLED];
  private folders: Folder[] = [{ path: "/home/ada/Notes", documents: 48 }];
  private adding: { dir: string; done: number; total: number; current: string } | null = null;

  /** `bare` has neither runs nor folders, as on the first start. A folder is added `speed` times as fast as usual. */
  constructor(
    private bare: boolean,
    private readonly speed: number,
  ) {
    if (bare) this.folders = [];
  }

  /** The answer, or null to what is not asked of the shelf. */
  async answer(request: Request, runs: () => Kept[]): Promise<Response | null> {
    switch (request.request) {
      case "history":
        return this.history(request, this.bare ? runs().filter(({ summary }) => isLive(summary)) : runs());
      case "tag":
        for (const run of request.runs) {
          const held = new Set(this.tags.get(run) ?? []);
          for (const tag of request.add ?? []) held.add(tag);
          for (const tag of request.remove ?? []) held.delete(tag);
          this.tags.set(run, held);
        }
        return { response: "done" };
      case "save":
        for (const run of request.runs) this.saved[request.saved ? "add" : "delete"](run);
        return { response: "done" };
      case "rename":
        this.titles.set(request.run, request.title);
        return { response: "done" };
      case "delete":
        for (const run of request.runs) this.hidden.add(run);
        return { response: "done" };
      case "restore":
        for (const run of request.runs) this.hidden.delete(run);
        return { response: "done" };
      case "delete_all":
        if (request.confirm !== "delete") throw refused("Nothing was deleted: the word does not match.");
        for (const { summary } of runs()) this.hidden.add(summary.run);
        return { response: "done" };
      default:
        return this.model(request) ?? (await this.library(request));
    }
  }

  private history(query: HistoryQuery, runs: readonly Kept[]): Response {
    const found = runs
      .filter(({ summary }) => !this.hidden.has(summary.run))
      .map((kept) => ({ ...this.marked(kept.summary), hit: hitOf(kept, query.query ?? "") }))
      .filter((run) => !query.query || run.hit)
      .filter((run) => !query.tag || run.tags.includes(query.tag))
      .filter((run) => query.saved == null || run.saved === query.saved)
      .filter((run) => !query.outcome || (run.outcome ?? "unfinished") === query.outcome)
      .filter((run) => query.before_ms == null || run.started_ms < query.before_ms)
      .filter((run) => query.after_ms == null || run.started_ms >= query.after_ms)
      .sort((a, b) => b.started_ms - a.started_ms);
    const from = query.offset ?? 0;
    return { response: "history", runs: found.slice(from, from + query.limit), total: found.length };
  }

  private marked(summary: RunSummary): RunSummary {
    return {
      ...summary,
      title: this.titles.get(summary.run) || null,
      tags: [...(this.tags.get(summary.run) ?? [])].sort(),
      saved: this.saved.has(summary.run),
    };
  }

  private model(request: Request): Response | null {
    switch (request.request) {
      case "models":
        return { response: "models", models: this.models };
      case "add_model": {
        if (!request.path.endsWith(".gguf"))
          throw refused(
            `The model was not added: ${request.path} is neither a .gguf file nor a folder with one.`,
          );
        const problem = request.path.includes("broken")
          ? "The file ends too early. It is damaged or incomplete."
          : null;
        this.models = [
          ...this.models,
          {
            ...BUNDLED,
            path: request.path,
            bundled: false,
            name: nameOf(request.path),
            in_use: false,
            problem,
          },
        ];
        return { response: "done" };
      }
      case "remove_model":
        this.models = this.models.filter(({ path }) => path !== request.path);
        return { response: "done" };
      case "use_model":
        this.models = this.models.map((model) => ({
          ...model,
          in_use: model.path === (request.path ?? null),
        }));
        return { response: "done" };
      case "self_test":
        return {
          response: "self_test",
          ok: true,
          lines: [
            {
              part: "load",
              seen: {
                kind: "model",
                name: "Lucy 1.7B",
                quantisation: "Q8_0",
                context: 32_768,
                device: "CPU",
                device_reason: { why: "not_built", device: "cuda" },
              },
              ms: 2140,
            },
            { part: "read", seen: { kind: "speed", tokens: 96, per_second: 310 }, ms: 310 },
            { part: "write", seen: { kind: "speed", tokens: 16, per_second: 21 }, ms: 760 },
            { part: "library", seen: { kind: "documents", count: 5248 }, ms: 12 },
          ],
        };
      default:
        return null;
    }
  }

  private async library(request: Request): Promise<Response | null> {
    switch (request.request) {
      case "library_list":
        return {
          response: "library",
          documents: 5200 + this.folders.reduce((sum, { documents }) => sum + documents, 0),
          folders: this.folders,
        };
      case "library_add":
        return await this.add(request.dir);
      case "library_status":
        return { response: "library_status", adding: this.adding };
      case "library_cancel":
        this.adding = null;
        return { response: "done" };
      case "library_remove":
        this.folders = this.folders.filter(({ path }) => path !== request.dir);
        return { response: "done" };
      case "library_search": {
        const words = request.query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
        const hits = ARTICLES.filter(({ title, text }) =>
          words.some((word) => `${title} ${text}`.toLocaleLowerCase().includes(word)),
        ).map(({ title, url, text }) => ({ title, url, preview: text.split("\n")[0] ?? "" }));
        return { response: "library_hits", hits: hits.slice(0, request.limit) };
      }
      case "library_page": {
        const page = ARTICLES.find(({ url }) => url === request.url);
        if (!page) throw refused("This page is not in the library.");
        return { response: "library_page", ...page };
      }
      default:
        return null;
    }
  }

  private async add(dir: string): Promise<Response> {
    if (!dir.startsWith("/")) throw refused(`The folder was not added: there is no folder ${dir}.`);
    for (let done = 0; done < FILES; done += 1) {
      if (done > 0 && !this.adding) return indexed(done, true);
      this.adding = { dir, done, total: FILES, current: `${dir}/page ${done + 1}.md` };
      await new Promise((wake) => setTimeout(wake, FILE_MS / (this.speed || 1)));
    }
    this.adding = null;
    this.folders = [...this.folders.filter(({ path }) => path !== dir), { path: dir, documents: FILES - 1 }];
    return indexed(FILES - 1, false);
  }
}

function indexed(count: number, cancelled: boolean): Response {
  const skipped: [string, string][] = cancelled ? [] : [["scan.pdf", "it has no text"]];
  return { response: "indexed", indexed: count, unchanged: 0, removed: 0, skipped, cancelled };
}

function isLive(summary: RunSummary): boolean {
  return summary.run.startsWith("live-");
}

function refused(message: string): Problem {
  return new Problem({ code: "bad_request", message });
}

function nameOf(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? path).replace(/\.gguf$/, "");
}

/** How much of a text stands before and after what was found in it. */
const AROUND = 60;

function hitOf({ summary, transcript }: Kept, query: string): Hit | null {
  const wanted = query.trim().toLocaleLowerCase();
  if (!wanted) return null;
  const texts: { field: Hit["field"]; title: string | null; text: string }[] = [
    { field: "question", title: null, text: summary.question },
    { field: "answer", title: null, text: summary.answer },
    ...transcript.steps.map(({ reply }) => ({
      field: "thought" as const,
      title: null,
      text: reply.reasoning,
    })),
    ...transcript.sources.map((source) => ({
      field: "page" as const,
      title: source.title,
      text: source.text ?? source.preview,
    })),
  ];
  for (const { field, title, text } of texts) {
    const at = text.toLocaleLowerCase().indexOf(wanted);
    if (at < 0) continue;
    const from = Math.max(0, at - AROUND);
    const cut = text.slice(from, at + wanted.length + AROUND);
    return { field, title, text: cut, marks: [[at - from, at - from + wanted.length]] };
  }
  return null;
}
