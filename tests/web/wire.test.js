import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encode as pack, decode as unpack } from "@msgpack/msgpack";
import { LIMITS, TYPES } from "../../client-web/gen/protocol.js";
import { decode, encode, WireFault } from "../../client-web/wire.js";
import { random, randomMessage } from "./messages.js";

/** @type {Record<string, import("../../client-web/wire.js").Type>} */
const types = TYPES;
const names = Object.keys(types).filter((name) => types[name].from);
const vectors = readFileSync(new URL("../golden/wire.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => /** @type {RegExpMatchArray} */ (line.match(/^(\w+) (\S+) (.*)$/)));

/** @param {string} hex */
function bytesOf(hex) {
  return hex === "-" ? new Uint8Array(0) : Uint8Array.from(Buffer.from(hex, "hex"));
}

/** The fault and field that refuse the bytes, or "". @param {Uint8Array} bytes @param {string} from */
function refusalOf(bytes, from) {
  try {
    decode(bytes, from);
    return "";
  } catch (fault) {
    if (fault instanceof WireFault) return `${fault.fault} ${fault.field}`;
    throw fault;
  }
}

/** @param {import("../../client-web/wire.js").Message} message */
function encodeAgain({ message, ...fields }) {
  return encode(message, fields);
}

test("every shared vector decodes and encodes as it does in C", () => {
  const accepted = vectors.filter(([, , , what]) => what.startsWith("{"));
  assert.ok(accepted.length >= 85);
  for (const [line, from, hex, json] of accepted) {
    const message = JSON.parse(json);
    assert.deepEqual(decode(bytesOf(hex), from), message, line);
    assert.deepEqual(Buffer.from(encodeAgain(message)).toString("hex"), hex, line);
  }
});

test("every shared vector is refused with the fault and field that C names", () => {
  const refused = vectors.filter(([, , , what]) => what.startsWith("!"));
  assert.ok(refused.length >= 170);
  for (const [line, from, hex, what] of refused) assert.equal(`!${refusalOf(bytesOf(hex), from)}`, what, line);
});

test("what this codec writes, @msgpack/msgpack reads and would write in the same bytes", () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const name = names[seed % names.length];
    const bytes = encode(name, randomMessage(name, random(seed)));
    const elements = /** @type {any[]} */ (unpack(bytes));
    assert.equal(elements[0], types[name].id);
    assert.deepEqual(Buffer.from(pack(elements)), Buffer.from(bytes), `${name}, seed ${seed}`);
  }
});

test("what is written is read back the same", () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const name = names[seed % names.length];
    const message = randomMessage(name, random(seed));
    assert.deepEqual(decode(encode(name, message), types[name].from), { message: name, ...message });
  }
});

test("damaged messages are refused by name, or read as a message that has one form", () => {
  let refused = 0;
  for (let seed = 1; seed <= 20000; seed++) {
    const next = random(seed);
    const name = names[seed % names.length];
    const bytes = encode(name, randomMessage(name, next));
    for (let damages = 1 + next(3); damages > 0; damages--) bytes[next(bytes.length)] = next(256);
    const cut = next(3) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
    const { from } = types[name];
    if (refusalOf(cut, from)) refused++;
    else {
      const message = decode(cut, from);
      assert.deepEqual(decode(encodeAgain(message), from), message);
    }
  }
  assert.ok(refused > 5000, `${refused} refused`);
});

test("noise is never taken for anything but a fault or a message", () => {
  for (let seed = 1; seed <= 20000; seed++) {
    const next = random(seed);
    const noise = Uint8Array.from({ length: next(40) }, () => next(256));
    refusalOf(noise, next(2) ? "client" : "server");
  }
});

test("a nest of headers is refused at once, however much it claims", () => {
  const nest = Uint8Array.from({ length: 4096 }, (_, index) => (index % 5 === 0 ? 0xdd : 0xff));
  assert.equal(refusalOf(nest, "server"), "wrong_type id");
  const claim = Uint8Array.from([0x95, 0x14, 1, 0, 0, 0xdd, 0xff, 0xff, 0xff, 0xff]);
  assert.equal(refusalOf(claim, "server"), "truncated turns");
});

test("our own mistakes are told, not sent", () => {
  assert.throws(() => encode("input", { seq: 0, tick: 1, buttons: 0 }), RangeError);
  assert.throws(() => encode("input", { seq: 1, tick: 1, buttons: 1.5 }), RangeError);
  const name = "x".repeat(LIMITS.NAME_BYTES_MAX + 1);
  assert.throws(() => encode("hello", { version: 1, kind: "web", room: "", name }), RangeError);
});
