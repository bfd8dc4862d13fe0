import { expect, test } from "@playwright/test";
import { expectAccessible, expectFit } from "./looks";

test("fits every size, theme and language", async ({ page }) => {
  test.slow();
  await expectFit(page, "#/library", /5,248 documents/);
});

test("a page is found, read as text, and left again", async ({ page }) => {
  await page.goto("/#/library");
  await page.getByTestId("library-search").fill("cantilever");
  await page.getByTestId("library-hits").getByRole("link", { name: "Forth Bridge" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Forth Bridge");
  await expect(page.getByTestId("library-page")).toContainText("opened on 4 March 1890");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Back to the library" }).click();
  await expect(page.getByTestId("library-search")).toHaveValue("cantilever");
  await expect(page.getByTestId("library-hits").getByRole("link")).toHaveCount(1);
});

test("a folder is added with its progress, and removed with a way back", async ({ page }) => {
  await page.goto("/?speed=0.3#/library");
  await page.getByLabel("Add a folder").fill("/home/ada/Papers");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("adding")).toContainText(/Reading \d+ of 24 files/);
  await expect(page.getByTestId("indexed")).toContainText("23 documents were added");
  await page.getByText("1 file was left out").click();
  await expect(page.getByTestId("indexed")).toContainText("scan.pdf: it has no text");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Remove: /home/ada/Papers" }).click();
  await expect(page.getByTestId("folders").getByRole("listitem")).toHaveCount(1);
});

test("adding is cancelled, and a folder that is not there is refused", async ({ page }) => {
  await page.goto("/?speed=0.1#/library");
  await page.getByLabel("Add a folder").fill("/home/ada/Papers");
  await page.keyboard.press("Enter");
  await page.getByTestId("adding").getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByTestId("indexed")).toContainText("Cancelled");
  await page.getByLabel("Add a folder").fill("Papers");
  await expect(page.getByRole("button", { name: "Add", exact: true })).toBeEnabled();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "was not added" })).toBeVisible();
});
