// A real server and a real browser for the page's tests. TICKBOX_SERVER names the program, or TICKBOX_BUILD its folder.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS } from "../chromium.js";

const PROGRAM = process.env.TICKBOX_SERVER ?? `${process.env.TICKBOX_BUILD ?? "build/release"}/tickbox-server`;
/** Without our own variables: the server takes them for misspelt options. */
const ENVIRONMENT = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TICKBOX_")));

/** How long a started browser may take to answer, in ms. */
const CONNECT_MS = 10000;
/** When to give up waiting, in ms: no claim about how quick anything is. */
const WAIT_MS = 20000;
/** The longest life of a server, in seconds: longer than a file of tests takes beside a build. */
const SERVER_SECONDS = 280;

/** A port that nobody listens on now. @returns {Promise<number>} */
async function freePort() {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (holder.address());
  holder.close();
  await once(holder, "close");
  return port;
}

/** @param {() => Promise<boolean>} holds @param {string} what @param {number} [ms] */
export async function until(holds, what, ms = WAIT_MS) {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Server {
  /** @param {number} port @param {string[]} options */
  constructor(port, options) {
    this.port = port;
    this.options = options;
    this.url = `http://127.0.0.1:${port}/`;
    /** @type {import("node:child_process").ChildProcess | undefined} */
    this.child = undefined;
  }

  /** @param {string[]} options */
  static async start(...options) {
    const server = new Server(await freePort(), options);
    await server.run();
    return server;
  }

  async run() {
    const where = ["--host", "127.0.0.1", "--port", String(this.port)];
    const command = ["-k", "1", String(SERVER_SECONDS), PROGRAM, ...where, ...this.options];
    this.child = spawn("timeout", command, { env: ENVIRONMENT, stdio: ["ignore", "ignore", "inherit"] });
    const child = this.child;
    const listens = async () => {
      if (child.exitCode !== null) throw new Error(`${PROGRAM} ended with ${child.exitCode}`);
      return fetch(`${this.url}healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
    };
    await until(listens, "the server listens");
  }

  async stop() {
    if (!this.child || this.child.exitCode !== null) return;
    this.child.kill("SIGTERM");
    await once(this.child, "exit");
  }
}

/** A started Chromium with its profile; `connect` may hang on a busy machine, so it is bounded. */
async function startPlainBrowser() {
  const profile = mkdtempSync(join(tmpdir(), "tickbox-chromium-"));
  const flags = [...FLAGS, "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  const child = spawn("timeout", ["-k", "1", "120", CHROMIUM, ...flags], { stdio: "ignore" });
  const told = join(profile, "DevToolsActivePort");
  await until(async () => existsSync(told) && readFileSync(told, "utf8").includes("\n"), "the browser listens");
  const [port] = readFileSync(told, "utf8").split("\n");
  return {
    connect: () => chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true, timeout: CONNECT_MS }),
    end: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/**
 * A browser whose tabs hide when another is in front, and are slowed down then: the one of launchChromium is told
 * to pretend that all of them are looked at. Chromium sometimes never answers the first connection: then another
 * one is started.
 */
export async function launchPlainBrowser(tries = 4) {
  const started = await startPlainBrowser();
  try {
    const plain = await started.connect();
    const close = async () => {
      await plain.close();
      await started.end();
    };
    return { context: plain.contexts()[0], close };
  } catch (error) {
    await started.end();
    if (tries <= 1) throw error;
    return launchPlainBrowser(tries - 1);
  }
}

/** A tab that plays. @param {import("playwright-core").BrowserContext} context @param {string} url @param {string} name */
export async function openTab(context, url, name) {
  const page = await context.newPage();
  await page.goto(`${url}?trace&name=${encodeURIComponent(name)}`);
  await untilState(page, "playing");
  await until(async () => (await lastOf(page)) !== undefined, "a frame is drawn");
  return page;
}

/** The state, or "" while the page loads. @param {import("playwright-core").Page} page @returns {Promise<string>} */
export function stateOf(page) {
  return page.evaluate("globalThis.tickbox?.state ?? ''").catch(() => "");
}

/** @param {import("playwright-core").Page} page @param {string} state @param {number} [ms] */
export async function untilState(page, state, ms) {
  await until(async () => (await stateOf(page)) === state, `state ${state}`, ms);
}

/** The newest frame that was drawn. @param {import("playwright-core").Page} page @returns {Promise<any>} */
export function lastOf(page) {
  return page.evaluate("tickbox.trace.at(-1)");
}

/** Where a box is drawn now. @param {import("playwright-core").Page} page @param {number} id */
export async function placeOf(page, id) {
  const { items } = await lastOf(page);
  const item = items.find((/** @type {number[]} */ one) => one[0] === id);
  return item && { x: item[1], y: item[2] };
}

/** @param {import("playwright-core").Page} page @param {number} id @param {(place: {x: number, y: number}) => boolean} holds @param {string} what */
export async function untilPlace(page, id, holds, what) {
  await until(async () => {
    const place = await placeOf(page, id);
    return place !== undefined && holds(place);
  }, what);
}

/** Until two tabs draw a box that nobody moves at one place. @param {import("playwright-core").Page} one @param {import("playwright-core").Page} other @param {number} id */
export async function untilAgreed(one, other, id) {
  const both = () => Promise.all([placeOf(one, id), placeOf(other, id)]);
  await until(async () => {
    const [here, there] = await both();
    return here !== undefined && here.x === there?.x && here.y === there?.y;
  }, "both tabs agree where the box stands");
}
