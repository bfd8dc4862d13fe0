import { describe, expect, it } from "vitest";
import { isWebAddress } from "../src/api/api";
import de from "../src/i18n/de.json";
import en from "../src/i18n/en.json";
import { speak } from "../src/i18n/i18n";
import { lengthen, mirror, pseudo } from "../src/i18n/pseudo";
import { isPlain, keysOf, shown, strokeOf } from "../src/keys/keys";
import { provisional } from "../src/run/answer/provisional";
import { paragraphsOf, piecesOf } from "../src/state/ranges";
import { hashOf, placeOf } from "../src/state/router";
import { sharesOf } from "../src/state/segments";
import { findAll, firstClause, fromBytes, placeOfSource } from "../src/state/text";
import { coloursOf } from "../src/theme/appearance";

describe("places in texts", () => {
  it("become UTF-16 from bytes", () => {
    const text = "Aé€😀b";
    const bytes = (upTo: number) => new TextEncoder().encode(text.slice(0, upTo)).length;
    const places = [0, 1, 2, 3, 5, 6];
    expect(fromBytes(text, places.map(bytes))).toEqual(places);
  });

  it("stay in the text whatever is asked", () => {
    expect(fromBytes("😀", [1, 2, 99])).toEqual([0, 0, 2]);
  });

  it("are found whatever their case", () => {
    expect(findAll("Bridge, bridge", "BRIDGE")).toEqual([
      [0, 6],
      [8, 14],
    ]);
    expect(findAll("İstanbul", "stan")).toEqual([[1, 5]]);
    expect(findAll("abc", "  ")).toEqual([]);
  });

  it("cut a text into pieces without gaps", () => {
    const pieces = piecesOf(
      "0123456789",
      [
        { start: 2, end: 6, name: "a" },
        { start: 4, end: 8, name: "b" },
        { start: 9, end: 99, name: "c" },
      ],
      1,
      10,
    );
    expect(pieces.map(({ text, names }) => [text, names.join()])).toEqual([
      ["1", ""],
      ["23", "a"],
      ["45", "a,b"],
      ["67", "b"],
      ["8", ""],
      ["9", "c"],
    ]);
  });

  it("tell paragraphs from empty lines", () => {
    expect(paragraphsOf("a\n\n  \nbc")).toEqual([
      { start: 0, end: 1 },
      { start: 6, end: 8 },
    ]);
  });
});

describe("names", () => {
  it("of sources are hosts and files", () => {
    expect(placeOfSource("https://www.example.org/a")).toBe("example.org");
    expect(placeOfSource("file:///a/My%20notes.md")).toBe("My notes.md");
    expect(placeOfSource("library:albania")).toBe("");
    expect(placeOfSource("not an address")).toBe("");
  });

  it("of thoughts are their first clause", () => {
    expect(firstClause("Result 1 is the bridge. Its preview names no date.")).toBe("Result 1 is the bridge");
    expect(firstClause("word ".repeat(40), 20)).toMatch(/^word word word word…$/);
  });

  it("of web addresses are http and https only", () => {
    expect(isWebAddress("https://example.org")).toBe(true);
    for (const url of ["javascript:alert(1)", "file:///etc", "data:text/html,x", "//example.org", ""]) {
      expect(isWebAddress(url)).toBe(false);
    }
  });
});

describe("citations of an unfinished answer", () => {
  it("are brackets with numbers, and no links", () => {
    expect(
      provisional("A [1][2]. B [1, 23]. C [x] [4](http://a)").map(({ number, start, end }) => [
        number,
        start,
        end,
      ]),
    ).toEqual([
      [1, 2, 5],
      [2, 5, 8],
      [1, 12, 15],
      [23, 15, 19],
    ]);
  });
});

describe("keys", () => {
  const press = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

  it("are read as they are written", () => {
    expect(strokeOf({ ...press, key: "k", ctrlKey: true }, false)).toBe("Mod+K");
    expect(strokeOf({ ...press, key: "k", metaKey: true }, true)).toBe("Mod+K");
    expect(strokeOf({ ...press, key: ">", ctrlKey: true, shiftKey: true }, false)).toBe("Mod+Shift+.");
    expect(strokeOf({ ...press, key: "F6", shiftKey: true }, false)).toBe("Shift+F6");
    expect(strokeOf({ ...press, key: "[" }, false)).toBe("[");
    expect(strokeOf({ ...press, key: "Control", ctrlKey: true }, false)).toBeNull();
  });

  it("without a modifier are plain", () => {
    expect(isPlain("J")).toBe(true);
    expect(isPlain("Mod+J")).toBe(false);
    expect(isPlain("F6")).toBe(false);
  });

  it("are the person's where bound, none where unbound", () => {
    expect(keysOf("palette", {})).toEqual(["Mod+K"]);
    expect(keysOf("palette", { palette: "Mod+P" })).toEqual(["Mod+P"]);
    expect(keysOf("palette", { palette: "" })).toEqual([]);
    expect(shown("Mod+Shift+C", false)).toBe("Ctrl+Shift+C");
    expect(shown("Mod+Shift+C", true)).toBe("⌘⇧C");
  });

  it("are written as on a German keyboard in German", () => {
    speak("de");
    expect(shown("Mod+Shift+C", false)).toBe("Strg+Umschalt+C");
    speak("en");
  });
});

describe("places of the page", () => {
  it("survive the address", () => {
    for (const hash of ["#/", "#/run/a%2Fb", "#/run/x/document", "#/settings/keyboard", "#/history"]) {
      expect(hashOf(placeOf(hash))).toBe(hash);
    }
    expect(placeOf("#/nowhere")).toEqual({ page: "run", run: null, view: "columns" });
    expect(placeOf("#/run/%E0%A4%A")).toMatchObject({ run: "%E0%A4%A" });
  });
});

describe("looks", () => {
  it("follow the system until a theme is chosen", () => {
    expect(coloursOf("system", true, false)).toBe("dark");
    expect(coloursOf("system", false, true)).toBe("contrast");
    expect(coloursOf("light", true, true)).toBe("light");
    expect(coloursOf("contrast", true, false)).toBe("contrast-dark");
  });

  it("give every segment of the ribbon some room", () => {
    const segment = (ms: number) => ({ ms, failed: false, row: rowOf(ms) });
    const shares = sharesOf([segment(0), segment(1), segment(100_000)]);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    expect(Math.min(...shares)).toBeGreaterThan(0.003);
    expect(sharesOf([])).toEqual([]);
  });

  it("scale the ribbon by tokens, guessed where they are not known", () => {
    const segment = (tokens: number | null, text = "") => ({
      ms: 1,
      failed: false,
      row: { ...rowOf(1), tokens, text },
    });
    expect(sharesOf([segment(30), segment(10)], "tokens")).toEqual([0.75, 0.25]);
    expect(sharesOf([segment(30), segment(null, "x".repeat(40))], "tokens")).toEqual([0.75, 0.25]);
    expect(sharesOf([segment(30), segment(10)], "time")).toEqual([0.5, 0.5]);
  });
});

function rowOf(ms: number) {
  return { kind: "thought" as const, id: String(ms), step: 1, ms, tokens: null, text: "" };
}

describe("words", () => {
  const keys = (words: object, path = ""): string[] =>
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === "string" ? [`${path}${key}`] : keys(value, `${path}${key}.`),
    );
  const gaps = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
  const at = (words: object, path: string) =>
    path.split(".").reduce<unknown>((found, key) => (found as Record<string, unknown>)[key], words) as string;

  it("are the same in both languages, with the same gaps", () => {
    expect(keys(de).sort()).toEqual(keys(en).sort());
    for (const key of keys(en)) expect([key, gaps(at(de, key))]).toEqual([key, gaps(at(en, key))]);
  });

  it("are made up without touching the gaps", () => {
    const long = pseudo(en, lengthen);
    for (const key of keys(en)) expect(gaps(at(long, key))).toEqual(gaps(at(en, key)));
    expect(lengthen("Stop").length).toBeGreaterThanOrEqual(6);
    expect(mirror("Stop")).toBe("\u202eStop\u202c");
  });
});
