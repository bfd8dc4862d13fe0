// Numbers as they are written in the language of the screen.

import { describe, expect, it } from "vitest";
import { large } from "../src/run/format";

describe("a large number", () => {
  it("is written in words", () => {
    expect(large(4_591_232)).toBe("4.6 million");
    expect(large(1_720_574_976)).toBe("1.7 billion");
  });
});
