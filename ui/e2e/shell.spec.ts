import { expect, test } from "@playwright/test";
import { expectAccessible, expectFit } from "./looks";

test("the first start says what Lucy uses, with the box in focus", async ({ page }) => {
  test.slow();
  await page.goto("/?first");
  await expect(page.getByTestId("question-box")).toBeFocused();
  const first = page.getByTestId("first-run");
  await expect(first).toContainText("CPU: This build of Lucy has no CUDA.");
  await expect(first).toContainText("there is nothing to download");
  await expect(first).toContainText("stay on this computer");
  await page.keyboard.type("When was the Forth Bridge opened?");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("run").first()).toHaveAttribute("data-run", "live-1");
  await expectFit(page, "", /What Lucy uses/, "first");
});

test("later the latest runs stand in its place", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Latest" })).toBeVisible();
  await expect(page.getByTestId("first-run")).toHaveCount(0);
});

test("the palette does what it lists, by keyboard", async ({ page }) => {
  await page.goto("/?fixture=answered");
  await page.getByTestId("citation").first().waitFor();
  const palette = page.getByTestId("palette");
  const open = async () => {
    await page.keyboard.press("Control+k");
    await expect(palette.getByRole("combobox")).toBeFocused();
  };
  const chosen = palette.getByRole("option", { selected: true });
  await open();
  await expectAccessible(page);
  await page.keyboard.type("expo");
  await expect(chosen).toContainText("Export");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Export this run" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await open();
  await page.keyboard.type("inchcape");
  await palette.getByRole("option", { name: /lighthouse on Inchcape/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Inchcape");
  await open();
  await page.keyboard.type("library");
  await expect(chosen).toHaveText("Library");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Library");
});

test("the sheet lists the keys and leads to changing them", async ({ page }) => {
  await page.goto("/");
  await page.getByTestId("question-box").waitFor();
  await page.keyboard.press("Control+/");
  await expect(page.getByTestId("shortcuts")).toContainText("Ctrl+Shift+F");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Change keys" }).click();
  await expect(page.getByRole("heading", { name: "Keyboard" })).toBeFocused();
});

test("the pages come in files of their own, before they are asked for, and nothing jumps meanwhile", async ({
  page,
}) => {
  // Held back, so that what stands in its place can be seen.
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  await page.route(/assets\/library-/, async (route) => {
    await given;
    await route.continue();
  });
  const asked = page.waitForRequest(/assets\/library-/);
  await page.goto("/?fixture=answered", { waitUntil: "commit" });
  await asked;
  const header = await page.locator("header").boundingBox();
  await page.evaluate(() => {
    window.location.hash = "#/library";
  });
  await expect(page.locator("main")).toHaveAttribute("aria-busy", "true");
  expect(await page.locator("header").boundingBox()).toEqual(header);
  give();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Library");
  expect(await page.locator("header").boundingBox()).toEqual(header);
});

test("a page whose file does not come says so, and the others stay", async ({ page }) => {
  await page.route(/assets\/models-/, (route) => route.abort());
  await page.goto("/#/models");
  await expect(page.getByTestId("error")).toContainText("This page has failed");
  await page.evaluate(() => {
    window.location.hash = "#/library";
  });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Library");
});
