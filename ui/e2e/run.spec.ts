import { expect, type Page, test } from "@playwright/test";

/** Opens a recorded run that is over. */
async function openRun(page: Page, name: string): Promise<void> {
  await page.goto(`/?fixture=${name}`);
  await page.getByTestId("answer").waitFor();
}

test("a citation opens its passage, marked and in view, and lights what belongs to it", async ({ page }) => {
  await openRun(page, "answered");
  await page.getByTestId("citation").first().click();
  const passage = page.getByTestId("passage");
  await expect(passage).toContainText("Quoted in source");
  const mark = passage.getByTestId("passage-mark").filter({ hasText: "opened on 4 March 1890" }).first();
  await expect(mark).toBeInViewport();
  await expect(page.locator('li[data-lit="true"]')).toHaveCount(2);
  await expect(page.locator('span[data-sentence="0"][data-lit="true"]').first()).toBeVisible();
  await expect(page.getByText("Linked to sentence 1")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(passage).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Linked to sentence 1")).toBeHidden();
});

test("the card of a citation shows the passage on hover and goes with Escape", async ({ page }) => {
  await openRun(page, "answered");
  await page.getByTestId("citation").nth(3).hover();
  const card = page.locator("[data-radix-popper-content-wrapper]");
  await expect(card).toContainText("total length of 2,467 metres");
  await expect(card).toContainText("not in source");
  await page.keyboard.press("Escape");
  await expect(card).toBeHidden();
});

test("a passage says when its page was read, how long it is and its hash", async ({ page }) => {
  await openRun(page, "cut");
  await page.getByTestId("citation").first().click();
  const passage = page.getByTestId("passage");
  await expect(passage).toContainText("https://www.example.org/reports/bridge-paint?year=2011");
  const facts = passage.getByTestId("page-facts");
  await expect(facts).toContainText(/Tue, 24 Nov 2026, after [\d.]+ s/);
  await expect(facts).toContainText(/775 words, 4\.\d kB/);
  await expect(facts.getByTitle(/^[0-9a-f]{64}$/)).toHaveText(/^[0-9a-f]{8}$/);
  await expect(passage.getByRole("button", { name: "Open page" })).toBeVisible();
  await passage.getByRole("button", { name: "Show what the model saw" }).click();
  await expect(passage).toContainText("Full Content:");
});

test("words are found in a page", async ({ page }) => {
  await openRun(page, "answered");
  await page.getByTestId("citation").first().click();
  await page.getByRole("searchbox", { name: "Find in this page" }).fill("BRIDGE");
  await expect(page.getByTestId("passage")).toContainText(/1 of \d+/);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("passage")).toContainText(/2 of \d+/);
});

test("a question is asked, watched, stopped and continued", async ({ page }) => {
  // Slow enough to be stopped in the middle on any machine.
  await page.goto("/?speed=0.5");
  await page.getByTestId("question-box").fill("When did it open?");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("When did it open?");
  await expect(page.getByTestId("step").nth(1)).toBeVisible();
  await page.getByTestId("stop").click();
  await expect(page.getByText(/Stopped after/).first()).toBeVisible();
  await expect(page.getByTestId("stop")).toBeHidden();
  await page.getByTestId("resume").click();
  await expect(page.getByTestId("run")).toHaveAttribute("data-state", "running");
});

test("what is typed in mid-run is asked next, or added to the run", async ({ page }) => {
  await page.goto("/?speed=0.5#/");
  await page.getByTestId("question-box").fill("First?");
  await page.keyboard.press("Enter");
  await page.getByTestId("stop").waitFor();
  await page.getByTestId("question-box").fill("Second?");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Asks next: Second?")).toBeVisible();
  await page.getByTestId("stop").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Second?");

  await page.goto("/?fixture=thinking");
  await page.getByTestId("question-box").fill("In metres, please.");
  await page.getByRole("button", { name: "When to send it" }).click();
  await page.getByRole("menuitem", { name: /Add to this run/ }).click();
  await page.getByTestId("question-box").press("Enter");
  await expect(page.getByTestId("step").filter({ hasText: "In metres, please." })).toBeVisible();
});

test("finish now is asked once", async ({ page }) => {
  await page.goto("/?fixture=reading");
  await page.getByRole("button", { name: /Finish now/ }).click();
  await expect(page.getByRole("button", { name: "Finishing" })).toBeDisabled();
  await expect(page.getByTestId("step").filter({ hasText: "You asked for the answer now" })).toBeVisible();
});

test("a run is replayed, scrubbed and left", async ({ page }) => {
  await openRun(page, "answered");
  await page.getByTestId("replay").click();
  await page.getByRole("button", { name: "Pause" }).click();
  const scrub = page.getByTestId("scrub");
  await scrub.fill("4500");
  await expect(page.getByTestId("run")).toHaveAttribute("data-replaying", "true");
  await expect(page.getByRole("heading", { name: "Reading Forth Bridge" })).toBeVisible();
  await scrub.press("ArrowRight");
  await expect(page.getByTestId("step").filter({ hasText: "227 words" })).toBeVisible();
  await scrub.fill("13800");
  await expect(page.getByTestId("answer")).toContainText("4 March 1890");
  await page.getByRole("button", { name: "Leave the replay" }).click();
  await expect(page.getByTestId("run")).toHaveAttribute("data-replaying", "false");
  await expect(page.getByText("2 of 3 claims found in sources").first()).toBeVisible();
});

test("a branch goes on from a step with another query", async ({ page }) => {
  await openRun(page, "answered");
  await page.getByTestId("step").nth(1).hover();
  await page.getByTestId("step").nth(1).getByRole("button", { name: "More about step 1" }).click();
  await page.getByRole("menuitem", { name: /Branch from here/ }).click();
  await expect(page.getByRole("textbox", { name: "Search for" })).toHaveValue("Forth Bridge opening date");
  await page.getByRole("textbox", { name: "Search for" }).fill("Forth Bridge 1890");
  await page.getByRole("button", { name: "Branch", exact: true }).last().click();
  await expect(page).toHaveURL(/live-1/);
});

test("a run is exported as what was chosen", async ({ page }) => {
  await openRun(page, "answered");
  await page.keyboard.press("Control+e");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("# When was the Forth Bridge opened");
  await dialog.getByLabel("Reasoning").check();
  await expect(dialog).toContainText("> The question needs three things");
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save" }).click();
  expect((await download).suggestedFilename()).toBe("forth-bridge.markdown");
});

test("hostile text stays text, and links go through Lucy", async ({ page }) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("dialog", () => expect.soft(true, "a script has run").toBe(false));
  await openRun(page, "hostile");
  await expect(page.getByTestId("answer")).toContainText('<img src="https://example.org/track.png"');
  await expect(page.getByTestId("answer").locator("img, script")).toHaveCount(0);
  await expect(page.getByTestId("answer").getByText("this", { exact: true })).toHaveJSProperty(
    "tagName",
    "SPAN",
  );
  await page.evaluate(() =>
    window.addEventListener("lucy-open", (event) => {
      document.documentElement.dataset.opened = (event as CustomEvent).detail;
    }),
  );
  await page.getByRole("link", { name: "the page" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-opened", "https://example.org/a?b=c");
  await page.getByTestId("citation").first().click();
  await expect(page.getByTestId("passage")).toContainText("<h1>Not a heading</h1>");
  await expect(page.getByTestId("citation").nth(1)).toHaveAttribute("data-verdict", "unknown");
  const own = `${new URL(page.url()).origin}/`;
  expect(requests.filter((url) => !url.startsWith(own) && !url.startsWith("data:"))).toEqual([]);
});

test("on a narrow window a citation opens a sheet", async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 500 });
  await openRun(page, "answered");
  await page.getByTestId("citation").first().click();
  await expect(page.getByRole("dialog").getByTestId("passage")).toBeVisible();
  await page.getByTestId("passage-close").click();
  await expect(page.getByTestId("passage")).toBeHidden();
  await page.getByRole("button", { name: "How" }).click();
  await expect(page.getByTestId("step").first()).toBeVisible();
});

test("the run reads as one document", async ({ page }) => {
  await openRun(page, "answered");
  await page.keyboard.press("Control+Shift+R");
  await expect(page.getByRole("heading", { name: "1. Forth Bridge" })).toBeVisible();
  await expect(page.getByText("Step 2, Read")).toBeVisible();
});

test("a run of 200 steps scrolls", async ({ page }) => {
  await page.goto("/?fixture=long");
  const steps = page.getByTestId("step");
  await expect(steps).toHaveCount(400);
  await expect(steps.last()).not.toBeInViewport();
  const list = page.locator('[data-pane="how"] .overflow-y-auto');
  // What comes into view may be higher than it was taken for, and then the end is further down.
  await expect(async () => {
    await list.evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await expect(steps.last()).toBeInViewport({ timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
});
