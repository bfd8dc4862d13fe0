import { expect, type Page, test } from "@playwright/test";
import { expectAccessible as inLooks, SIZES } from "./looks";

/** Every state of the run screen, and words by which a person knows it. */
const STATES: Record<string, RegExp> = {
  loading_model: /Starts when the model is ready/,
  prefill: /Reading 300 of 900 tokens/,
  thinking: /Thinking/,
  searching: /Searching “Forth Bridge opening date”/,
  reading: /Reading Forth Bridge/,
  writing: /Writing the answer/,
  answered: /2 of 3 claims found in sources/,
  stopped: /Stopped after 6 steps/,
  interrupted: /interrupted after 5 steps/,
  disk_full: /The disk is full/,
  no_evidence: /No page was read for this answer/,
  nothing_found: /I could not find this/,
  out_of_budget: /No answer within the limit of 3 steps/,
  failed: /The model failed/,
  loop: /repeated the same search 4 times/,
  cut: /should last 25 years/,
  follow_up: /1 earlier question/,
  hostile: /<b>much<\/b>/,
  arabic: /جون فاولر/,
  no_model: /Model not loaded/,
};

async function open(page: Page, query: string): Promise<void> {
  await page.goto(`/?${query}`);
  await page.getByTestId("run").first().waitFor();
}

/** Nothing may reach past the side of the page. */
async function expectNoSidewaysScroll(page: Page): Promise<void> {
  // Another size of the window is drawn a moment later.
  const over = () =>
    page.evaluate(() => {
      const root = document.documentElement;
      const panes = [...document.querySelectorAll<HTMLElement>("[data-pane], [data-pane] > *, header, main")];
      const wide = panes
        .filter((pane) => pane.scrollWidth > pane.clientWidth + 1)
        .map((pane) => pane.className);
      return [...(root.scrollWidth > root.clientWidth ? ["page"] : []), ...wide];
    });
  await expect.poll(over).toEqual([]);
}

/** The separators stand between the landmarks, not in one. */
const expectAccessible = (page: Page) => inLooks(page, ['[role="separator"]']);

for (const [state, words] of Object.entries(STATES)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${state}, ${colorScheme}`, async ({ page }) => {
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      // A breach of the content policy is an error on the console.
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      await page.emulateMedia({ colorScheme });
      await open(page, `fixture=${state}`);
      await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
      for (const viewport of SIZES) {
        await page.setViewportSize(viewport);
        await expect(page.locator("body")).toContainText(words);
        await expectNoSidewaysScroll(page);
        if (viewport.width !== 900) await expectAccessible(page);
      }
      expect(errors).toEqual([]);
    });
  }
}

for (const locale of ["long", "rtl"]) {
  for (const viewport of SIZES) {
    test(`locale ${locale}, ${viewport.width}×${viewport.height}`, async ({ page }) => {
      await page.setViewportSize(viewport);
      for (const state of ["answered", "thinking", "stopped"]) {
        await open(page, `fixture=${state}&locale=${locale}`);
        await expect(page.locator("h1")).toBeVisible();
        await expectNoSidewaysScroll(page);
      }
      await expect(page.locator("html")).toHaveAttribute("dir", locale === "rtl" ? "rtl" : "ltr");
    });
  }
}

test("a page that was cut says how much of it the model was given", async ({ page }) => {
  await open(page, "fixture=cut");
  await expect(page.locator('[data-pane="how"]')).toContainText(
    /The model was given 1,200 of \d,\d{3} characters/,
  );
});

test("a new question has the box, examples and the latest runs", async ({ page }) => {
  await open(page, "");
  await expect(page.getByTestId("question-box")).toBeFocused();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What do you want to know?");
  await expectAccessible(page);
});

test("a question that a missing model refuses is kept, with the reason", async ({ page }) => {
  await open(page, "fixture=no_model");
  await page.getByTestId("new-question").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What do you want to know?");
  await page.getByTestId("question-box").fill("Is anybody there?");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("error")).toContainText("file ends too early");
  await expect(page.getByTestId("question-box")).toHaveValue("Is anybody there?");
});

test("forced colours and high contrast keep everything readable", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active", contrast: "more" });
  await open(page, "fixture=answered");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "contrast");
  await expect(page.getByTestId("citation").first()).toBeVisible();
});

test.describe("in German", () => {
  test.use({ locale: "de-DE" });

  test("a problem is said in German, with what Lucy says of it", async ({ page }) => {
    await open(page, "fixture=disk_full");
    const notice = page.getByText(/Der Datenträger ist voll\./);
    await expect(notice).toContainText("6 events of the run are kept");
    await open(page, "fixture=no_model");
    await page.getByTestId("new-question").click();
    await expect(page.getByTestId("error")).toContainText(
      /Das Modell lässt sich nicht verwenden: .*too early/,
    );
  });
});
