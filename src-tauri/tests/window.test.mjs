// The real window, driven as a person would. `cargo xtask test` does the set-up, and window.rs runs these.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { onDesk } from "./desk.mjs";

const QUESTION = "When was the Eiffel Tower completed?";

test("the page reaches Rust and nothing else", () =>
  onDesk(async (desk) => {
    const window = await desk.start();
    const history = await window.call("request", { request: { request: "history", limit: 1, offset: 0 } });
    assert.equal(history.response, "history", JSON.stringify(history));
    const refused = [
      ["request", { request: "no object" }],
      ["plugin:dialog|open", { options: {} }],
      ["plugin:opener|open_url", { url: "https://example.org" }],
      ["plugin:window|close", { label: "main" }],
      ["plugin:event|listen", { event: "x", target: { kind: "Any" }, handler: 1 }],
      ["shell", { ask: { ask: "open_link", url: "file:///etc/passwd" } }],
    ];
    for (const [command, args] of refused) {
      const answer = await window.call(command, args);
      assert.ok(answer?.refused, `${command}: ${JSON.stringify(answer)}`);
    }
    await hasNoNetwork(window);
    await desk.end("SIGTERM");
  }));

/** A server on this machine never hears of the page, whatever the page tries. */
async function hasNoNetwork(window) {
  let reached = 0;
  const server = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const script = `const [address, done] = arguments;
    const add = (tag) => document.body.append(Object.assign(document.createElement(tag), { src: address }));
    ["img", "iframe", "script", "video"].forEach(add);
    navigator.sendBeacon(address, "x");
    window.open(address);
    location.href = address;
    fetch(address).then(() => "sent", () => "refused").then((sent) => setTimeout(() => done(sent), 1500));`;
  assert.equal(await window.later(script, `http://127.0.0.1:${server.address().port}/`), "refused");
  assert.equal(reached, 0, "the page reached a server");
  await window.find("question-box");
  server.close();
}

test("a question is answered and its source opened", () =>
  onDesk(async (desk) => {
    const window = await desk.start();
    await window.ask(QUESTION);
    await window.inState("answered");
    // Which year a small model reads off the page is not the window's to say.
    assert.match(await window.text("answer"), /Eiffel Tower/);
    await window.click("citation");
    await window.find("passage");
    assert.notEqual(await window.text("passage-mark"), "");
    await desk.end("SIGTERM");
  }));

test("a stopped run goes on", () =>
  onDesk(async (desk) => {
    const window = await desk.start();
    await window.clickOnceThere("stop");
    await window.ask(QUESTION);
    await window.inState("stopped");
    await window.click("resume");
    await window.inState("answered");
    await desk.end("SIGTERM");
  }));

/** How often a run may be over before it is ended. */
const TRIES = 8;

/** Asks, waits for a step, ends Lucy in mid-run, starts it again and goes on with the run. */
async function endInMidRun(desk, signal, state) {
  let window = await desk.start();
  for (let tries = 1; ; tries += 1) {
    await window.ask(QUESTION);
    await window.find("step");
    await desk.end(signal);

    window = await desk.start();
    await window.click("history-toggle");
    await window.click("history-row");
    const found = await window.stateAmong([state, "answered"]);
    if (found === state || tries === TRIES) break;
    await window.click("new-question");
    // Else its steps would be taken for those of the next question.
    await window.gone("step");
  }
  // A step that was still being said when Lucy was killed is made again; what was kept is the store's test.
  await window.inState(state);
  await window.click("resume");
  await window.inState("answered");
  await desk.end("SIGTERM");
}

test("quitting in mid-run loses nothing", () => onDesk((desk) => endInMidRun(desk, "SIGTERM", "stopped")));

test("a killed Lucy goes on where it was", () => onDesk((desk) => endInMidRun(desk, "SIGKILL", "interrupted")));

test("a link opens a review and a second Lucy does not start", () =>
  onDesk(async (desk) => {
    const window = await desk.start();
    assert.equal(await desk.follow("lucy://ask?question=Who%20built%20it%3F"), 0);
    assert.match(await window.text("review"), /Who built it\?/);
    assert.equal(await window.script("return document.querySelectorAll('[data-testid=step]').length"), 0);
    await desk.end("SIGTERM");
  }));
