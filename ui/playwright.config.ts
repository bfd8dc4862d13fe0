import { defineConfig } from "@playwright/test";

/** Debian's Chromium: Playwright's own cannot be downloaded everywhere. */
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  timeout: 300_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    baseURL: "http://localhost:4173",
    viewport: { width: 1280, height: 800 },
    launchOptions: { executablePath, args: ["--no-sandbox", "--disable-gpu"] },
  },
  webServer: {
    command: "npm run build:fixtures && npx vite preview --mode fixtures --outDir dist-fixtures",
    url: "http://localhost:4173",
    reuseExistingServer: !process.env.CI,
    timeout: 120_000,
  },
});
