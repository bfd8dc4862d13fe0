import { expect, test } from "@playwright/test";

test.beforeEach(async ({ page }) => {
  await page.goto("/?fixture=answered");
  await page.getByTestId("citation").first().waitFor();
  await page.getByTestId("run").evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
});

test("the question box has the focus with / and Mod+L, and single keys are text there", async ({ page }) => {
  await page.keyboard.press("/");
  await expect(page.getByTestId("question-box")).toBeFocused();
  await page.keyboard.type("jk1[");
  await expect(page.getByTestId("question-box")).toHaveValue("jk1[");
  await page.locator("main").first().focus();
  await page.keyboard.press("Control+l");
  await expect(page.getByTestId("question-box")).toBeFocused();
});

test("steps are walked with J and K and folded with Enter", async ({ page }) => {
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const search = page.getByTestId("step").nth(1).locator("[data-row]");
  await expect(search).toBeFocused();
  await expect(search).toHaveAttribute(
    "aria-label",
    /^Step 1, Search, .*Forth Bridge opening date.*, done, 0\.7 s$/,
  );
  await page.keyboard.press("Enter");
  await expect(search).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("k");
  await expect(page.getByTestId("step").first().locator("[data-row]")).toBeFocused();
});

test("citations are walked with [ and ], and opened with Enter", async ({ page }) => {
  await page.keyboard.press("]");
  await expect(page.getByTestId("citation").first()).toBeFocused();
  await expect(page.locator('span[data-sentence="0"][data-lit="true"]').first()).toBeVisible();
  await page.keyboard.press("[");
  await expect(page.getByTestId("citation").last()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("passage")).toContainText("Forth Road Bridge");
});

test("numbers open sources, and columns are hidden and shown", async ({ page }) => {
  await page.keyboard.press("2");
  await expect(page.getByTestId("passage")).toContainText("John Fowler");
  await page.keyboard.press("Control+1");
  await expect(page.locator('[data-pane="how"]')).toBeHidden();
  await page.keyboard.press("Control+3");
  await expect(page.locator('[data-pane="sources"]')).toBeHidden();
  await page.keyboard.press("Control+1");
  await page.keyboard.press("Control+3");
  await expect(page.locator('[data-pane="how"]')).toBeVisible();
  await expect(page.locator('[data-pane="sources"]')).toBeVisible();
});

test("F6 goes from pane to pane and back", async ({ page }) => {
  const where = () =>
    page.evaluate(
      () =>
        document.activeElement?.closest<HTMLElement>("[data-pane], [data-ribbon], nav")?.dataset.pane ?? "",
    );
  await page.keyboard.press("F6");
  const seen: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    seen.push(await where());
    await page.keyboard.press("F6");
  }
  expect(seen).toEqual(expect.arrayContaining(["how", "answer", "sources", ""]));
  const before = await where();
  await page.keyboard.press("F6");
  await page.keyboard.press("Shift+F6");
  expect(await where()).toBe(before);
});

test("the ribbon is walked with arrows, and Enter goes to the step", async ({ page }) => {
  const strip = page.getByRole("slider", { name: "Steps of the run" });
  await strip.focus();
  await page.keyboard.press("ArrowRight");
  await expect(strip).toHaveAttribute("aria-valuetext", /Step 1, Search/);
  await page.keyboard.press("End");
  await expect(strip).toHaveAttribute("aria-valuetext", /Step 6, Answer/);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("step").last()).toBeInViewport();
});

test("the ribbon is scaled by tokens, and by time again", async ({ page }) => {
  const strip = page.getByRole("slider", { name: "Steps of the run" });
  const scale = page.getByRole("button", { name: "Tokens" });
  const first = strip.locator("> *").first();
  const width = async () => (await first.boundingBox())?.width ?? 0;
  await expect(strip).toHaveAttribute("aria-valuetext", "Step 1, Thought, 2.1 s");
  await expect.poll(width).toBeGreaterThan(0);
  const byTime = await width();
  await strip.focus();
  await page.keyboard.press("Tab");
  await expect(scale).toBeFocused();
  await expect(scale).toHaveAttribute("aria-pressed", "false");
  await page.keyboard.press("Space");
  await expect(scale).toHaveAttribute("aria-pressed", "true");
  await expect(strip).toHaveAttribute("aria-valuetext", "Step 1, Thought, 60 tokens");
  await expect.poll(width).toBeLessThan(byTime / 2);
  // It is remembered, for other runs too.
  await page.evaluate(() => {
    window.location.hash = "#/run/stopped";
  });
  await expect(page.getByText("Stopped after 6 steps").first()).toBeVisible();
  await expect(scale).toHaveAttribute("aria-pressed", "true");
  await scale.press("Enter");
  await expect(strip).toHaveAttribute("aria-valuetext", "Step 1, Thought, 2.1 s");
});

test("R replays, and text grows and shrinks", async ({ page }) => {
  await page.keyboard.press("r");
  await expect(page.getByTestId("run")).toHaveAttribute("data-replaying", "true");
  await page.keyboard.press("r");
  await expect(page.getByTestId("run")).toHaveAttribute("data-replaying", "false");
  const size = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
  expect(await size()).toBe("16px");
  await page.keyboard.press("Control+=");
  await expect.poll(size).toBe("17.6px");
  for (let times = 0; times < 5; times += 1) await page.keyboard.press("Control+=");
  await expect.poll(size).toBe("25.6px");
  // Text of 160 % leaves room for one column.
  await expect(page.getByRole("navigation", { name: "What is shown" })).toBeVisible();
  await page.keyboard.press("Control+0");
  await expect.poll(size).toBe("16px");
});

test("words are found in the run with Mod+F", async ({ page }) => {
  await page.keyboard.press("Control+f");
  await expect(page.getByTestId("find").getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("Baker");
  await expect(page.getByText(/^1 of \d+$/)).toBeVisible();
});

test("stop and finish have keys while a run goes on", async ({ page }) => {
  await page.goto("/?fixture=reading");
  await page.getByTestId("stop").waitFor();
  await page.keyboard.press("Control+Shift+.");
  await expect(page.getByText("You asked for the answer now").first()).toBeVisible();
  await page.keyboard.press("Control+.");
  await expect(page.getByText(/Stopped after/).first()).toBeVisible();
});
