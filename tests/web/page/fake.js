// A made-up server for the page's panels: the files by HTTP, and a WebSocket on which a test says what it likes.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { VERSION } from "../../../client-web/gen/protocol.js";
import { decode, encode } from "../../../client-web/wire.js";
import { until } from "./server.js";

const FOLDER = new URL("../../../client-web/", import.meta.url);
/** @type {Record<string, string>} */
const KINDS = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

export const MAP = {
  ...{ tick: 0, step: "roam", width: 19200, height: 12800, cell: 19200, box: 800, walk: 160, walk_diagonal: 113 },
  blocks: [{ x: 8000, y: 3000, w: 800, h: 6000 }],
};
export const ROOM = {
  ...{ code: "RK7T", name: "Friday", game: "tag", sandbox: 0, relay: 0, public: 1, locked: 0 },
  ...{ members_max: 16, players_min: 2, buttons: [] },
  roles: [
    { name: "runner", color: 12 },
    { name: "chaser", color: 1 },
  ],
  teams: [],
  choices: [
    { name: "seconds", words: "Seconds of a match", min: 10, max: 600, value: 120 },
    { name: "fog", words: "Fog", min: 0, max: 1, value: 0 },
  ],
  offers: [
    { name: "tag", words: "Chasers catch runners." },
    { name: "hill", words: "Teams hold a zone." },
  ],
};
export const MATCH = { phase: 0, paused: 0, until: 0, number: 0, result: "", teams: [] };

/** @param {number} id @param {string} name @param {Record<string, any>} [more] */
export function player(id, name, more = {}) {
  return { id, color: (id - 1) % 12, name, kind: "web", person: 100 + id, ...more };
}

/** @param {number} id @param {number} flags @param {Record<string, any>} [more] */
export function standing(id, flags, more = {}) {
  return { id, flags, role: 0, team: 0, score: 0, victories: 0, ...more };
}

/** Serves the page, at every room's path as well. */
export async function servePage() {
  const server = createServer(async (request, answer) => {
    const path = new URL(request.url ?? "/", "http://fake").pathname;
    const name = path === "/" || path.startsWith("/r/") ? "index.html" : path.slice(1);
    try {
      const body = path === "/healthz" ? "{}" : await readFile(new URL(name, FOLDER));
      answer.setHeader("content-type", KINDS[extname(name)] ?? "application/octet-stream");
      answer.end(body);
    } catch {
      answer.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** The server's end of one page's WebSockets, one after the other. */
export class Fake {
  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
    /** What the page said on all of them. @type {any[]} */
    this.heard = [];
    /** @type {import("playwright-core").WebSocketRoute | undefined} */
    this.socket = undefined;
    this.tick = 1000;
    /** What a hello is answered with. @type {(fake: Fake, hello: any) => void} */
    this.onHello = (fake, hello) => fake.welcome(hello);
  }

  /** A page that is connected to a fake. @param {import("playwright-core").BrowserContext} context */
  static async open(context) {
    const page = await context.newPage();
    const fake = new Fake(page);
    await page.routeWebSocket(/\/ws$/, (socket) => fake.accept(socket));
    return fake;
  }

  /** @param {import("playwright-core").WebSocketRoute} socket */
  accept(socket) {
    this.socket = socket;
    socket.onMessage((data) => {
      const message = decode(new Uint8Array(/** @type {Buffer} */ (data)), "client");
      this.heard.push(message);
      if (message.message === "hello") this.onHello(this, message);
      if (message.message === "ping") this.say("pong", { time: message.time });
    });
  }

  /** @param {string} name @param {Record<string, any>} message */
  say(name, message) {
    this.socket?.send(Buffer.from(encode(name, message)));
  }

  /** Lets the page in as seat 1, with a box. @param {any} hello @param {Record<string, any>} [more] */
  welcome(hello, more = {}) {
    const seat = { id: 1, tick_rate: 30, map_hash: 1, token: "0".repeat(32), resumed: 0, person: 101 };
    this.say("welcome", { version: VERSION, tick: this.tick, room: hello.room || "general", ...seat, ...more });
    this.say("map", MAP);
    this.frame([
      { id: 1, x: 4000, y: 4000 },
      { id: 2, x: 12000, y: 5000 },
      { id: 3, x: 6000, y: 9000 },
    ]);
  }

  /** @param {{id: number, x: number, y: number}[]} bodies */
  frame(bodies) {
    this.say("frame", { ticks: 1, keyframes: [{ cell: 0, bodies }] });
    this.tick++;
  }

  /** Everybody who is here. @param {any[]} joined @param {any[]} standings */
  roster(joined, standings) {
    this.say("roster", { players: joined.length, joined, left: [], standings });
  }

  /** What the page said by this name. @param {string} name */
  said(name) {
    return this.heard.filter(({ message }) => message === name);
  }

  /** The newest that the page said by this name, once it did. @param {string} name @param {number} [count] */
  async last(name, count = 1) {
    await until(async () => this.said(name).length >= count, `the page says ${name}`);
    const { message: _, ...fields } = this.said(name).at(-1);
    return fields;
  }
}
