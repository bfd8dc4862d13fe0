// Lucy as recorded runs, for trying and testing the screen without her: `?fixture=NAME&speed=N`. Only builds of the
// mode `fixtures` hold it.

import { evidenceOf, RECORDED, type Recorded } from "../fixtures";
import { scheduleOf } from "../state/playback";
import { DEFAULTS, merged } from "../state/settings";
import { transcriptOf } from "../state/transcript";
import { type Api, isWebAddress, Problem, type ResponseTo, type Watcher } from "./api";
import type { DeviceName, Event, Request, Response, RunSummary, UiSettings } from "./bindings";
import { type Kept, Shelf } from "./fixture_shelf";
import { saveBlob } from "./http";

/** A run that goes on, or is over, in this page. */
interface Played {
  readonly recorded: Recorded;
  events: Event[];
  /** Nothing more happens. */
  over: boolean;
  readonly watchers: Set<Watcher>;
  timer: ReturnType<typeof setTimeout> | undefined;
  readonly previous: string | null;
  /** Whether it was begun in this page, and so is watched. */
  readonly asked: boolean;
}

/** A shorter wait between two cues is put off to the next. */
const SHORTEST_MS = 12;

/** How many times as fast a new question is played, unless the address says otherwise. */
const USUAL_SPEED = 4;

/** The recorded runs that the address of the page asks for. */
export function recorded(address: Location): Api {
  const asked = new URLSearchParams(address.search);
  const name = asked.get("fixture");
  if (name && RECORDED[name] && !address.hash) address.hash = `#/run/${name}`;
  const speed = Number(asked.get("speed") ?? 0);
  return new Recordings(name, speed, new Shelf(asked.has("first"), speed)).api();
}

class Recordings {
  private readonly runs = new Map<string, Played>();
  private settings: UiSettings = DEFAULTS;
  private count = 0;

  constructor(
    private readonly opened: string | null,
    private readonly speed: number,
    private readonly shelf: Shelf,
  ) {
    for (const [name, run] of Object.entries(RECORDED)) this.runs.set(name, played(run, null, false));
  }

  api(): Api {
    return {
      kind: "recorded",
      request: async <R extends Request>(request: R) => (await this.answer(request)) as ResponseTo<R>,
      subscribe: (run, from, watcher) => this.watch(run, from, watcher),
      open: async (url) => {
        if (isWebAddress(url)) window.dispatchEvent(new CustomEvent("lucy-open", { detail: url }));
      },
      save: async (name, mime, text) => {
        saveBlob(name, mime, text);
        return true;
      },
    };
  }

  private watch(run: string, from: number, watcher: Watcher): () => void {
    const found = this.runs.get(run);
    if (!found) {
      queueMicrotask(() => watcher.end({ code: "no_such_run", message: `There is no run ${run}.` }));
      return () => {};
    }
    found.watchers.add(watcher);
    queueMicrotask(() => {
      if (!found.watchers.has(watcher)) return;
      const untouched = found.events.length === 0 && !found.over;
      found.events.slice(from).forEach((event, index) => {
        watcher.update({ update: "event", seq: from + index, event });
      });
      if (found.over) watcher.end();
      else if (untouched) this.play(found, found.asked ? this.speed || USUAL_SPEED : this.speed);
    });
    return () => found.watchers.delete(watcher);
  }

  /** Plays a log to its end or to where it is held: at once if the speed is 0. */
  private play(run: Played, speed: number): void {
    const { log, hold, ends } = run.recorded;
    const cues = scheduleOf(log)
      .filter((cue) => hold === undefined || cue.at <= hold)
      .filter((cue) => run.recorded.model !== "loading" || cue.update.update === "event");
    let next = 0;
    let now = 0;
    const step = () => {
      for (; next < cues.length; next += 1) {
        const cue = cues[next];
        if (!cue || run.over) return;
        const wait = speed > 0 ? (cue.at - now) / speed : 0;
        if (wait > SHORTEST_MS) {
          now = cue.at;
          run.timer = setTimeout(step, wait);
          return;
        }
        if (cue.update.update === "event") run.events.push(cue.update.event);
        for (const watcher of run.watchers) watcher.update(cue.update);
      }
      if (run.recorded.stopped) {
        for (const watcher of run.watchers)
          watcher.update({ update: "stopped", error: run.recorded.stopped });
      }
      if (ends) this.end(run);
    };
    step();
  }

  private end(run: Played): void {
    run.over = true;
    clearTimeout(run.timer);
    for (const watcher of run.watchers) watcher.end();
  }

  private add(run: Played, event: Event): void {
    run.events.push(event);
    for (const watcher of run.watchers)
      watcher.update({ update: "event", seq: run.events.length - 1, event });
  }

  private start(recorded: Recorded, previous: string | null): Response {
    this.count += 1;
    const run = `live-${this.count}`;
    this.runs.set(run, played(recorded, previous, true));
    return { response: "started", run };
  }

  private run(name: string): Played {
    const run = this.runs.get(name);
    if (!run) throw new Problem({ code: "no_such_run", message: `There is no run ${name}.` });
    return run;
  }

  private async answer(request: Request): Promise<Response> {
    const opened = this.opened ? RECORDED[this.opened] : undefined;
    switch (request.request) {
      case "ask": {
        if (!request.question.trim())
          throw new Problem({ code: "bad_request", message: "The question is empty." });
        if (opened?.refuses) throw new Problem(opened.refuses);
        return this.start(asked(request.question, RECORDED.answered), request.previous ?? null);
      }
      case "resume":
      case "rerun":
        return this.start(
          plain(this.run(request.run).recorded.whole ?? this.run(request.run).recorded),
          null,
        );
      case "branch":
        return this.start(asked(request.question ?? "", RECORDED.answered), request.run);
      case "cancel": {
        const run = this.run(request.run);
        if (!run.over) {
          this.add(run, {
            event: "finished",
            outcome: { kind: "cancelled" },
            elapsed_ms: elapsed(run.events),
          });
          this.end(run);
        }
        return { response: "done" };
      }
      case "finish":
        this.add(this.run(request.run), {
          event: "asked_to_finish",
          elapsed_ms: elapsed(this.run(request.run).events),
        });
        return { response: "done" };
      case "steer": {
        const run = this.run(request.run);
        this.add(run, { event: "steered", text: request.text, elapsed_ms: elapsed(run.events) });
        return { response: "done" };
      }
      case "show":
        return { response: "log", run: request.run, events: this.run(request.run).events };
      case "evidence":
        return { response: "evidence", ...evidenceOf(this.run(request.run).recorded) };
      case "settings":
        return { response: "settings", settings: this.settings, defaults: DEFAULTS, devices: DEVICES };
      case "set_settings":
        this.settings = merged(this.settings, request.patch, DEFAULTS);
        return { response: "settings", settings: this.settings, defaults: DEFAULTS, devices: DEVICES };
      case "model":
        if (opened?.model === "loading") return new Promise(() => {});
        if (opened?.model === "missing")
          throw new Problem({
            code: "model",
            message:
              "The model cannot be loaded: the file ends too early. The file is damaged or incomplete: download it again.",
          });
        return MODEL;
      case "export":
        return {
          response: "export",
          name: `forth-bridge.${request.format}`,
          mime: "text/plain",
          text: exported(this.run(request.run), request.reasoning, request.pages),
        };
      case "diagnostics":
        return { response: "diagnostics", text: "Lucy 0.1.0\nrecorded runs" };
      default:
        return (await this.shelf.answer(request, () => this.kept())) ?? { response: "done" };
    }
  }

  private kept(): Kept[] {
    return [...this.runs].map(([run, entry], index) => ({
      summary: summary(run, entry, index),
      transcript: transcriptOf(entry.recorded.log),
    }));
  }
}

const MODEL: Response = {
  response: "model",
  name: "Lucy 1.7B",
  path: null,
  architecture: "qwen3",
  parameters: 1_720_000_000,
  layers: 28,
  hidden_size: 2048,
  context: 32_768,
  quantisation: "Q8_0",
  file_size: 1_834_000_000,
  tokens: 151_936,
  has_template: true,
  device: "CPU",
  device_reason: { why: "not_built", device: "cuda" },
};

/** The recorded Lucy has no graphics card. */
const DEVICES: DeviceName[] = ["auto", "cpu"];

function played(recorded: Recorded, previous: string | null, asked: boolean): Played {
  return { recorded, events: [], over: false, watchers: new Set(), timer: undefined, previous, asked };
}

/** A recording that is not held anywhere. */
function plain(recorded: Recorded): Recorded {
  return { log: recorded.log, ends: true, evidence: recorded.evidence };
}

/** The recording with another question. */
function asked(question: string, recorded: Recorded | undefined): Recorded {
  if (!recorded) throw new Problem({ code: "failed", message: "There is no recording to answer with." });
  const log = recorded.log.map((event) =>
    event.event === "started" && question ? { ...event, question } : event,
  );
  return { ...plain(recorded), log };
}

function elapsed(events: readonly Event[]): number {
  return transcriptOf(events).elapsed_ms;
}

/** The recordings were made in this order, some hours apart. */
const HOURS_MS = 5 * 3_600_000;
const LATEST_MS = Date.UTC(2026, 10, 24, 9);

function summary(run: string, entry: Played, index: number): RunSummary {
  const { recorded, over, previous, events, asked } = entry;
  const transcript = transcriptOf(recorded.log);
  const { outcome } = transcript;
  return {
    run,
    conversation: run,
    parent: previous,
    question: transcript.question,
    title: null,
    model: transcript.model,
    started_ms: asked ? Date.now() : LATEST_MS - index * HOURS_MS,
    outcome: outcome?.kind ?? null,
    answer: outcome?.kind === "answered" ? outcome.answer : "",
    running: events.length > 0 && !over,
    tags: [],
    saved: false,
    sources: transcript.sources.length,
    hit: null,
  };
}

function exported({ recorded }: Played, reasoning: boolean, pages: boolean): string {
  const { question, steps, sources, outcome } = transcriptOf(recorded.log);
  const parts = [`# ${question}`, outcome?.kind === "answered" ? outcome.answer : ""];
  if (reasoning) parts.push(...steps.map((step) => `> ${step.reply.reasoning}`));
  parts.push(...sources.map((source) => `[${source.number}] ${source.title}, ${source.url}`));
  if (pages) parts.push(...sources.map((source) => source.text ?? ""));
  return parts.filter(Boolean).join("\n\n");
}
