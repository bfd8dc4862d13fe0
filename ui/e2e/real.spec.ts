// The screen before the real `lucy serve`, with the bundled model answering. The model is small and may be wrong: what
// is tested is what the program promises whatever the model writes. The questions are of a kind that it reads a page for.

import { readFile } from "node:fs/promises";
import { expect as base, type Page } from "@playwright/test";
import type { Event, Source } from "../src/api/bindings";
import { type Lucy, MISSING, test } from "./lucy";

test.skip(MISSING !== "" && !process.env.CI, MISSING);
test.slow();

/** A debug build on busy cores needs a while for a step. */
const expect = base.configure({ timeout: 120_000 });

const ONE_PAGE = "How high is Mount Everest?";
const TWO_PAGES = "Where was the painter of the Mona Lisa born?";

const run = (page: Page, state: string) => page.locator(`[data-testid="run"][data-state="${state}"]`);

async function ask(page: Page, question: string): Promise<void> {
  await page.getByTestId("question-box").fill(question);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(question);
}

/** The run that the page shows. */
async function shown(page: Page): Promise<string> {
  return (await page.getByTestId("run").getAttribute("data-run")) ?? "";
}

/** Asks and waits for the answer. */
async function answered(page: Page, lucy: Lucy, question: string): Promise<string> {
  await page.goto(lucy.at());
  await ask(page, question);
  await expect(run(page, "answered")).toBeVisible();
  return await shown(page);
}

async function logOf(lucy: Lucy, run: string): Promise<Event[]> {
  return (await lucy.request({ request: "show", run })).events;
}

/** The pages that were read, by address. */
function readIn(log: readonly Event[]): Map<string, Source> {
  const sources = log.flatMap((event) => (event.event === "observed" ? event.result.sources : []));
  return new Map(sources.filter((source) => source.text).map((source) => [source.url, source]));
}

test("thought, calls and sources appear while a question is answered", async ({ page, lucy }) => {
  const disperse = await lucy.crowd();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(lucy.at());
  expect(page.url()).not.toContain("token");
  await ask(page, ONE_PAGE);
  const going = run(page, "running");
  await expect(going.locator('[data-kind="thought"]').first()).toContainText(/\w+ \w+/u);
  await expect(going.locator('[data-kind="search"]').first()).toContainText(/\d results?/u);
  await expect(going.getByRole("tab", { name: /results [1-9]/u })).toBeVisible();
  await expect(going.locator('[data-kind="read"]').first()).toContainText(/\d words/u);
  await expect(going.getByRole("tab", { name: /read [1-9]/u })).toBeVisible();
  await disperse();
  await expect(run(page, "answered").getByTestId("citation").first()).toBeVisible();
  await expect(page.getByRole("tab", { name: /Cited [1-9]/u })).toHaveAttribute("aria-selected", "true");
  const last = (await logOf(lucy, await shown(page))).at(-1);
  expect(last?.event === "finished" && last.outcome.kind).toBe("answered");
  expect(errors).toEqual([]);
});

test("a citation opens its passage, marked in the page as it was read", async ({ page, lucy }) => {
  const id = await answered(page, lucy, ONE_PAGE);
  const pages = readIn(await logOf(lucy, id));
  const { sentences } = await lucy.request({ request: "evidence", run: id });
  const citations = sentences.flatMap((sentence) => sentence.citations);
  await expect(page.getByTestId("citation")).toHaveCount(citations.length);
  for (const [index, { url, verdict, passage, marks }] of citations.entries()) {
    const mark = page.getByTestId("citation").nth(index);
    await expect(mark).toHaveAttribute("data-verdict", verdict);
    const text = pages.get(url ?? "")?.text ?? "";
    if (!passage) throw new Error(`nothing of the page is cited: ${text}`);
    await mark.click();
    const opened = page.getByTestId("passage");
    const paragraphs = () => opened.locator("p[dir=auto].font-reading").allTextContents();
    await expect.poll(paragraphs).toEqual(text.split("\n").filter((line) => line.trim()));
    const pieces = (name: string) => async () =>
      (await opened.locator(`[data-piece~="${name}"]`).allTextContents()).join("");
    await expect.poll(pieces("passage")).toBe(text.slice(passage.start, passage.end));
    await expect.poll(pieces("mark")).toBe(within(text, marks));
    await expect(opened.getByTestId("passage-mark").first()).toBeInViewport();
    await page.getByTestId("passage-close").click();
    await expect(opened).toBeHidden();
  }
});

test("a run that is stopped keeps what was said, and is resumed to its end", async ({ page, lucy }) => {
  const disperse = await lucy.crowd();
  await page.goto(lucy.at());
  await ask(page, TWO_PAGES);
  const thought = run(page, "running").locator('[data-kind="thought"] p').first();
  await expect(thought).toBeVisible();
  const seen = (await thought.textContent()) ?? "";
  await page.getByTestId("stop").click();
  await expect(page.getByText(/Stopped after \d+ steps?/u)).toBeVisible();
  await expect(page.getByTestId("stop")).toBeHidden();
  const stopped = await shown(page);
  const kept = await logOf(lucy, stopped);
  const end = kept.at(-1);
  expect(end?.event === "finished" && end.outcome.kind).toBe("cancelled");
  const thoughts = thoughtsIn(kept);
  expect(thoughts[0]?.startsWith(seen)).toBe(true);
  await expect(page.locator('[data-kind="thought"] p')).toHaveText(thoughts);

  await page.getByTestId("resume").click();
  await expect(run(page, "running")).toBeVisible();
  await disperse();
  await expect(run(page, "answered").getByTestId("citation").first()).toBeVisible();
  const resumed = await shown(page);
  expect(resumed).not.toBe(stopped);
  // Taken up: what was whole when it was stopped is the beginning of what goes on.
  const whole = kept.filter(
    (event) =>
      event.event !== "finished" && !(event.event === "replied" && event.message.stop === "cancelled"),
  );
  expect((await logOf(lucy, resumed)).slice(0, whole.length)).toEqual(whole);
  expect(await logOf(lucy, stopped)).toEqual(kept);
});

test("a run is found by a word that only its page has, and opened from there", async ({ page, lucy }) => {
  const id = await answered(page, lucy, ONE_PAGE);
  await answered(page, lucy, TWO_PAGES);
  const log = await logOf(lucy, id);
  const word = rareWord(log);
  await page.keyboard.press("Control+Shift+f");
  await expect(page.getByTestId("history-row")).toHaveCount(2);
  await page.getByTestId("history-search").fill(word);
  await expect(page.getByTestId("history-row")).toHaveCount(1);
  await expect(page.getByTestId("history-hit")).toContainText("Page");
  await expect(page.getByTestId("history-hit").locator("mark").first()).toHaveText(word);
  await page.getByTestId("history-row").getByRole("link", { name: ONE_PAGE }).click();
  await expect(run(page, "answered")).toHaveAttribute("data-run", id);
  await expect(page.getByTestId("citation").first()).toBeVisible();
});

test("a run is saved as Markdown, and whole as JSON and as one file of HTML", async ({ page, lucy }) => {
  const id = await answered(page, lucy, ONE_PAGE);
  const log = await logOf(lucy, id);
  const [source] = readIn(log).values();
  const text = source?.text ?? "";
  const end = log.at(-1);
  const answer = end?.event === "finished" && end.outcome.kind === "answered" ? end.outcome.answer : "";
  expect(Math.min(text.length, answer.length)).toBeGreaterThan(0);

  const save = async (kind: string, parts: string[]) => {
    await page.keyboard.press("Control+e");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(kind).check();
    for (const part of parts) await dialog.getByLabel(part).check();
    await expect(dialog.getByRole("button", { name: "Save" })).toBeEnabled();
    const download = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toBeHidden();
    const saved = await download;
    return { name: saved.suggestedFilename(), bytes: await readFile(await saved.path()) };
  };
  const made = async (format: "markdown" | "json" | "html", whole: boolean) => {
    const parts = { reasoning: whole, calls: whole, pages: whole };
    return await lucy.request({ request: "export", run: id, format, ...parts });
  };

  const markdown = await save("Markdown", []);
  const plain = await made("markdown", false);
  expect(markdown.name).toBe(plain.name);
  expect(markdown.bytes.equals(Buffer.from(plain.text))).toBe(true);
  expect(plain.text).toContain(ONE_PAGE);
  expect(plain.text).not.toContain(text);

  const all = ["Reasoning", "Tool calls", "Page texts"];
  const json = await save("JSON, the whole log", all);
  expect(json.bytes.equals(Buffer.from((await made("json", true)).text))).toBe(true);
  const whole = JSON.parse(json.bytes.toString());
  expect(whole.run).toBe(id);
  expect(whole.transcript.outcome.answer).toBe(answer);
  expect(whole.transcript.sources.map((one: Source) => one.text)).toContain(text);
  const replies = log.flatMap((event) => (event.event === "replied" ? [event.message] : []));
  expect(whole.transcript.steps.map((step: { reply: unknown }) => step.reply)).toEqual(replies);

  const html = await save("HTML, one file", []);
  expect(html.bytes.equals(Buffer.from((await made("html", true)).text))).toBe(true);
});

test("a page that is loaded again in mid-run shows the same run going on", async ({ page, lucy }) => {
  const disperse = await lucy.crowd();
  await page.goto(lucy.at());
  await ask(page, TWO_PAGES);
  await expect(run(page, "running").locator('[data-kind="thought"]').first()).toBeVisible();
  const id = await shown(page);
  const before = await logOf(lucy, id);
  await page.reload();
  await expect(run(page, "running")).toHaveAttribute("data-run", id);
  await expect(run(page, "running").locator('[data-kind="search"]').first()).toContainText(/\d results?/u);
  await disperse();
  await expect(run(page, "answered").getByTestId("citation").first()).toBeVisible();
  await expect(run(page, "answered")).toHaveAttribute("data-run", id);
  const after = await logOf(lucy, id);
  expect(after.slice(0, before.length)).toEqual(before);
  await expect(page.locator('[data-kind="thought"] p')).toHaveText(thoughtsIn(after));
});

test("a run whose server was killed is resumed when it is back", async ({ page, lucy }) => {
  await lucy.crowd();
  await page.goto(lucy.at());
  await ask(page, TWO_PAGES);
  await expect(run(page, "running").locator('[data-kind="search"]').first()).toContainText(/\d results?/u);
  const id = await shown(page);
  const seen = await logOf(lucy, id);
  await lucy.end("SIGKILL");
  const main = page.getByRole("main");
  await expect(main).toContainText(/This run was interrupted after \d+ steps?/u);
  await expect(main).toContainText("Lucy does not answer");

  await lucy.start();
  await page.goto(lucy.at("#/history"));
  await page.getByTestId("history-row").getByRole("link", { name: TWO_PAGES }).click();
  await expect(main).toContainText(/This run was interrupted after \d+ steps?/u);
  expect((await logOf(lucy, id)).slice(0, seen.length)).toEqual(seen);
  await page.getByTestId("resume").click();
  await expect(run(page, "answered").getByTestId("citation").first()).toBeVisible();
  await expect(run(page, "answered")).toHaveAttribute("data-run", id);
  const whole = await logOf(lucy, id);
  expect(whole.slice(0, seen.length)).toEqual(seen);
  expect(whole.filter((event) => event.event === "finished")).toHaveLength(1);
});

/** The thoughts of a run, as the screen shows them. */
function thoughtsIn(log: readonly Event[]): string[] {
  const thoughts = log.map((event) => (event.event === "replied" ? event.message.reasoning.trim() : ""));
  return thoughts.filter(Boolean);
}

/** What stands in these ranges, which may overlap. */
function within(text: string, ranges: readonly (readonly [number, number])[]): string {
  const units = text.split("").filter((_, at) => ranges.some(([start, end]) => start <= at && at < end));
  return units.join("");
}

/** A word of a page that was read which stands nowhere else in the run. */
function rareWord(log: readonly Event[]): string {
  const [source] = readIn(log).values();
  const elsewhere = log
    .flatMap((event) => {
      if (event.event === "started") return [event.question];
      if (event.event === "replied") return [event.message.raw];
      return event.event === "finished" && event.outcome.kind === "answered" ? [event.outcome.answer] : [];
    })
    .concat(source?.title ?? "")
    .join(" ")
    .toLowerCase();
  const words = source?.text?.match(/\p{L}{7,}/gu) ?? [];
  const word = words.find((word) => !elsewhere.includes(word.toLowerCase()));
  if (!word) throw new Error(`no word stands only in the page: ${source?.text}`);
  return word;
}
