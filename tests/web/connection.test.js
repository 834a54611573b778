// The connection with a fake clock and a fake wire.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection, WAITS } from "../../client-web/connection.js";
import { CODES, LIMITS, VERSION } from "../../client-web/gen/protocol.js";
import { decode, encode } from "../../client-web/wire.js";

const FRAME = { ticks: 1, acks: 0, slack: 0, turns: [], states: [], checks: [], keyframes: [], dropped: [], gone: [] };
const WELCOME = {
  version: VERSION,
  id: 3,
  tick: 9,
  tick_rate: 30,
  map_hash: 1,
  room: "RK7T",
  person: 1,
  token: "a".repeat(32),
};

/** @param {string} name */
function wish(name) {
  return { room: "RK7T", name, kind: "web", watch: 0 };
}

/** @param {string} name */
function codeOf(name) {
  return CODES.findIndex((code) => code.name === name);
}

/** A connection and the world around it. */
class Bench {
  constructor() {
    this.now = 1000;
    this.probed = /** @type {any} */ ("nobody");
    this.reloads = 0;
    this.makesSense = true;
    this.random = 0.5;
    this.mayReload = true;
    /** @type {any[]} */
    this.sockets = [];
    /** @type {any[]} */
    this.heard = [];
    /** The highest line that the page shows. */
    this.line = 0;
    this.polled = 0;
    this.seats = new Map();
    this.connection = new Connection(
      {
        address: "box.local:8765",
        now: () => this.now,
        random: () => this.random,
        open: () => this.open(),
        poll: () => {
          this.polled++;
          return this.openPolling();
        },
        seats: {
          find: (room) => this.seats.get(room),
          keep: (room, seat) => void this.seats.set(room, seat),
          forget: (room) => void this.seats.delete(room),
        },
        probe: async () => this.probed,
        reloadOnce: () => {
          if (this.mayReload) this.reloads++;
          return this.mayReload;
        },
      },
      {
        onWelcome: (message, roundTrip) => this.heard.push([message.message, roundTrip]),
        onMessage: (message) => this.heard.push([message.message]) > 0 && this.makesSense,
        onState: () => this.heard.push(["state", this.connection.state]),
        heard: () => this.line,
      },
    );
  }

  open() {
    const socket = { sent: /** @type {any[]} */ ([]), closed: false, onopen: null, onmessage: null, onclose: null };
    const doors = {
      binaryType: "",
      send: (/** @type {Uint8Array} */ bytes) => socket.sent.push(decode(bytes, "client")),
      close: () => {
        socket.closed = true;
      },
    };
    this.sockets.push(Object.assign(socket, doors));
    return /** @type {any} */ (socket);
  }

  /** One that takes and gives messages as objects. */
  openPolling() {
    const socket = this.open();
    socket.send = (/** @type {any} */ message) => socket.sent.push(message);
    return socket;
  }

  get socket() {
    return this.sockets[this.sockets.length - 1];
  }

  /** @param {string} name @param {Record<string, any>} message */
  receive(name, message) {
    this.socket.onmessage?.({ data: encode(name, message).buffer });
  }

  /** Lets time pass in small steps. @param {number} ms */
  pass(ms) {
    for (const end = this.now + ms; this.now < end; ) {
      this.now += 100;
      this.connection.step();
    }
  }

  /** Lets promises settle. */
  settle() {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass until it tries again. */
  passToNextTry() {
    for (const tries = this.sockets.length; this.sockets.length === tries; ) this.pass(100);
  }

  play() {
    if (this.sockets.length === 0) this.connection.join(wish("Ada"));
    this.socket.onopen();
    this.receive("welcome", WELCOME);
    this.receive("frame", FRAME);
    return this;
  }

  get state() {
    return this.connection.state;
  }
}

test("hello, welcome and a frame lead to playing", () => {
  const bench = new Bench();
  bench.connection.join(wish("Ada"));
  assert.equal(bench.state, "connecting");
  bench.socket.onopen();
  assert.equal(bench.state, "joining");
  const { message, version, kind, name } = bench.socket.sent[0];
  assert.deepEqual([message, version, kind, name], ["hello", VERSION, "web", "Ada"]);
  assert.equal(bench.socket.sent.length, 1);
  bench.now += 40;
  bench.receive("welcome", WELCOME);
  bench.receive("frame", FRAME);
  assert.equal(bench.state, "playing");
  assert.deepEqual(bench.heard.slice(2), [["welcome", 40], ["frame"], ["state", "playing"]]);
});

test("the waits grow after each failure, with a countdown in whole seconds", async () => {
  const bench = new Bench();
  bench.connection.join(wish("Ada"));
  for (const wait of [...WAITS, WAITS[WAITS.length - 1]]) {
    const tries = bench.sockets.length;
    bench.socket.onclose();
    await bench.settle();
    assert.equal(bench.state, "nobody");
    assert.match(bench.connection.words(), new RegExp(`box.local:8765.*again in ${wait} s\\.`));
    bench.pass(wait * 1000 - 100);
    assert.equal(bench.sockets.length, tries);
    assert.match(bench.connection.words(), /again in 1 s\./);
    bench.pass(100);
    assert.equal(bench.sockets.length, tries + 1);
  }
});

test("not everybody comes back at once", () => {
  const [early, late] = [new Bench(), new Bench()];
  [early.random, late.random] = [0, 0.999];
  for (const bench of [early, late]) bench.play().receive("goodbye", { code: codeOf("shutting_down"), param: "" });
  for (const bench of [early, late]) bench.pass(1000);
  assert.deepEqual([early.sockets.length, late.sockets.length], [2, 1]);
  late.pass(200);
  assert.equal(late.sockets.length, 2);
});

test("after a while of play the waits start anew, but not after a short one", async () => {
  const bench = new Bench().play();
  bench.socket.onclose();
  bench.pass(1000);
  bench.play().socket.onclose();
  assert.match(bench.connection.words(), /again in 2 s/);
  bench.pass(2000);
  bench.play();
  for (let second = 0; second < 6; second++) {
    bench.pass(1000);
    bench.receive("frame", FRAME);
  }
  bench.socket.onclose();
  assert.equal(bench.state, "lost");
  assert.match(bench.connection.words(), /again in 1 s/);
});

test("what a failed attempt was is asked for, and told", async () => {
  for (const probed of ["nobody", "timed_out", "not_tickbox"]) {
    const bench = new Bench();
    bench.probed = probed;
    bench.connection.join(wish(""));
    bench.socket.onclose();
    await bench.settle();
    assert.equal(bench.state, probed);
  }
});

test("an answer that comes after the next attempt began is not believed", async () => {
  const bench = new Bench();
  bench.connection.join(wish(""));
  bench.socket.onclose();
  bench.connection.connect();
  await bench.settle();
  assert.equal(bench.state, "connecting");
});

test("an attempt that hangs times out, and its socket is closed", () => {
  const bench = new Bench();
  bench.connection.join(wish(""));
  bench.pass(LIMITS.CONNECT_MS);
  assert.equal(bench.state, "timed_out");
  assert.ok(bench.sockets[0].closed);
  assert.match(bench.connection.words(), /5 s.*[Ff]irewall.*guest Wi-Fi/);
});

test("a server that falls silent is lost, and a talking one is not", () => {
  const bench = new Bench().play();
  for (let times = 0; times < 30; times++) {
    bench.pass(1000);
    bench.receive("frame", FRAME);
  }
  assert.equal(bench.state, "playing");
  bench.pass(LIMITS.SILENT_MS);
  assert.equal(bench.state, "lost");
});

test("the round trip is measured every second", () => {
  const bench = new Bench().play();
  const pings = () => bench.socket.sent.filter((/** @type {any} */ message) => message.message === "ping");
  bench.pass(100);
  assert.equal(pings().length, 1);
  bench.now += 23;
  bench.receive("pong", { time: pings()[0].time });
  assert.equal(bench.connection.ping, 23);
  bench.pass(LIMITS.PING_MS);
  assert.equal(pings().length, 2);
});

test("a full server is told in words, and tried again with a countdown", () => {
  const bench = new Bench();
  bench.connection.join(wish(""));
  bench.socket.onopen();
  bench.receive("refused", { code: codeOf("full"), param: "50" });
  assert.equal(bench.state, "ended");
  assert.match(bench.connection.words(), /full.*50.*again in 1 s/);
  assert.ok(bench.socket.closed);
  bench.pass(1000);
  assert.equal(bench.sockets.length, 2);
});

test("a refusal that time does not heal is told in words, and nothing is tried until the player asks", () => {
  const bench = new Bench();
  bench.connection.join(wish(""));
  bench.socket.onopen();
  bench.receive("refused", { code: codeOf("unknown_room"), param: "attic" });
  assert.equal(bench.state, "refused");
  assert.match(bench.connection.words(), /attic/);
  bench.pass(60000);
  assert.equal(bench.sockets.length, 1);
  bench.connection.retryNow();
  assert.equal(bench.sockets.length, 2);
});

test("another version reloads the page once, then is told", () => {
  const bench = new Bench();
  bench.connection.join(wish(""));
  bench.socket.onopen();
  bench.receive("refused", { code: codeOf("version_differs"), param: "0badcafe" });
  assert.equal(bench.reloads, 1);
  bench.mayReload = false;
  bench.receive("refused", { code: codeOf("version_differs"), param: "0badcafe" });
  assert.equal(bench.reloads, 1);
  assert.equal(bench.state, "refused");
  assert.match(bench.connection.words(), /0badcafe/);
});

test("a server that stops says so, and is tried again", () => {
  const bench = new Bench().play();
  bench.receive("goodbye", { code: codeOf("shutting_down"), param: "" });
  assert.equal(bench.state, "ended");
  assert.match(bench.connection.words(), /stopped.*again in 1 s/);
  bench.pass(1000);
  assert.equal(bench.sockets.length, 2);
});

/** The newest hello. @param {Bench} bench */
function helloOf(bench) {
  return bench.socket.sent.find((/** @type {any} */ message) => message.message === "hello");
}

test("hello says where to and as what", () => {
  const bench = new Bench();
  bench.connection.join({ room: "RK7T", name: "Ada", kind: "controller", watch: 1 });
  bench.socket.onopen();
  const { message: _, ...said } = helloOf(bench);
  const expected = { version: VERSION, kind: "controller", room: "RK7T", name: "Ada", token: "", heard: 0, watch: 1 };
  assert.deepEqual(said, expected);
});

test("after a lost connection hello brings the newest token, and the last line that was heard", () => {
  const bench = new Bench().play();
  bench.line = 41;
  bench.socket.onclose();
  bench.pass(1000);
  bench.socket.onopen();
  assert.deepEqual([helloOf(bench).token, helloOf(bench).heard], ["a".repeat(32), 41]);
  bench.receive("welcome", { ...WELCOME, token: "b".repeat(32), resumed: 1 });
  bench.socket.onclose();
  bench.pass(2000);
  bench.socket.onopen();
  assert.equal(helloOf(bench).token, "b".repeat(32));
});

test("a seat is kept by the room's name as the server writes it", () => {
  const bench = new Bench();
  bench.connection.join({ ...wish("Ada"), room: "rk-7t" });
  bench.socket.onopen();
  bench.receive("welcome", WELCOME);
  assert.deepEqual(bench.seats.get("RK7T"), { token: "a".repeat(32), person: 1, name: "Ada" });
  assert.equal(bench.connection.wish.room, "RK7T");
});

test("a seat taken over elsewhere is final, and kept for whoever plays here again", () => {
  const bench = new Bench().play();
  bench.receive("goodbye", { code: codeOf("taken_over"), param: "" });
  assert.deepEqual([bench.state, bench.connection.code], ["refused", "taken_over"]);
  bench.pass(60000);
  assert.equal(bench.sockets.length, 1);
  bench.connection.retryNow();
  bench.socket.onopen();
  assert.equal(helloOf(bench).token, "a".repeat(32));
});

test("who was sent away, or left, does not come back to that seat", () => {
  for (const code of ["kicked", "room_ended", "left"]) {
    const bench = new Bench().play();
    bench.receive("goodbye", { code: codeOf(code), param: "" });
    assert.equal(bench.state, "refused", code);
    bench.connection.retryNow();
    bench.socket.onopen();
    assert.equal(helloOf(bench).token, "", code);
  }
});

test("a full or locked room is tried again", () => {
  for (const code of ["room_full", "room_locked"]) {
    const bench = new Bench();
    bench.connection.join(wish(""));
    bench.socket.onopen();
    bench.receive("refused", { code: codeOf(code), param: "RK7T" });
    assert.equal(bench.state, "ended", code);
    bench.pass(1000);
    assert.equal(bench.sockets.length, 2, code);
  }
});

test("a page that is hidden away keeps its seat, and says nothing", () => {
  const bench = new Bench().play();
  const { socket } = bench;
  bench.connection.pause();
  assert.ok(!socket.sent.some((/** @type {any} */ { message }) => message === "leave"));
  assert.ok(socket.closed && bench.seats.has("RK7T"));
});

test("WebSockets that fail twice while the server answers are blocked: then it polls, and plays", async () => {
  const bench = new Bench();
  bench.probed = "lost";
  bench.connection.join(wish("Ada"));
  bench.socket.onclose();
  await bench.settle();
  assert.deepEqual([bench.state, bench.polled], ["lost", 0]);
  bench.pass(1000);
  bench.socket.onclose();
  await bench.settle();
  assert.deepEqual([bench.polled, bench.connection.polls], [1, true]);
  bench.socket.onopen();
  assert.equal(helloOf(bench).name, "Ada");
  bench.socket.onmessage({ data: { message: "welcome", ...WELCOME } });
  bench.socket.onmessage({ data: { message: "positions", tick: 9, boxes: [] } });
  assert.equal(bench.state, "playing");
  assert.match(bench.connection.wordsOf("polling"), /blocked.*box.local:8765/);
});

test("after polling, the next connection tries a WebSocket again, once", async () => {
  const bench = new Bench();
  bench.probed = "lost";
  bench.connection.join(wish("Ada"));
  for (const _ of [1, 2]) {
    bench.socket.onclose();
    await bench.settle();
    bench.pass(1000);
  }
  assert.equal(bench.polled, 1);
  bench.socket.onopen();
  bench.socket.onclose();
  bench.pass(20000);
  assert.deepEqual([bench.polled, bench.connection.polls], [1, false]);
  bench.socket.onclose();
  await bench.settle();
  assert.equal(bench.polled, 2);
});

test("a WebSocket that hangs while the server answers counts as blocked, too", async () => {
  const bench = new Bench();
  bench.probed = "lost";
  bench.connection.join(wish("Ada"));
  for (const _ of [1, 2]) {
    bench.pass(LIMITS.CONNECT_MS);
    assert.equal(bench.state, "timed_out");
    await bench.settle();
    bench.passToNextTry();
  }
  assert.equal(bench.polled, 1);
});

test("without a server nothing is held to be blocked", async () => {
  const bench = new Bench();
  bench.connection.join(wish("Ada"));
  for (const _ of [1, 2, 3, 4]) {
    bench.socket.onclose();
    await bench.settle();
    bench.passToNextTry();
  }
  assert.equal(bench.polled, 0);
});

test("leaving says leave, closes, and does not come back by itself", () => {
  const bench = new Bench().play();
  const { socket } = bench;
  bench.connection.leave();
  assert.equal(socket.sent.at(-1).message, "leave");
  assert.ok(socket.closed);
  bench.pass(60000);
  assert.equal(bench.sockets.length, 1);
});

test("a frame before the welcome, or a message that makes no sense, ends the connection", (context) => {
  context.mock.method(console, "error", () => {});
  const bench = new Bench();
  bench.connection.join(wish(""));
  bench.socket.onopen();
  bench.receive("frame", FRAME);
  assert.equal(bench.state, "not_tickbox");
  assert.ok(!bench.heard.some(([what]) => what === "frame"));
  bench.pass(1000);
  bench.socket.onopen();
  bench.receive("welcome", WELCOME);
  bench.makesSense = false;
  bench.receive("frame", FRAME);
  assert.equal(bench.state, "not_tickbox");
});

test("bytes that are no message end the connection, which is tried again", (context) => {
  context.mock.method(console, "error", () => {});
  const bench = new Bench().play();
  bench.socket.onmessage({ data: new Uint8Array([0xc1]).buffer });
  assert.equal(bench.state, "not_tickbox");
  assert.ok(bench.sockets[0].closed);
  bench.pass(1000);
  assert.equal(bench.sockets.length, 2);
});
