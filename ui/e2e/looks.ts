// What every page must keep: nothing reaches past the side, and axe finds nothing.

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

export const SIZES = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
  // 1280 × 800 at 200 %.
  { width: 640, height: 400 },
];

const HOUR_MS = 3_600_000;

/** Lets no time pass in a page whose clock is installed: what can be undone stays so, however slow the machine is. */
export async function stopClock(page: Page): Promise<void> {
  await page.clock.pauseAt(await page.evaluate((later) => Date.now() + later, HOUR_MS));
}

/** Nothing may reach past the side of the page. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  // Another size of the window is drawn a moment later.
  const over = () =>
    page.evaluate(() => {
      const root = document.documentElement;
      const wide = [...document.querySelectorAll<HTMLElement>("header, main, main > *, [role=dialog]")]
        .filter((part) => part.scrollWidth > part.clientWidth + 1)
        .map((part) => part.className);
      return [...(root.scrollWidth > root.clientWidth ? ["page"] : []), ...wide];
    });
  await expect.poll(over).toEqual([]);
}

/** What comes into view has come: colours on their way fit nothing. What moves for ever is left alone. */
async function expectStill(page: Page): Promise<void> {
  const moving = () =>
    page.evaluate(() => {
      const ends = (one: Animation) => Number.isFinite(Number(one.effect?.getComputedTiming().endTime));
      return document.getAnimations().filter((one) => one.playState === "running" && ends(one)).length;
    });
  await expect.poll(moving).toBe(0);
}

/** Axe finds nothing, but in the parts that are left out. */
export async function expectAccessible(page: Page, leftOut: readonly string[] = []): Promise<void> {
  await expectStill(page);
  const axe = new AxeBuilder({ page }).withTags([
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
  ]);
  for (const part of leftOut) axe.exclude(part);
  const { violations } = await axe.analyze();
  expect(
    violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html.slice(0, 160)) })),
  ).toEqual([]);
}

/** Every size, theme and made-up language of a page that already stands, whose address is `query` and `hash`. */
export async function expectFit(page: Page, hash: string, words: RegExp, query = ""): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(`/?${query}${hash}`);
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
    for (const viewport of SIZES) {
      await page.setViewportSize(viewport);
      await expect(page.locator("main")).toContainText(words);
      await expectNoSidewaysScroll(page);
      if (viewport.width === 1280 || (viewport.width === 640 && theme === "dark"))
        await expectAccessible(page);
      if (process.env.SHOTS) {
        const name = hash.replace(/\W+/g, "-");
        await page.screenshot({ path: `${process.env.SHOTS}/page${name}-${theme}-${viewport.width}.png` });
      }
    }
  }
  await page.emulateMedia({ colorScheme: "light", contrast: "more" });
  await page.goto(`/?${query}${hash}`);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "contrast");
  await expectAccessible(page);
  await page.emulateMedia({ contrast: "no-preference" });
  for (const locale of ["long", "rtl"]) {
    await page.goto(`/?${query}&locale=${locale}${hash}`);
    for (const viewport of SIZES) {
      await page.setViewportSize(viewport);
      await expect(page.locator("main h1")).toBeVisible();
      await expectNoSidewaysScroll(page);
    }
    if (process.env.SHOTS)
      await page.screenshot({ path: `${process.env.SHOTS}/page${hash.replace(/\W+/g, "-")}-${locale}.png` });
  }
}
