// Written by a test of lucy-app (crates/app/tests/bindings.rs) from the Rust types. Do not edit it: run
// `UPDATE_EXPECT=1 cargo test -p lucy-app --test bindings`.

/**
 * A folder that is being indexed.
 */
export type Adding = { 
/**
 * Where it is.
 */
dir: string, 
/**
 * Files that were looked at.
 */
done: number, 
/**
 * Files that there are; 0 until they are counted.
 */
total: number, 
/**
 * The file that was looked at last.
 */
current: string, };

/**
 * What went wrong, in words for a person, and a code where a shell acts on it.
 */
export type ApiError = { 
/**
 * What a shell may act on.
 */
code: ErrorCode, 
/**
 * What happened, what was kept and what to do.
 */
message: string, };

/**
 * A question.
 */
export type Ask = { 
/**
 * What is asked.
 */
question: string, 
/**
 * The run that this question follows in a conversation.
 */
previous?: string | null, 
/**
 * The seed of the sampler; none takes one from the clock.
 */
seed?: number | null, 
/**
 * The most replies of the model, if not the usual number.
 */
max_steps?: number | null, };

/**
 * One reply of the model, taken apart.
 */
export type AssistantMessage = { 
/**
 * The exact decoded reply without the end-of-turn token. The next prompt repeats these bytes. Empty for a
 * message that no model wrote (an earlier answer of a conversation): then it is rendered from `text`.
 */
raw: string, 
/**
 * What stood between `<think>` and `</think>`.
 */
reasoning: string, 
/**
 * What the person is meant to read.
 */
text: string, 
/**
 * The tools that the reply calls, in order.
 */
calls: Array<ToolCall>, 
/**
 * Why the reply ended.
 */
stop: StopReason, 
/**
 * Tokens read and written for this reply.
 */
usage: Usage, };

/**
 * Another way from a step of a run.
 */
export type Branch = { 
/**
 * The run.
 */
run: string, 
/**
 * The step that is made anew, from 1.
 */
step: number, 
/**
 * What the person says before it.
 */
question?: string | null, 
/**
 * The call that the step makes instead of its own; its thought is kept.
 */
call?: EditedCall | null, };

/**
 * The limits of a run.
 */
export type Budget = { 
/**
 * Replies of the model, the last of which cannot call tools.
 */
steps: number, 
/**
 * Tokens that the model writes.
 */
tokens: number, 
/**
 * Seconds of work.
 */
seconds: number, };

/**
 * A citation that was compared with what it cites.
 */
export type CheckedCitation = { 
/**
 * The number as the answer has it.
 */
number: number, 
/**
 * The address of the source, or none if the run has no source of this number.
 */
url: string | null, 
/**
 * What came of it.
 */
verdict: Verdict, 
/**
 * The best passage of the source's text, or of its preview if it was not read.
 */
passage: Span | null, 
/**
 * The ranges of that text that say what the sentence says.
 */
marks: Array<[number, number]>, 
/**
 * What was looked for.
 */
reasons: Array<Reason>, };

/**
 * A place in the answer that cites a source.
 */
export type Citation = { 
/**
 * The number as the answer has it.
 */
number: number, 
/**
 * The byte range of `[n]` in the answer.
 */
start: number, 
/**
 * The end of that range.
 */
end: number, 
/**
 * The address of the source, or none if the run has no source of this number.
 */
url: string | null, };

/**
 * Sentences that can be checked: those that cite something, and those that cite nothing and hold a date, a number, a
 * name or a quote.
 */
export type Claims = { 
/**
 * All.
 */
total: number, 
/**
 * Those with a citation that is quoted or matches.
 */
found: number, };

/**
 * What a person decided about a call.
 */
export type Decision = "allow" | "deny";

/**
 * Where a model runs.
 */
export type DeviceName = "auto" | "cpu" | "cuda" | "metal";

/**
 * Why a model does not run on the device that was asked for, or on a faster one than it does.
 */
export type DeviceReason = { "why": "not_built", 
/**
 * The device.
 */
device: DeviceName, } | { "why": "no_driver", 
/**
 * The device.
 */
device: DeviceName, } | { "why": "broken", 
/**
 * The device.
 */
device: DeviceName, 
/**
 * The error.
 */
error: string, };

/**
 * A call as a person changed it.
 */
export type EditedCall = { 
/**
 * The tool.
 */
name: string, 
/**
 * Its arguments.
 */
arguments: Record<string, unknown>, };

/**
 * The kinds of failure that a shell tells apart.
 */
export type ErrorCode = "bad_request" | "model" | "no_such_run" | "data" | "disk_full" | "failed";

/**
 * A fact of a run. Appended once, never changed. Fields are only ever added, with a default.
 */
export type Event = { "event": "started", 
/**
 * What was asked.
 */
question: string, 
/**
 * The name of the model.
 */
model: string, 
/**
 * The run's limits.
 */
budget: Budget, 
/**
 * The date that the model is told, as `2026-11-23`.
 */
date: string, 
/**
 * The seed of the sampler.
 */
seed: number, 
/**
 * SHA-256 of the instructions and the tools, in hex: two runs with the same hash had the same prompt.
 */
prompt_hash: string, 
/**
 * Earlier questions and answers of the conversation.
 */
history?: Array<Message>, } | { "event": "replied", 
/**
 * The reply.
 */
message: AssistantMessage, 
/**
 * Milliseconds of work in the run so far.
 */
elapsed_ms: number, } | { "event": "observed", 
/**
 * The result, its sources numbered.
 */
result: ToolResult, 
/**
 * Milliseconds of work in the run so far.
 */
elapsed_ms: number, } | { "event": "decided", 
/**
 * The call.
 */
call_id: string, 
/**
 * The decision.
 */
decision: Decision, } | { "event": "steered", 
/**
 * The person's words.
 */
text: string, 
/**
 * Milliseconds of work in the run so far.
 */
elapsed_ms: number, } | { "event": "asked_to_finish", 
/**
 * Milliseconds of work in the run so far.
 */
elapsed_ms: number, } | { "event": "branched", 
/**
 * The other run.
 */
run: string, 
/**
 * The step, from 1, that is made anew.
 */
step: number, } | { "event": "finished", 
/**
 * How.
 */
outcome: Outcome, 
/**
 * Milliseconds of work in the run.
 */
elapsed_ms: number, };

/**
 * How an answer stands to what was read. All ranges count UTF-16 units, as a screen does.
 */
export type Evidence = { 
/**
 * The sentences of the answer, in order.
 */
sentences: Array<Sentence>, 
/**
 * How many of its claims were found.
 */
claims: Claims, };

/**
 * What of a run becomes a document.
 */
export type Export = { 
/**
 * The run.
 */
run: string, 
/**
 * The kind of document.
 */
format: Format, 
/**
 * Whether the thoughts are in it.
 */
reasoning: boolean, 
/**
 * Whether the calls are in it.
 */
calls: boolean, 
/**
 * Whether the texts of the pages that were read are in it.
 */
pages: boolean, };

/**
 * The parts of a run that are searched.
 */
export type Field = "question" | "answer" | "thought" | "page";

/**
 * A folder that is searched.
 */
export type Folder = { 
/**
 * Where it is.
 */
path: string, 
/**
 * Documents of it.
 */
documents: number, };

/**
 * The kinds of documents.
 */
export type Format = "markdown" | "html" | "json" | "bibtex" | "ris" | "csl_json";

/**
 * Which runs are wanted.
 */
export type HistoryQuery = { 
/**
 * The most runs.
 */
limit: number, 
/**
 * Runs that are passed over.
 */
offset?: number, 
/**
 * Words that a question, answer, thought or page of the run has.
 */
query?: string | null, 
/**
 * A tag that they have.
 */
tag?: string | null, 
/**
 * Whether they are saved.
 */
saved?: boolean | null, 
/**
 * How they ended: `answered`, `out_of_budget`, `cancelled`, `failed` or `unfinished`.
 */
outcome?: string | null, 
/**
 * They began before this moment, in milliseconds since 1970.
 */
before_ms?: number | null, 
/**
 * They began at this moment or later.
 */
after_ms?: number | null, };

/**
 * A place that has the words that were searched.
 */
export type Hit = { 
/**
 * What it is part of.
 */
field: Field, 
/**
 * The words around it.
 */
text: string, 
/**
 * The ranges of `text` that were searched, in UTF-16 units.
 */
marks: Array<[number, number]>, 
/**
 * The title of the page.
 */
title: string | null, };

/**
 * What came of indexing a folder.
 */
export type Indexed = { 
/**
 * Files that are new or were changed.
 */
indexed: number, 
/**
 * Files that are as they were.
 */
unchanged: number, 
/**
 * Files that are gone.
 */
removed: number, 
/**
 * What was left out, and why.
 */
skipped: Array<[string, string]>, 
/**
 * Whether it was stopped on the way.
 */
cancelled: boolean, };

/**
 * The language of the screen.
 */
export type Language = "system" | "en" | "de";

/**
 * A page of the library that fits.
 */
export type LibraryHit = { 
/**
 * Its address.
 */
url: string, 
/**
 * Its title.
 */
title: string, 
/**
 * The sentences that fit best.
 */
preview: string, };

/**
 * A page of the library.
 */
export type LibraryPage = { 
/**
 * Its address.
 */
url: string, 
/**
 * Its title.
 */
title: string, 
/**
 * Its text.
 */
text: string, };

/**
 * A limit that was reached.
 */
export type Limit = "steps" | "tokens" | "seconds" | "asked";

/**
 * One entry of the prompt.
 */
export type Message = { "role": "system", 
/**
 * The instructions.
 */
text: string, } | { "role": "user", 
/**
 * The person's words.
 */
text: string, } | { "role": "assistant" } & AssistantMessage | { "role": "tool" } & ToolResult;

/**
 * A model that can be chosen.
 */
export type ModelEntry = { 
/**
 * Where it is; none is the bundled one.
 */
path: string | null, 
/**
 * Whether Lucy brought it along.
 */
bundled: boolean, 
/**
 * The name that its file gives, or the file's own.
 */
name: string, 
/**
 * Bytes of its files; 0 if they cannot be read.
 */
size_bytes: number, 
/**
 * Whether the next run is answered with it.
 */
in_use: boolean, 
/**
 * Why it cannot be run, if so.
 */
problem: string | null, };

/**
 * What there is to know about a model.
 */
export type ModelInfo = { 
/**
 * The name that the file gives, or the file's own.
 */
name: string, 
/**
 * Where it is; none is the bundled one.
 */
path: string | null, 
/**
 * The architecture.
 */
architecture: string, 
/**
 * Parameters.
 */
parameters: number, 
/**
 * Transformer blocks.
 */
layers: number, 
/**
 * Width of the residual stream.
 */
hidden_size: number, 
/**
 * The most tokens of a sequence.
 */
context: number, 
/**
 * How most of the weights are stored.
 */
quantisation: string, 
/**
 * Bytes of the files.
 */
file_size: number, 
/**
 * Tokens of the tokenizer.
 */
tokens: number, 
/**
 * Whether it brings its own chat template.
 */
has_template: boolean, 
/**
 * The device that it runs on.
 */
device: string, 
/**
 * Why it is not another one.
 */
device_reason: DeviceReason | null, };

/**
 * Where the beginning of a run was copied from.
 */
export type Origin = { 
/**
 * The other run.
 */
run: string, 
/**
 * The step, from 1, that was made anew.
 */
step: number, };

/**
 * How a run ended.
 */
export type Outcome = { "kind": "answered", 
/**
 * The answer, with its `[n]`.
 */
answer: string, 
/**
 * Where it cites what.
 */
citations: Array<Citation>, } | { "kind": "out_of_budget", 
/**
 * Which.
 */
limit: Limit, } | { "kind": "cancelled" } | { "kind": "failed", 
/**
 * What happened.
 */
error: string, };

/**
 * Live detail of a run: shown, never stored. Losing one costs nothing.
 */
export type Progress = { "progress": "prefill", 
/**
 * Tokens read.
 */
done: number, 
/**
 * Tokens to read.
 */
total: number, } | { "progress": "reasoning", 
/**
 * The new text.
 */
delta: string, } | { "progress": "text", 
/**
 * The new text.
 */
delta: string, } | { "progress": "tool_started", 
/**
 * The call.
 */
call_id: string, } | { "progress": "tool_note", 
/**
 * The call.
 */
call_id: string, 
/**
 * A line for the person.
 */
note: string, } | { "progress": "stats", 
/**
 * Tokens written a second.
 */
tokens_per_second: number, };

/**
 * Something of a sentence that was looked for in a source.
 */
export type Reason = { 
/**
 * Its kind.
 */
what: ReasonKind, 
/**
 * It, as the sentence has it.
 */
value: string, 
/**
 * Whether it was found in the source.
 */
found: boolean, };

/**
 * The kinds of things that are looked for.
 */
export type ReasonKind = "date" | "number" | "name" | "quote";

/**
 * How much of a finished thought is shown.
 */
export type ReasoningView = "open" | "three_lines" | "closed";

/**
 * Whether things move.
 */
export type ReducedMotion = "system" | "on" | "off";

/**
 * What a shell asks. A run is named by its id or the beginning of it.
 */
export type Request = { "request": "ask" } & Ask | { "request": "resume", 
/**
 * The run.
 */
run: string, } | { "request": "cancel", 
/**
 * The run.
 */
run: string, } | { "request": "finish", 
/**
 * The run.
 */
run: string, } | { "request": "steer", 
/**
 * The run.
 */
run: string, 
/**
 * The words.
 */
text: string, } | { "request": "branch" } & Branch | { "request": "rerun", 
/**
 * The run.
 */
run: string, } | { "request": "history" } & HistoryQuery | { "request": "show", 
/**
 * The run.
 */
run: string, } | { "request": "evidence", 
/**
 * The run.
 */
run: string, } | { "request": "export" } & Export | { "request": "tag", 
/**
 * The runs.
 */
runs: Array<string>, 
/**
 * Tags that they get.
 */
add?: Array<string>, 
/**
 * Tags that they lose.
 */
remove?: Array<string>, } | { "request": "save", 
/**
 * The runs.
 */
runs: Array<string>, 
/**
 * Whether they are saved.
 */
saved: boolean, } | { "request": "rename", 
/**
 * The run.
 */
run: string, 
/**
 * The title.
 */
title: string, } | { "request": "delete", 
/**
 * The runs.
 */
runs: Array<string>, } | { "request": "restore", 
/**
 * The runs, by their whole ids.
 */
runs: Array<string>, } | { "request": "delete_all", 
/**
 * The word `delete`, typed by the person.
 */
confirm: string, } | { "request": "settings" } | { "request": "set_settings", 
/**
 * A JSON merge patch of [`UiSettings`]: null brings a default back, and an unknown key is refused.
 */
patch: { [key in keyof UiSettings]?: UiSettings[key] | null }, } | { "request": "model" } | { "request": "models" } | { "request": "add_model", 
/**
 * A `.gguf` file, or a folder with safetensors.
 */
path: string, } | { "request": "remove_model", 
/**
 * The model.
 */
path: string, } | { "request": "use_model", 
/**
 * The model; none is the bundled one.
 */
path?: string | null, } | { "request": "self_test" } | { "request": "library_add", 
/**
 * The folder.
 */
dir: string, } | { "request": "library_status" } | { "request": "library_cancel" } | { "request": "library_list" } | { "request": "library_remove", 
/**
 * The folder.
 */
dir: string, } | { "request": "library_search", 
/**
 * The words.
 */
query: string, 
/**
 * The most hits.
 */
limit: number, } | { "request": "library_page", 
/**
 * Its address.
 */
url: string, } | { "request": "diagnostics" };

/**
 * What a shell is told.
 */
export type Response = { "response": "started", 
/**
 * The run. A failed or cancelled run is taken up as a new one.
 */
run: string, } | { "response": "done" } | { "response": "history", 
/**
 * Those of this page.
 */
runs: Array<RunSummary>, 
/**
 * All of them, on every page.
 */
total: number, } | { "response": "log", 
/**
 * The run.
 */
run: string, 
/**
 * Its events.
 */
events: Array<Event>, } | { "response": "evidence" } & Evidence | { "response": "export", 
/**
 * A name for its file.
 */
name: string, 
/**
 * Its media type.
 */
mime: string, 
/**
 * It.
 */
text: string, } | { "response": "settings", 
/**
 * The settings.
 */
settings: UiSettings, 
/**
 * What they are until the person changes them.
 */
defaults: UiSettings, 
/**
 * What this build can run a model on. A setting that names another device is kept; the CPU takes its place.
 */
devices: Array<DeviceName>, } | { "response": "model" } & ModelInfo | { "response": "models", 
/**
 * The models.
 */
models: Array<ModelEntry>, } | { "response": "self_test" } & SelfTest | { "response": "indexed" } & Indexed | { "response": "library_status", 
/**
 * None if no folder is being indexed.
 */
adding: Adding | null, } | { "response": "library", 
/**
 * Documents of all folders and of the bundled encyclopedia.
 */
documents: number, 
/**
 * The folders.
 */
folders: Array<Folder>, } | { "response": "library_hits", 
/**
 * The pages.
 */
hits: Array<LibraryHit>, } | { "response": "library_page" } & LibraryPage | { "response": "diagnostics", 
/**
 * The text.
 */
text: string, };

/**
 * What the ribbon of a run is scaled by.
 */
export type RibbonScale = "time" | "tokens";

/**
 * A run in a list.
 */
export type RunSummary = { 
/**
 * The run.
 */
run: string, 
/**
 * The conversation that it belongs to.
 */
conversation: string, 
/**
 * The run that it follows or was branched from.
 */
parent: string | null, 
/**
 * What was asked.
 */
question: string, 
/**
 * The title that the person gave it.
 */
title: string | null, 
/**
 * The name of the model.
 */
model: string, 
/**
 * When it began, in milliseconds since 1970.
 */
started_ms: number, 
/**
 * How it ended: `answered`, `out_of_budget`, `cancelled` or `failed`; none if it has not.
 */
outcome: string | null, 
/**
 * The answer; empty if there is none.
 */
answer: string, 
/**
 * Whether a process works on it.
 */
running: boolean, 
/**
 * Its tags, in alphabetical order.
 */
tags: Array<string>, 
/**
 * Whether it is among the saved ones.
 */
saved: boolean, 
/**
 * How many sources it has found.
 */
sources: number, 
/**
 * Where it has the words that were searched.
 */
hit: Hit | null, };

/**
 * Something new in a run, in the order in which it happened.
 */
export type RunUpdate = { "update": "event", 
/**
 * Its place in the log, from 0.
 */
seq: number, 
/**
 * The fact.
 */
event: Event, } | { "update": "progress", 
/**
 * The detail.
 */
progress: Progress, } | { "update": "stopped", 
/**
 * Why.
 */
error: ApiError, };

/**
 * Words of the person in the course of a run.
 */
export type Said = { 
/**
 * How many steps there were before.
 */
after: number, 
/**
 * The words.
 */
text: string, };

/**
 * What is seen when something is tried.
 */
export type Seen = { "kind": "model", 
/**
 * Its name.
 */
name: string, 
/**
 * How most of its weights are stored.
 */
quantisation: string, 
/**
 * The most tokens of a sequence.
 */
context: number, 
/**
 * The device that it runs on.
 */
device: string, 
/**
 * Why it is not another one.
 */
device_reason: DeviceReason | null, } | { "kind": "speed", 
/**
 * Tokens.
 */
tokens: number, 
/**
 * Tokens a second.
 */
per_second: number, } | { "kind": "documents", 
/**
 * How many.
 */
count: number, } | { "kind": "memory", 
/**
 * Bytes.
 */
bytes: number, } | { "kind": "failed", 
/**
 * Why.
 */
why: string, };

/**
 * How the model does on this machine.
 */
export type SelfTest = { 
/**
 * Whether everything worked.
 */
ok: boolean, 
/**
 * What was tried, in order.
 */
lines: Array<TestLine>, };

/**
 * A sentence of an answer.
 */
export type Sentence = { 
/**
 * Where it begins in the answer.
 */
start: number, 
/**
 * Where it ends.
 */
end: number, 
/**
 * What it cites.
 */
citations: Array<CheckedCitation>, 
/**
 * The steps, from 1, that led to it: those whose results gave the cited text, and those that thought next.
 */
steps: Array<number>, };

/**
 * Something that was found or read.
 */
export type Source = { 
/**
 * Its number in the run, from 1, by first sight; 0 until the agent has numbered it.
 */
number: number, 
/**
 * Its address.
 */
url: string, 
/**
 * Its title.
 */
title: string, 
/**
 * What a result list shows of it.
 */
preview: string, 
/**
 * Its text, if it was read.
 */
text?: string, };

/**
 * A range.
 */
export type Span = { 
/**
 * Where it begins.
 */
start: number, 
/**
 * Where it ends.
 */
end: number, };

/**
 * One reply and what its calls returned.
 */
export type Step = { 
/**
 * The reply.
 */
reply: AssistantMessage, 
/**
 * What the person decided about its calls, by call id.
 */
decisions: Array<[string, Decision]>, 
/**
 * The results, in the order in which they were recorded.
 */
results: Array<ToolResult>, };

/**
 * Why a reply ended.
 */
export type StopReason = "end" | "length" | "cancelled";

/**
 * Something that was tried.
 */
export type TestLine = { 
/**
 * What.
 */
part: TestPart, 
/**
 * What was seen.
 */
seen: Seen, 
/**
 * Milliseconds that it took.
 */
ms: number, };

/**
 * What is tried.
 */
export type TestPart = "load" | "read" | "write" | "reply" | "library" | "memory";

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark" | "contrast";

/**
 * A call that the model wants made.
 */
export type ToolCall = { 
/**
 * Unique in its run.
 */
id: string, 
/**
 * The tool's name. Empty if the call could not be read.
 */
name: string, 
/**
 * The arguments as the model gave them.
 */
arguments: Record<string, unknown>, 
/**
 * What was wrong with a call that could not be read: the model is told so.
 */
malformed?: string, };

/**
 * What a tool answered. A failed call is a result too.
 */
export type ToolResult = { 
/**
 * The call that this answers.
 */
call_id: string, 
/**
 * The text that the model reads. A tool that found a list of sources leaves it empty: the agent, which numbers
 * the sources, then writes the list.
 */
content: string, 
/**
 * Whether the call failed.
 */
is_error: boolean, 
/**
 * What was found or read.
 */
sources: Array<Source>, };

/**
 * A run as a person sees it.
 */
export type Transcript = { 
/**
 * What was asked.
 */
question: string, 
/**
 * The model's name.
 */
model: string, 
/**
 * The date that the model was told.
 */
date: string, 
/**
 * The replies, each with its calls and what they returned.
 */
steps: Array<Step>, 
/**
 * Everything found or read, in the order of their numbers.
 */
sources: Array<Source>, 
/**
 * What the person said in the course of the run.
 */
said?: Array<Said>, 
/**
 * After how many steps the person asked for the answer, if that happened.
 */
asked_to_finish?: number, 
/**
 * Where the beginning of the run was copied from, if it was.
 */
branched?: Origin, 
/**
 * How the run ended, if it has.
 */
outcome: Outcome | null, 
/**
 * Milliseconds of work.
 */
elapsed_ms: number, };

/**
 * What a person can set.
 */
export type UiSettings = { 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * The language of the screen.
 */
language: Language, 
/**
 * The size of text, in per cent, from 80 to 160.
 */
text_size: number, 
/**
 * How much of a finished thought is shown.
 */
reasoning: ReasoningView, 
/**
 * Whether things move.
 */
reduced_motion: ReducedMotion, 
/**
 * Whether single letters are shortcuts.
 */
single_keys: boolean, 
/**
 * Keys of actions that have other keys than the usual ones.
 */
shortcuts: Record<string, string>, 
/**
 * Whether the end of a run is announced when the window is not looked at.
 */
notifications: boolean, 
/**
 * Where the model runs.
 */
device: DeviceName, 
/**
 * The model; none is the bundled one.
 */
model: string | null, 
/**
 * The most replies of a run, if not what suits the model.
 */
max_steps: number | null, 
/**
 * The sizes of panes for each class of window width.
 */
panes: Record<string, Record<string, number>>, 
/**
 * Whether the list of the history stands beside the page, in windows that are wide enough.
 */
history_beside: boolean, 
/**
 * What the ribbon of a run is scaled by.
 */
ribbon: RibbonScale, };

/**
 * Tokens of one reply.
 */
export type Usage = { 
/**
 * Tokens of the prompt.
 */
prompt_tokens: number, 
/**
 * Those of them that were already in the KV cache.
 */
cached_tokens: number, 
/**
 * Tokens that the model wrote.
 */
completion_tokens: number, };

/**
 * What came of comparing a sentence with a source. None of them means that it is true.
 */
export type Verdict = "quoted" | "matches" | "partly" | "not_found" | "unknown";
