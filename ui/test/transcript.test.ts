import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Event, Transcript } from "../src/api/bindings";
import { transcriptOf } from "../src/state/transcript";

const LOGS = join(import.meta.dirname, "../../tests/fixtures/logs");
const names = readdirSync(LOGS).filter((name) => name.endsWith(".jsonl"));

function read(name: string): Event[] {
  const text = readFileSync(join(LOGS, name), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("the fold", () => {
  it("has logs to fold", () => expect(names.length).toBeGreaterThanOrEqual(5));

  it.each(names)("gives what Rust gives for %s", (name) => {
    const golden: Transcript = JSON.parse(
      readFileSync(join(LOGS, name.replace(".jsonl", ".transcript.json")), "utf8"),
    );
    expect(transcriptOf(read(name))).toEqual(golden);
  });

  it("passes over events of a newer Lucy", () => {
    const log = [...read(names[0] ?? ""), { event: "dreamed", of: "sheep" } as unknown as Event];
    expect(transcriptOf(log)).toEqual(transcriptOf(log.slice(0, -1)));
  });

  it("changes nothing that was folded before", () => {
    const log = read(names[0] ?? "");
    const before = transcriptOf(log.slice(0, 4));
    const copy = structuredClone(before);
    transcriptOf(log);
    expect(before).toEqual(copy);
  });
});
