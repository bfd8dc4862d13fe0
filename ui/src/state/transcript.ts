// The one fold of a log, as crates/protocol/src/transcript.rs has it; both run over the same golden logs.

import type { Event, Source, Step, Transcript } from "../api/bindings";

export const EMPTY: Transcript = {
  question: "",
  model: "",
  date: "",
  steps: [],
  sources: [],
  outcome: null,
  elapsed_ms: 0,
};

/** Folds a log, or the beginning of one. */
export function transcriptOf(log: readonly Event[]): Transcript {
  return log.reduce(push, EMPTY);
}

/** The transcript with one more event; what does not change is shared. */
export function push(transcript: Transcript, event: Event): Transcript {
  switch (event.event) {
    case "started":
      return { ...EMPTY, question: event.question, model: event.model, date: event.date };
    case "replied": {
      const step: Step = { reply: event.message, decisions: [], results: [] };
      return { ...transcript, steps: [...transcript.steps, step], elapsed_ms: event.elapsed_ms };
    }
    case "observed":
      return {
        ...changeLast(transcript, (step) => ({ ...step, results: [...step.results, event.result] })),
        sources: event.result.sources.reduce(see, transcript.sources),
        elapsed_ms: event.elapsed_ms,
      };
    case "decided":
      return changeLast(transcript, (step) => ({
        ...step,
        decisions: [...step.decisions, [event.call_id, event.decision]],
      }));
    case "steered": {
      const said = { after: transcript.steps.length, text: event.text };
      return { ...transcript, said: [...(transcript.said ?? []), said], elapsed_ms: event.elapsed_ms };
    }
    case "asked_to_finish": {
      const asked_to_finish = transcript.asked_to_finish ?? transcript.steps.length;
      return { ...transcript, asked_to_finish, elapsed_ms: event.elapsed_ms };
    }
    case "branched":
      return { ...transcript, branched: { run: event.run, step: event.step } };
    case "finished":
      return { ...transcript, outcome: event.outcome, elapsed_ms: event.elapsed_ms };
    default:
      // An event of a newer Lucy changes nothing that this one shows.
      return transcript;
  }
}

function changeLast(transcript: Transcript, change: (step: Step) => Step): Transcript {
  const last = transcript.steps.at(-1);
  if (!last) return transcript;
  return { ...transcript, steps: [...transcript.steps.slice(0, -1), change(last)] };
}

function see(sources: Source[], source: Source): Source[] {
  const at = sources.findIndex((seen) => seen.url === source.url);
  if (at < 0) return [...sources, source];
  const { text } = source;
  if (text === undefined || text === null) return sources;
  return sources.map((seen, index) => (index === at ? { ...seen, text } : seen));
}
