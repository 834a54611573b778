// The connection with a fake clock and a fake wire.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AGAIN_MS, WAITS } from "../../client-web/connection.js";
import { LIMITS, VERSION } from "../../client-web/gen/protocol.js";
import { Bench, codeOf, FRAME, WELCOME, wish } from "./bench.js";

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
  bench.pass(AGAIN_MS);
  assert.equal(bench.state, "connecting");
  bench.socket.onclose();
  await bench.settle();
  bench.pass(AGAIN_MS);
  assert.equal(bench.state, "nobody");
  bench.pass(1000 - AGAIN_MS);
  assert.equal(bench.state, "connecting");
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
  bench.pass(900);
  assert.equal(bench.connection.silence(), 0);
  bench.pass(LIMITS.SILENT_MS - 1000);
  assert.equal(bench.connection.silence(), Math.floor((LIMITS.SILENT_MS - 100) / 1000));
  bench.pass(100);
  assert.equal(bench.state, "lost");
  assert.equal(bench.connection.silence(), 0);
});

test("the round trip is measured at once after the welcome, and again each PING_MS", () => {
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
