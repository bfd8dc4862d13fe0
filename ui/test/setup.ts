// What jsdom lacks, and a clean page after each test.

import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { startWords } from "../src/i18n/i18n";

startWords();

// A machine that is busy with other work is slow, not wrong.
configure({ asyncUtilTimeout: 20_000 });

window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => {},
    removeEventListener: () => {},
  }) as unknown as MediaQueryList;

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

Element.prototype.scrollIntoView ??= () => {};
Element.prototype.hasPointerCapture ??= () => false;

afterEach(() => {
  cleanup();
  window.location.hash = "";
});
