// Every call of the page passes through here before it reaches Rust. A call that is not one of these, in this shape,
// is turned into one that Rust refuses.
"use strict";

const isText = (value) => typeof value === "string";
const isTagged = (value, tag) => typeof value === "object" && value !== null && isText(value[tag]);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isChannel = (value) =>
  (isText(value) && /^__CHANNEL__:\d+$/.test(value)) ||
  (typeof value === "object" && value !== null && isCount(value.id));

const CALLS = {
  request: (args) => isTagged(args.request, "request"),
  subscribe: (args) => isText(args.run) && isCount(args.from_seq) && isChannel(args.channel),
  ui_ready: (args) => isText(args.language) && isChannel(args.events),
  shell: (args) => isTagged(args.ask, "ask"),
  // How Tauri itself hands over long messages of a channel.
  "plugin:__TAURI_CHANNEL__|fetch": () => true,
};

window.__TAURI_ISOLATION_HOOK__ = (message) => {
  const known = Object.hasOwn(CALLS, message.cmd) && CALLS[message.cmd](message.payload ?? {});
  return known ? message : { ...message, cmd: "refused", payload: {} };
};
