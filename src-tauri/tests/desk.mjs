// A desk to test on: a display, a session bus, the driver and a home of their own. The driver speaks WebDriver
// (https://www.w3.org/TR/webdriver2/), which is JSON over HTTP.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How long anything may take on a slow machine that does other work beside, in milliseconds. */
const PATIENCE = 90_000;
const LUCY = process.env.LUCY_DESKTOP;
/** The key under which WebDriver hands over an element, and its word for the key Enter. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const ENTER = "\uE007";

/** Sets up a desk, hands it to the test, and clears it away. */
export async function onDesk(test) {
  const desk = await Desk.set();
  try {
    await test(desk);
  } catch (error) {
    error.message += `\n${await desk.state()}`;
    throw error;
  } finally {
    desk.clear();
  }
}

/** Tries again until it does not throw. */
async function eventually(attempt) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    }
  }
}

/** Free ports, which are held until all are found: else two may be the same. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

class Desk {
  static async set() {
    const desk = new Desk();
    desk.home = mkdtempSync(join(tmpdir(), "lucy-desk-"));
    const [port, native] = await freePorts(2);
    desk.address = `http://127.0.0.1:${port}`;
    const driver = [process.env.TAURI_DRIVER ?? "tauri-driver", "--port", `${port}`, "--native-port", `${native}`];
    // The driver inside prints where the bus and the display are, so that a second Lucy finds them.
    const inside = ["sh", "-c", 'echo "$DBUS_SESSION_BUS_ADDRESS $DISPLAY $XAUTHORITY"; exec "$@"', "sh", ...driver];
    const display = ["xvfb-run", "--auto-servernum", "--server-args", "-screen 0 1280x800x24", ...inside];
    // Nothing of the person who runs the tests is read or written.
    desk.env = { ...process.env, HOME: desk.home, LUCY_DATA: join(desk.home, "lucy") };
    delete desk.env.WAYLAND_DISPLAY;
    for (const folder of ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"]) desk.env[folder] = join(desk.home, folder);
    desk.driver = spawn("dbus-run-session", ["--", ...display], { env: desk.env, detached: true });
    desk.driver.stderr.resume();
    const printed = await new Promise((found) => desk.driver.stdout.once("data", (line) => found(line.toString())));
    const [bus, number, authority] = printed.trim().split(" ");
    Object.assign(desk.env, { DBUS_SESSION_BUS_ADDRESS: bus, DISPLAY: number, XAUTHORITY: authority ?? "" });
    return desk;
  }

  /** Starts Lucy and waits until it can be driven. */
  async start() {
    const options = { capabilities: { alwaysMatch: { "tauri:options": { application: LUCY } } } };
    const { sessionId } = await eventually(() => this.send("POST", "/session", options));
    this.window = new Window(this, `/session/${sessionId}`);
    await this.window.find("question-box");
    return this.window;
  }

  /** Starts Lucy as a link does, and answers with its exit code. */
  follow(link) {
    return new Promise((ended) => spawn(LUCY, [link], { env: this.env }).once("exit", ended));
  }

  async send(method, path, body) {
    const request = { method, signal: AbortSignal.timeout(PATIENCE) };
    if (body) Object.assign(request, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
    const { value } = await (await fetch(this.address + path, request)).json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  /** Ends Lucy as the system does at the end of a session (`SIGTERM`), or so that it can keep nothing (`SIGKILL`). */
  async end(signal) {
    process.kill(this.process(), signal);
    await eventually(() => {
      if (this.process()) throw new Error("Lucy does not end");
    });
    // What the driver still believes of it.
    await this.send("DELETE", this.window.path).catch(() => {});
  }

  /** The Lucy of this desk. */
  process() {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.map(Number).find((pid) => {
      try {
        const ours = () => readFileSync(`/proc/${pid}/environ`, "utf8").includes(`HOME=${this.home}\0`);
        return readlinkSync(`/proc/${pid}/exe`) === LUCY && ours();
      } catch {
        return false; // It has ended, or is somebody else's.
      }
    });
  }

  /** What there is to see when something went wrong. */
  async state() {
    const page = await this.window?.script("return document.body.outerHTML.slice(0, 5000)").catch((error) => error.message);
    return `the page: ${page}\nthe log: ${this.log()}`;
  }

  log() {
    try {
      return readFileSync(join(this.home, "XDG_DATA_HOME/app.lucy.desktop/logs/lucy.log"), "utf8");
    } catch (error) {
      return error.message;
    }
  }

  clear() {
    spawnSync("kill", ["-KILL", "--", `-${this.driver.pid}`]);
    const left = this.process();
    if (left) process.kill(left, "SIGKILL");
    rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** The window of a running Lucy. */
class Window {
  constructor(desk, path) {
    this.desk = desk;
    this.path = path;
  }

  /** The first element with this test id, which may come late. */
  find(id) {
    return this.select(`[data-testid='${id}']`);
  }

  /** Waits until the run is in this state. */
  inState(state) {
    return this.select(`[data-testid='run'][data-state='${state}']`);
  }

  select(selector) {
    const using = { using: "css selector", value: selector };
    return eventually(async () => (await this.desk.send("POST", `${this.path}/element`, using))[ELEMENT]);
  }

  /** Waits until no element has this test id. */
  gone(id) {
    const script = "return document.querySelector(\"[data-testid='\" + arguments[0] + \"']\") === null;";
    return eventually(async () => {
      if (!(await this.script(script, id))) throw new Error(`${id} is still there`);
    });
  }

  /** What an element says, once it can be seen. */
  text(id) {
    return eventually(async () => {
      const element = await this.find(id);
      const text = (await this.desk.send("GET", `${this.path}/element/${element}/text`)).trim();
      if (text === "") throw new Error(`nothing can be read in ${id}`);
      return text;
    });
  }

  /** Waits until the run is in one of these states, and says in which. */
  async stateAmong(states) {
    await this.select(states.map((state) => `[data-testid='run'][data-state='${state}']`).join(", "));
    return this.script("return document.querySelector(\"[data-testid='run']\").dataset.state");
  }

  /** Clicks where a person would. */
  click(id) {
    return eventually(async () => this.desk.send("POST", `${this.path}/element/${await this.find(id)}/click`, {}));
  }

  /** Clicks in the moment in which it appears: a run may be over before the driver finds what ends it. */
  clickOnceThere(id) {
    const script = `const [id] = arguments;
      const found = (_, observer) => {
        const element = document.querySelector("[data-testid='" + id + "']");
        if (element) {
          observer.disconnect();
          element.click();
        }
      };
      new MutationObserver(found).observe(document.body, { childList: true, subtree: true });`;
    return this.script(script, id);
  }

  /** Types a question and sends it. */
  async ask(question) {
    await this.click("question-box");
    const questionBox = await this.find("question-box");
    await this.desk.send("POST", `${this.path}/element/${questionBox}/value`, { text: question + ENTER });
  }

  /** Runs a script in the page. */
  script(script, ...args) {
    return this.desk.send("POST", `${this.path}/execute/sync`, { script, args });
  }

  /** Runs a script in the page, which calls its last argument when it is done. */
  later(script, ...args) {
    return this.desk.send("POST", `${this.path}/execute/async`, { script, args });
  }

  /** Calls a command as the page does: what came back, or `{ refused }`. */
  call(command, args) {
    const script = `const [command, args, done] = arguments;
      window.__TAURI_INTERNALS__.invoke(command, args).then(done, (error) => done({ refused: error }));`;
    return this.later(script, command, args);
  }
}
