// The rows of the column HOW: what was thought, called, found and said, in the order in which it happened. Pure.

import type { AssistantMessage, Decision, Event, ToolCall, ToolResult } from "../api/bindings";
import { timeOf } from "./playback";
import type { RunState } from "./run";

interface Base {
  /** Stays the same while the run grows. */
  readonly id: string;
  /** The reply that it belongs to, from 1. */
  readonly step: number;
  /** Milliseconds that it took; none while it goes on. */
  readonly ms: number | null;
  /** Tokens that were written for it, or that its result brought; none while that is not known. */
  readonly tokens: number | null;
}

export interface ThoughtRow extends Base {
  readonly kind: "thought";
  readonly text: string;
}

export interface AnswerRow extends Base {
  readonly kind: "answer";
  readonly text: string;
}

/** Words that stood beside calls. */
export interface NoteRow extends Base {
  readonly kind: "note";
  readonly text: string;
}

export interface CallRow extends Base {
  readonly kind: "search" | "read" | "tool";
  readonly call: ToolCall;
  /** The query, the address, or nothing. */
  readonly about: string;
  readonly result: ToolResult | null;
  readonly decision: Decision | null;
  /** It is being made. */
  readonly going: boolean;
  /** What it is doing. */
  readonly note: string;
  /** It was made before, with the same words. */
  readonly repeated: boolean;
}

/** What the person did in mid-run. */
export interface PersonRow extends Base {
  readonly kind: "said" | "asked" | "branched";
  readonly text: string;
}

export type Row = ThoughtRow | AnswerRow | NoteRow | CallRow | PersonRow;

export function isCall(row: Row): row is CallRow {
  return row.kind === "search" || row.kind === "read" || row.kind === "tool";
}

/** The rows of a log. */
export function rowsOf(log: readonly Event[]): Row[] {
  const rows: Row[] = [];
  const made = new Set<string>();
  let now = 0;
  let step = 0;
  let context = 0;
  log.forEach((event, seq) => {
    const at = timeOf(event, now);
    const ms = at - now;
    now = at;
    switch (event.event) {
      case "replied": {
        const { prompt_tokens, completion_tokens } = event.message.usage;
        bring(rows, step, prompt_tokens - context);
        context = prompt_tokens + completion_tokens;
        step += 1;
        rows.push(...replyRows(event.message, step, ms, made));
        break;
      }
      case "observed":
        settle(rows, event.result.call_id, { result: event.result, ms });
        break;
      case "decided":
        settle(rows, event.call_id, { decision: event.decision });
        break;
      case "steered":
        rows.push({ kind: "said", id: `e${seq}`, step, ms: null, tokens: null, text: event.text });
        break;
      case "asked_to_finish":
        rows.push({ kind: "asked", id: `e${seq}`, step, ms: null, tokens: null, text: "" });
        break;
      case "branched":
        rows.push({
          kind: "branched",
          id: `e${seq}`,
          step,
          ms: null,
          tokens: null,
          text: String(event.step),
        });
        break;
    }
  });
  return rows;
}

/** The rows of a log with what is going on at its end. */
export function withLive(rows: readonly Row[], { transcript, live }: RunState): Row[] {
  const step = transcript.steps.length + 1;
  const shown: Row[] = rows.map((row) =>
    isCall(row) && row.result === null && row.call.id in live.calls
      ? { ...row, going: true, note: live.calls[row.call.id] ?? "" }
      : row,
  );
  if (live.reasoning) {
    shown.push({ kind: "thought", id: `t${step}`, step, ms: null, tokens: null, text: live.reasoning });
  }
  if (live.text)
    shown.push({ kind: "answer", id: `a${step}`, step, ms: null, tokens: null, text: live.text });
  return shown;
}

function replyRows(message: AssistantMessage, step: number, ms: number, made: Set<string>): Row[] {
  const { reasoning, text, calls } = message;
  const rows: Row[] = [];
  // The time and the tokens of a reply are split between its thought and its words by their length.
  const share = text && calls.length === 0 ? reasoning.length / (reasoning.length + text.length) : 1;
  const part = (of: number) => ({
    ms: Math.round(ms * of),
    tokens: Math.round(message.usage.completion_tokens * of),
  });
  if (reasoning.trim()) {
    rows.push({ kind: "thought", id: `t${step}`, step, ...part(share), text: reasoning });
  }
  if (text.trim() && calls.length > 0) {
    rows.push({ kind: "note", id: `n${step}`, step, ms: null, tokens: null, text });
  }
  if (text.trim() && calls.length === 0) {
    rows.push({ kind: "answer", id: `a${step}`, step, ...part(1 - share), text });
  }
  for (const call of calls) rows.push(callRow(call, step, made));
  return rows;
}

function callRow(call: ToolCall, step: number, made: Set<string>): CallRow {
  const kind = call.name === "web_search" ? "search" : call.name === "visit_tool" ? "read" : "tool";
  const words = `${call.name} ${JSON.stringify(call.arguments)}`;
  const repeated = made.has(words);
  made.add(words);
  const about = kind === "tool" ? "" : firstText(call.arguments);
  return {
    kind,
    id: call.id,
    step,
    ms: null,
    tokens: null,
    call,
    about,
    result: null,
    decision: null,
    going: false,
    note: "",
    repeated,
  };
}

/** The first argument that is a text: models give a query under several names. */
function firstText(values: Record<string, unknown>): string {
  for (const value of Object.values(values)) {
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
  }
  return "";
}

/** Splits the tokens by which the prompt has grown between the results of the last step, by their length. */
function bring(rows: Row[], step: number, grown: number): void {
  const from = rows.findLastIndex((row) => row.step !== step) + 1;
  const length = (row: Row) => (isCall(row) ? (row.result?.content.length ?? 0) : 0);
  const whole = rows.slice(from).reduce((sum, row) => sum + length(row), 0);
  for (const [index, row] of rows.entries()) {
    if (index < from || length(row) === 0) continue;
    rows[index] = { ...row, tokens: Math.round((Math.max(0, grown) * length(row)) / whole) };
  }
}

function settle(rows: Row[], id: string, change: Partial<CallRow>): void {
  const at = rows.findLastIndex((row) => row.id === id && isCall(row));
  const row = rows[at];
  if (row && isCall(row)) rows[at] = { ...row, ...change };
}

/** How often the latest call was made in a row with the same words, if that is a loop: three times or more. */
export function loopOf(rows: readonly Row[]): { row: CallRow; times: number } | null {
  const calls = rows.filter(isCall);
  const last = calls.at(-1);
  if (!last?.repeated) return null;
  const words = (row: CallRow) => `${row.call.name} ${JSON.stringify(row.call.arguments)}`;
  const times = calls.filter((row) => words(row) === words(last)).length;
  return times >= 3 ? { row: last, times } : null;
}

/** How many of how many characters the model was given, if a result was cut. */
export function cutOf(content: string): { kept: number; total: number } | null {
  const found = /\n\[cut: the first (\d+) of (\d+) characters\]$/.exec(content);
  return found ? { kept: Number(found[1]), total: Number(found[2]) } : null;
}

/** The text of a page as the model read it, without its head and the note about a cut. */
export function pageText(content: string): string {
  const body = content.split("\nFull Content:\n").slice(1).join("\nFull Content:\n");
  return body.replace(/\n\[cut: the first \d+ of \d+ characters\]$/, "");
}

/** A failure as a person reads it. */
export function failureOf(content: string): string {
  return content.replace(/^Error:\s*/, "");
}
