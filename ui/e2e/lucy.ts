// The real program for a test: `lucy serve` with the bundled model, in a data folder of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test as base } from "@playwright/test";
import type { ResponseTo } from "../src/api/api";
import type { Request } from "../src/api/bindings";

/** Why nothing can be tested, if it is so. */
export const MISSING = process.env.LUCY_BIN
  ? ""
  : "LUCY_BIN names no program: `cargo xtask test` builds it and says where it is";

export class Lucy {
  /** What it wrote to its error output. */
  errors = "";
  private child: ChildProcess | null = null;
  private opened = "";

  constructor(private readonly data: string) {}

  /** Starts it on a free port; again, after it was killed, in the same folder. */
  async start(): Promise<void> {
    const { LUCY_BIN = "", LUCY_MODEL: _, ...env } = process.env;
    const child = spawn(LUCY_BIN, ["serve"], {
      env: { ...env, LUCY_DATA: this.data },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stderr.on("data", (text) => {
      this.errors += text;
    });
    this.child = child;
    const [address] = await Promise.race([
      once(createInterface(child.stdout), "line"),
      once(child, "exit").then(() => Promise.reject(new Error(`lucy serve has ended: ${this.errors}`))),
    ]);
    this.opened = address;
  }

  /** The address that lets a browser in, at a place within the screen. */
  at(place = ""): string {
    return this.opened + place;
  }

  /** Asks as the screen does. */
  async request<R extends Request>(request: R): Promise<ResponseTo<R>> {
    const { origin, searchParams } = new URL(this.opened);
    const answer = await fetch(`${origin}/api/request`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${searchParams.get("token")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(request),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${request.request}: ${JSON.stringify(body)}`);
    return body as ResponseTo<R>;
  }

  /** Begins runs that take turns with every other run at the model, so that one can be caught in the middle on the
   * fastest machine. The returned function stops them. */
  async crowd(): Promise<() => Promise<void>> {
    const question = "In which country was the painter of the Mona Lisa born?";
    const begun = Array.from({ length: 3 }, () => this.request({ request: "ask", question }));
    const runs = (await Promise.all(begun)).map(({ run }) => run);
    return async () => {
      await Promise.all(runs.map((run) => this.request({ request: "cancel", run })));
    };
  }

  /** Ends it with SIGKILL, or as the system ends programs. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}

/** A test with a running Lucy. */
export const test = base.extend<{ lucy: Lucy }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from it
  lucy: async ({}, use, info) => {
    if (MISSING) throw new Error(MISSING);
    const data = await mkdtemp(join(tmpdir(), "lucy-"));
    const lucy = new Lucy(data);
    try {
      await lucy.start();
      await use(lucy);
    } finally {
      await lucy.end("SIGTERM");
      await rm(data, { recursive: true, force: true });
      if (lucy.errors) await info.attach("lucy serve", { body: lucy.errors, contentType: "text/plain" });
    }
  },
});
