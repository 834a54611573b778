// Long polling against a fake server with a fake network: requests and answers get lost, messages do not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PollingSocket } from "../../client-web/polling.js";

const SESSION = "0123456789abcdef0123456789abcdef";

/** A server as server/poll.h says, behind a network that fails as told. */
class Bench {
  constructor() {
    /** @type {any[]} */
    this.heard = [];
    /** @type {any[]} */
    this.told = [];
    /** @type {any[]} */
    this.requests = [];
    /** @type {number[]} */
    this.waits = [];
    /** What befalls the next requests: "lost" before the server, "cut" behind it, or a status. @type {any[]} */
    this.faults = [];
    this.taken = 0;
    this.given = 0;
    /** @type {any[]} */
    this.news = [];
    /** @type {any} */
    this.kept = undefined;
    this.joins = 0;
    /** @type {(() => void) | undefined} */
    this.wake = undefined;
    this.ended = 0;
    this.socket = new PollingSocket("http://box.local:8765", {
      fetch: (url, options) => this.fetch(url, options),
      setTimeout: (call, ms) => {
        if (ms > 0) this.waits.push(ms);
        setImmediate(call);
      },
    });
    this.opened = 0;
    this.closed = 0;
    this.socket.onopen = () => this.opened++;
    this.socket.onclose = () => this.closed++;
    this.socket.onmessage = (event) => this.told.push(event.data);
  }

  /** @param {string} url @param {any} options @returns {Promise<any>} */
  async fetch(url, options) {
    this.requests.push({ url, ...options });
    const fault = this.faults.shift();
    if (fault === "lost") throw new TypeError("lost");
    if (typeof fault === "number") return { status: fault };
    const answer = await this.answer(url.replace("http://box.local:8765/poll/", ""), options);
    if (fault === "cut") throw new TypeError("cut");
    return { status: this.ended || 200, json: async () => JSON.parse(JSON.stringify(answer)) };
  }

  /** @param {string} what @param {any} options @returns {Promise<any>} */
  async answer(what, options) {
    if (what === "join") {
      this.joins++;
      this.heard.push(JSON.parse(options.body));
      return { session: SESSION };
    }
    assert.equal(options.headers.Authorization, `Bearer ${SESSION}`);
    if (what === "send") return this.take(JSON.parse(options.body));
    assert.equal(what, "messages");
    return this.tell(Number(options.headers["Tickbox-After"]), options.signal);
  }

  /** @param {any} body */
  take({ batch, messages }) {
    assert.ok(batch === this.taken || batch === this.taken + 1, "a batch is missing");
    if (batch > this.taken) this.heard.push(...messages);
    this.taken = batch;
    return { batch };
  }

  /** @param {number} after @param {AbortSignal} signal */
  async tell(after, signal) {
    assert.ok(after === this.given || (this.kept && after === this.given - 1));
    if (after === this.given) this.kept = undefined;
    if (!this.kept && this.news.length === 0) await this.wait(signal);
    if (!this.kept && this.news.length > 0) this.kept = { batch: ++this.given, messages: this.news.splice(0) };
    return this.kept ?? { batch: this.given, messages: [] };
  }

  /** @param {AbortSignal} signal */
  wait(signal) {
    return new Promise((resolve, reject) => {
      this.wake = () => resolve(0);
      signal.onabort = () => reject(new DOMException("aborted", "AbortError"));
    });
  }

  /** @param {any} message */
  say(message) {
    this.news.push(message);
    this.wake?.();
  }

  /** Lets everything happen that can. */
  async settle() {
    for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async join() {
    await this.settle();
    this.socket.send({ message: "hello", name: "Ada" });
    await this.settle();
    return this;
  }
}

test("it opens, says hello, and then asks with the session in a header, never in the URL", async () => {
  const bench = await new Bench().join();
  assert.deepEqual([bench.opened, bench.joins, bench.closed], [1, 1, 0]);
  assert.deepEqual(bench.heard, [{ message: "hello", name: "Ada" }]);
  assert.deepEqual(
    bench.requests.map(({ url }) => url.slice(-9)),
    ["poll/join", "/messages"],
  );
  assert.ok(bench.requests.every(({ url }) => !url.includes(SESSION)));
});

test("what comes is given in order, and asked for after the last batch", async () => {
  const bench = await new Bench().join();
  for (let number = 0; number < 5; number++) {
    bench.say({ message: "event", text: `${number}a` });
    bench.say({ message: "event", text: `${number}b` });
    await bench.settle();
  }
  assert.deepEqual(
    bench.told.map(({ text }) => text),
    ["0a", "0b", "1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b"],
  );
});

test("what is sent while a request is under way goes together in the next", async () => {
  const bench = await new Bench().join();
  for (let seq = 1; seq <= 70; seq++) bench.socket.send({ message: "input", seq });
  await bench.settle();
  assert.deepEqual(
    bench.heard.slice(1).map(({ seq }) => seq),
    Array.from({ length: 70 }, (_, index) => index + 1),
  );
  const sizes = bench.requests
    .filter(({ url }) => url.endsWith("send"))
    .map(({ body }) => JSON.parse(body).messages.length);
  assert.ok(sizes.length <= 4 && Math.max(...sizes) <= 64, `${sizes}`);
});

test("a batch stays below what the server takes, whatever is said", async () => {
  const bench = await new Bench().join();
  for (let line = 0; line < 20; line++) bench.socket.send({ message: "say", text: "李".repeat(266) });
  bench.socket.send({ message: "relay", data: "🎮".repeat(512) });
  await bench.settle();
  assert.equal(bench.heard.length, 22);
  for (const { body } of bench.requests) assert.ok(Buffer.byteLength(body ?? "") < 8192);
});

test("requests and answers that are lost lose nothing and double nothing", async () => {
  for (const fault of ["lost", "cut", 502, 503, 504]) {
    const bench = await new Bench().join();
    bench.say({ message: "event", text: "a" });
    bench.faults = [fault, fault, undefined, fault];
    bench.socket.send({ message: "input", seq: 1 });
    await bench.settle();
    bench.socket.send({ message: "input", seq: 2 });
    bench.say({ message: "event", text: "b" });
    await bench.settle();
    assert.deepEqual(
      [bench.heard.slice(1).map(({ seq }) => seq), bench.told.map(({ text }) => text), bench.closed],
      [[1, 2], ["a", "b"], 0],
      `${fault}`,
    );
    assert.ok(bench.waits.length > 0);
  }
});

test("a hello whose answer is lost is said again", async () => {
  const bench = new Bench();
  bench.faults = ["cut", "lost"];
  await bench.join();
  assert.deepEqual([bench.joins, bench.closed], [2, 0]);
});

test("when nobody answers for long it is closed, once, and tries no more", async () => {
  const bench = await new Bench().join();
  bench.faults = Array.from({ length: 100 }, () => "lost");
  bench.socket.send({ message: "input", seq: 1 });
  bench.wake?.();
  await bench.settle();
  assert.equal(bench.closed, 1);
  const requests = bench.requests.length;
  bench.socket.send({ message: "input", seq: 2 });
  await bench.settle();
  assert.equal(bench.requests.length, requests);
  assert.ok(bench.waits.reduce((sum, wait) => sum + wait) < 20000);
});

test("an end that the server tells closes it at once", async () => {
  for (const status of [400, 401, 409, 410, 404, 403]) {
    const bench = await new Bench().join();
    bench.ended = status;
    bench.socket.send({ message: "input", seq: 1 });
    await bench.settle();
    assert.deepEqual([bench.closed, bench.waits], [1, []], `${status}`);
  }
});

test("what is no session or no news closes it", async () => {
  const bench = new Bench();
  bench.answer = async () => ({ session: 5 });
  await bench.join();
  assert.equal(bench.closed, 1);
  const other = await new Bench().join();
  other.tell = async () => /** @type {any} */ ({ batch: 1 });
  other.wake?.();
  await other.settle();
  assert.equal(other.closed, 1);
});

test("closing stops the question, still sends what was said, and tells nobody", async () => {
  const bench = await new Bench().join();
  bench.socket.send({ message: "leave" });
  bench.socket.close();
  bench.say({ message: "goodbye" });
  await bench.settle();
  assert.equal(bench.heard.at(-1).message, "leave");
  assert.deepEqual([bench.told, bench.closed], [[], 0]);
  assert.equal(bench.requests.filter(({ url }) => url.endsWith("messages")).length, 1);
});

test("closed before it opened, it never opens", async () => {
  const bench = new Bench();
  bench.socket.close();
  await bench.settle();
  assert.deepEqual([bench.opened, bench.requests.length], [0, 0]);
});
