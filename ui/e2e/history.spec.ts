import { expect, type Page, test } from "@playwright/test";
import { expectAccessible, expectFit, expectNoSidewaysScroll, stopClock } from "./looks";

const rows = (page: Page) => page.getByTestId("history-row");

test("fits every size, theme and language", async ({ page }) => {
  test.slow();
  await expectFit(page, "#/history", /runs/);
});

test("words are found in answers, thoughts and pages, and marked", async ({ page }) => {
  await page.goto("/#/history/search");
  await expect(page.getByTestId("history-search")).toBeFocused();
  await rows(page).first().waitFor();
  const all = await rows(page).count();
  expect(all).toBeGreaterThan(10);
  await page.keyboard.type("cantilever");
  await expect(page.getByTestId("history-count")).toContainText("found");
  await expect.poll(() => rows(page).count()).toBeLessThan(all);
  await expect(rows(page).first().locator("mark")).toHaveText(/cantilever/i);
  await page.keyboard.type(" nowhere to be found");
  await expect(page.locator("main")).toContainText("No run fits");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(rows(page)).toHaveCount(all);
});

test("runs are filtered by how they ended, by being saved, and by tag", async ({ page }) => {
  await page.goto("/#/history");
  await rows(page).first().waitFor();
  const all = await rows(page).count();
  await page.getByLabel("How it ended").selectOption("cancelled");
  await expect(rows(page).filter({ hasNotText: "Stopped" })).toHaveCount(0);
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(rows(page)).toHaveCount(all);

  await rows(page).nth(1).getByRole("button", { name: "Save" }).click();
  await expect(rows(page).nth(1).getByRole("button", { name: "Do not keep as saved" })).toBeVisible();
  await page.getByRole("button", { name: "Saved", exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Clear filters" }).click();
  // The first run is another one only when the list was read again.
  await expect(rows(page)).toHaveCount(all);

  await rows(page)
    .first()
    .getByRole("button", { name: /^More about/ })
    .click();
  await page.getByRole("menuitem", { name: "Tags…" }).click();
  await page.getByLabel("Add tags").fill("bridges, Scotland");
  await page.keyboard.press("Enter");
  await expect(rows(page).first()).toContainText("bridges");
  await page.getByLabel("Tag", { exact: true }).selectOption("bridges");
  await expect(rows(page)).toHaveCount(1);
});

test("several runs are deleted, and come back", async ({ page }) => {
  await page.clock.install();
  await page.goto("/#/history");
  await rows(page).first().waitFor();
  const all = await rows(page).count();
  await rows(page).nth(0).getByRole("checkbox").check();
  await rows(page).nth(1).getByRole("checkbox").check();
  await expect(page.getByText("2 runs chosen")).toBeVisible();
  await expectAccessible(page);
  await stopClock(page);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(rows(page)).toHaveCount(all - 2);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(rows(page)).toHaveCount(all);
});

test("a run is renamed and opened by keyboard alone", async ({ page }) => {
  await page.goto("/#/history");
  await rows(page)
    .first()
    .getByRole("button", { name: /^More about/ })
    .focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Rename…" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("The bridge");
  await page.keyboard.press("Enter");
  await expect(rows(page).first().getByRole("link")).toHaveText("The bridge");
  await rows(page).first().getByRole("link").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("run").first()).toBeVisible();
});

test("the latest runs are one key away", async ({ page }) => {
  await page.goto("/?fixture=answered");
  await page.getByTestId("citation").first().waitFor();
  await page.keyboard.press("Control+b");
  const list = page.getByTestId("history-overlay");
  await expect(list.getByRole("searchbox")).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await page.getByTestId("history-toggle").click();
  await expect(list.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("inchcape");
  await expect(list.getByRole("link").first()).toContainText("lighthouse on Inchcape");
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await page.keyboard.press("Control+Shift+f");
  await expect(page.getByTestId("history-search")).toBeFocused();
});

test("in a wide window the latest runs stand beside the page and stay", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.goto("/?fixture=answered");
  await page.getByTestId("citation").first().waitFor();
  await page.keyboard.press("Control+b");
  const list = page.getByRole("navigation", { name: "History" });
  await expect(list.getByRole("searchbox")).toBeFocused();
  await expect.poll(async () => (await list.boundingBox())?.width).toBe(264);
  for (const pane of ["how", "answer", "sources"])
    await expect(page.locator(`[data-pane="${pane}"]`)).toBeVisible();
  await expectNoSidewaysScroll(page);
  // The separators stand between the landmarks, not in one.
  await expectAccessible(page, ['[role="separator"]']);

  await page.keyboard.type("inchcape");
  await expect(list.getByRole("link")).toHaveCount(1);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Inchcape");
  await expect(list.getByRole("link")).toHaveAttribute("aria-current", "page");
  await expect(list.getByRole("link")).toBeFocused();

  // Nothing holds the focus there: Tab, F6 and a click leave it.
  await page.keyboard.press("F6");
  await expect(page.getByRole("slider", { name: "Steps of the run" })).toBeFocused();
  await page.keyboard.press("Shift+F6");
  await expect(list).toBeFocused();
  await page.getByTestId("question-box").click();
  await expect(page.getByTestId("question-box")).toBeFocused();

  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(list).toBeHidden();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.setViewportSize({ width: 1400, height: 900 });
  await expect(list).toBeVisible();
  await page.keyboard.press("Control+b");
  await expect(list).toBeHidden();
});
