import { expect, test } from "@playwright/test";
import { expectAccessible, expectFit, expectNoSidewaysScroll, SIZES } from "./looks";

test("fits every size, theme and language", async ({ page }) => {
  test.slow();
  await expectFit(page, "#/settings", /Theme/);
});

test("a change holds at once, says its default, and is reset", async ({ page }) => {
  await page.goto("/#/settings/reading");
  await expect(page.getByRole("heading", { name: "Reading", exact: true })).toBeFocused();
  await page.getByText("Dark", { exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: "Reset: Theme" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.getByRole("slider", { name: "Text size" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator("html")).toHaveCSS("font-size", "17.6px");
  await page.getByText("Deutsch", { exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Einstellungen");
});

test("settings are found by words, also in the index", async ({ page }) => {
  await page.goto("/#/settings");
  await page.getByTestId("settings-search").fill("contrast");
  await expect(page.getByRole("heading", { level: 3 })).toHaveText(["Theme"]);
  await page.getByTestId("settings-search").fill("palette");
  await expect(page.getByTestId("keys-palette")).toBeVisible();
  await expect(page.getByRole("radio")).toHaveCount(0);
  await page.getByTestId("settings-search").fill("no such thing");
  await expect(page.locator("main")).toContainText("No setting has these words");
  await page.getByTestId("settings-search").fill("");
  await page.getByRole("link", { name: "About" }).click();
  await expect(page.getByRole("heading", { name: "About" })).toBeInViewport();
  await expect(page.locator("pre")).toContainText("Lucy 0.1.0");
  await expect(page.locator("header")).toBeInViewport();
});

test("keys are bound by keyboard, with a conflict shown first", async ({ page }) => {
  await page.goto("/#/settings/keyboard");
  const row = page.getByTestId("keys-export");
  await row.getByRole("button", { name: "Export: change Ctrl+E" }).focus();
  await page.keyboard.press("Enter");
  await expect(row.getByRole("button", { name: "Press keys…" })).toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(row).toContainText("Ctrl+K belongs to “Command palette”");
  await expect(page.getByTestId("palette")).toBeHidden();
  await row.getByRole("button", { name: "Use it here" }).click();
  await expect(row.getByRole("button", { name: "Export: change Ctrl+K" })).toBeVisible();
  await expect(page.getByTestId("keys-palette")).toContainText("no keys");
  await row.getByRole("button", { name: "Reset: Export" }).click();
  await page.getByTestId("keys-palette").getByRole("button", { name: "Reset: Command palette" }).click();
  await expect(page.getByRole("button", { name: "Command palette: change Ctrl+K" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByTestId("palette")).toBeVisible();
});

test("what Lucy is made of is listed with its licences", async ({ page }) => {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto("/?fixture=answered#/settings/about");
    await page.getByRole("button", { name: "Show the list" }).click();
    const parts = page.getByTestId("parts");
    await expect(parts).toContainText("candle-core");
    await page.getByRole("searchbox", { name: "Search by name or licence" }).fill("inter ofl");
    await parts.getByRole("button", { name: "@fontsource-variable/inter: Read the licence" }).click();
    await expect(page.getByText("PERMISSION & CONDITIONS")).toBeInViewport();
    await page.getByRole("searchbox", { name: "Search by name or licence" }).fill("candle");
    for (const viewport of SIZES) {
      await page.setViewportSize(viewport);
      await expectNoSidewaysScroll(page);
    }
    await expectAccessible(page);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByTestId("parts").scrollIntoViewIfNeeded();
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/parts-${theme}.png` });
    await page.reload();
  }
});

test("everything is deleted only after the word was typed", async ({ page }) => {
  await page.goto("/#/settings/storage");
  await page.getByTestId("delete-everything").click();
  const dialog = page.getByRole("dialog");
  const sure = dialog.getByRole("button", { name: "Delete everything", exact: true });
  await expect(sure).toBeDisabled();
  await dialog.getByRole("textbox").fill("delet");
  await expect(sure).toBeDisabled();
  await dialog.getByRole("textbox").fill("delete");
  await sure.click();
  await expect(page.getByText("Every run was deleted.").first()).toBeVisible();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: "History" }).click();
  await expect(page.getByTestId("history-overlay")).toContainText("No run yet");
});
