// How fast the window comes, what memory it takes, how smoothly a long run scrolls and how often Rust speaks to the
// page while a run streams. Nothing else should run on the machine:
//
//   cargo build --release -p lucy-desktop
//   LUCY_DESKTOP=target/release/lucy-desktop node src-tauri/tests/measure.mjs

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onDesk } from "./desk.mjs";

const STARTS = 5;
const QUESTION = "Where was the painter of the Mona Lisa born?";
const LONG = join(import.meta.dirname, "../../ui/src/fixtures/long.jsonl");

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** When a process began, in milliseconds since 1970; the kernel counts hundredths of a second. */
function began(pid) {
  const boot = Number(/btime (\d+)/.exec(readFileSync("/proc/stat", "utf8"))[1]);
  // The name in brackets may hold spaces; the time of the start is the twentieth field after it.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
  const sinceBoot = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  const age = sinceBoot - Number(fields[19]) / 100;
  return { age, boot, at: Date.now() - age * 1000 };
}

/** The memory of Lucy and of WebKit's processes, shared pages divided by who shares them, in MB. */
function memory(lucy) {
  const parents = new Map();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
      parents.set(Number(name), Number(fields[1]));
    } catch {} // It has ended.
  }
  const ofLucy = (pid) => pid === lucy || (parents.has(pid) && ofLucy(parents.get(pid)));
  const kilobytes = (pid) => Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]);
  return [...parents.keys()].filter(ofLucy).reduce((sum, pid) => sum + kilobytes(pid), 0) / 1024;
}

/** Milliseconds from the start of the process to the first paint and to the question box. */
async function start(desk) {
  const window = await desk.start();
  const script = `const done = arguments[0];
    const look = () => {
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      const usable = performance.getEntriesByName("usable")[0];
      if (!paint || !usable) return setTimeout(look, 20);
      done([paint, usable].map((entry) => performance.timeOrigin + entry.startTime));
    };
    look();`;
  const times = await window.later(script);
  const { at } = began(desk.process());
  return times.map((time) => time - at);
}

/** Puts the recorded run of 200 steps into the history, which must be empty: Python's SQLite may not know our index. */
function keepLongRun(desk) {
  const script = `
import json, sqlite3, sys
history = sqlite3.connect(sys.argv[1])
events = open(sys.argv[2]).read().splitlines()
question = json.loads(events[0])["question"]
history.execute("INSERT INTO conversations VALUES ('c', 1)")
run = history.execute("INSERT INTO runs (id, conversation, question, model, created_ms, updated_ms, outcome) VALUES ('long', 'c', ?, 'Lucy', 1, 2, 'answered')", (question,)).lastrowid
history.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", [(run, seq, seq + 1, event) for seq, event in enumerate(events)])
history.commit()`;
  const made = spawnSync("python3", ["-c", script, join(desk.home, "lucy/history.db"), LONG], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
}

/** Frames of a second in which the steps are scrolled. */
function scroll(window) {
  const script = `const done = arguments[0];
    const list = document.querySelector('[data-pane="how"] .overflow-y-auto');
    const begun = performance.now();
    let count = 0;
    const next = () => {
      list.scrollTop += 80;
      count += 1;
      const passed = performance.now() - begun;
      if (passed < 3000) requestAnimationFrame(next);
      else done(count / passed * 1000);
    };
    requestAnimationFrame(next);`;
  return window.later(script);
}

/** Asks, and counts what comes over a channel of its own: the messages of the busiest second. */
async function stream(window) {
  await window.ask(QUESTION);
  const script = `const done = arguments[0];
    const tauri = window.__TAURI_INTERNALS__;
    const times = [];
    const heard = ({ message }) => {
      times.push(performance.now());
      if (message?.event?.event !== "finished") return;
      const within = (at) => times.filter((time) => time >= at && time < at + 1000).length;
      done(Math.max(...times.map(within)) + " messages in the busiest second, " + times.length + " in all");
    };
    const follow = async () => {
      const { runs } = await tauri.invoke("request", { request: { request: "history", limit: 1, offset: 0 } });
      if (runs[0].run === "long") return setTimeout(follow, 5);
      const channel = "__CHANNEL__:" + tauri.transformCallback(heard);
      await tauri.invoke("subscribe", { run: runs[0].run, from_seq: 0, channel });
    };
    follow().catch((error) => done(JSON.stringify(error)));`;
  return window.later(script);
}

await onDesk(async (desk) => {
  const starts = [];
  for (let number = 0; number <= STARTS; number += 1) {
    // Only root may empty the cache of files; without that only the first start is cold.
    try {
      writeFileSync("/proc/sys/vm/drop_caches", "3");
    } catch {}
    const times = await start(desk);
    if (number > 0) starts.push(times);
    if (number < STARTS) await desk.end("SIGTERM");
  }
  const { window } = desk;
  const [paint, usable] = [0, 1].map((column) => median(starts.map((times) => times[column])));
  console.log(`first paint ${paint.toFixed(0)} ms, question box ${usable.toFixed(0)} ms, medians of ${STARTS} cold starts`);

  await sleep(3000);
  console.log(`idle: ${memory(desk.process()).toFixed(0)} MB`);

  keepLongRun(desk);
  await window.click("new-question");
  await window.click("history-toggle");
  await window.click("history-row");
  await sleep(3000);
  console.log(`a run of 200 steps open: ${memory(desk.process()).toFixed(0)} MB`);
  console.log(`scrolling it: ${(await scroll(window)).toFixed(0)} frames/s`);

  await window.click("new-question");
  console.log(`a run streams: ${await stream(window)}`);
  await window.inState("answered");
  await desk.end("SIGTERM");
});
