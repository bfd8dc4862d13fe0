// What jsdom lacks, and a clean page after each test.

import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { startWords } from "../src/i18n/i18n";

startWords();

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
