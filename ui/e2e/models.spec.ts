import { expect, test } from "@playwright/test";
import { expectFit } from "./looks";

test("fits every size, theme and language", async ({ page }) => {
  test.slow();
  await expectFit(page, "#/models", /Comes with Lucy/);
});

test("the device is named, with the reason", async ({ page }) => {
  await page.goto("/#/models");
  await expect(page.getByTestId("device")).toContainText("CPU");
  await expect(page.locator("main")).toContainText("This build of Lucy has no CUDA.");
});

test("a model is added, used and removed, and what is wrong is said", async ({ page }) => {
  await page.goto("/#/models");
  const models = page.getByTestId("models");
  const path = page.getByLabel("Add a model");
  await path.fill("/models/readme.txt");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "was not added" })).toBeVisible();
  await expect(path).toHaveValue("/models/readme.txt");
  await path.fill("/models/broken.gguf");
  await page.keyboard.press("Enter");
  await expect(models).toContainText("The file ends too early");
  await expect(models.getByRole("button", { name: "Use broken" })).toBeDisabled();
  await path.fill("/models/small.gguf");
  await page.keyboard.press("Enter");
  await models.getByRole("button", { name: "Use small" }).click();
  await expect(models.getByRole("listitem").filter({ hasText: "small" })).toContainText("In use");
  await models.getByRole("button", { name: "Remove broken" }).click();
  await expect(models.getByRole("listitem")).toHaveCount(2);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(models.getByRole("listitem")).toHaveCount(3);
});

test("the self-test says line by line what works", async ({ page }) => {
  await page.goto("/#/models");
  await page.getByRole("button", { name: "Run the self-test" }).click();
  await expect(page.getByTestId("self-test").getByRole("listitem")).toHaveCount(4);
  await expect(page.getByTestId("self-test")).toContainText("96 tokens, 310 a second");
  await expect(page.locator("main")).toContainText("Everything works");
});
