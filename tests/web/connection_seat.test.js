// How the connection comes back to its seat, and what it does where WebSockets are blocked.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS, VERSION } from "../../client-web/gen/protocol.js";
import { Bench, codeOf, WELCOME, wish } from "./bench.js";

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

test("a network that is back ends a wait, but takes back no seat and opens no door that was shut", () => {
  const bench = new Bench().play();
  bench.socket.onclose();
  bench.connection.hurry();
  assert.deepEqual([bench.state, bench.sockets.length], ["connecting", 2]);
  bench.connection.hurry();
  assert.equal(bench.sockets.length, 2);
  for (const code of ["taken_over", "kicked"]) {
    const other = new Bench().play();
    other.receive("goodbye", { code: codeOf(code), param: "" });
    other.connection.hurry();
    assert.deepEqual([other.state, other.sockets.length], ["refused", 1], code);
  }
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
