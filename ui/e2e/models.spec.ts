import { expect, test } from "@playwright/test";
import { expectFit, stopClock } from "./looks";

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
  await page.clock.install();
  await page.goto("/#/models");
  const models = page.getByTestId("models");
  const path = page.getByLabel("Add a model");
  /** Adds it when nothing else is being added. */
  const add = async (name: string) => {
    await path.fill(name);
    await expect(page.getByRole("button", { name: "Add", exact: true })).toBeEnabled();
    await path.press("Enter");
  };
  await add("/models/readme.txt");
  await expect(page.getByRole("alert").filter({ hasText: "was not added" })).toBeVisible();
  await expect(path).toHaveValue("/models/readme.txt");
  await add("/models/broken.gguf");
  await expect(models).toContainText("The file ends too early");
  await expect(models.getByRole("button", { name: "Use broken" })).toBeDisabled();
  await add("/models/small.gguf");
  await models.getByRole("button", { name: "Use small" }).click();
  await expect(models.getByRole("listitem").filter({ hasText: "small" })).toContainText("In use");
  await stopClock(page);
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
