import assert from "node:assert/strict";
import { test } from "node:test";
import { CODES, STATES } from "../../client-web/gen/protocol.js";
import { fill, nameOfCode, wordsOfCode, wordsOfState } from "../../client-web/words.js";

test("places are filled, and unknown ones stay as they are", () => {
  assert.equal(fill("{who} waits {0} s at {where}", { who: "Ada", 0: 3 }), "Ada waits 3 s at {where}");
  assert.equal(fill("{toString} {}", {}), "{toString} {}");
  assert.equal(fill("{0}", { 0: "{1}", 1: "no" }), "{1}");
});

test("every code and state has words that leave no place open", () => {
  const places = { address: "a", seconds: 1, waited: 5, reason: "r" };
  for (const number of CODES.keys()) assert.doesNotMatch(wordsOfCode(number, "7", "c0ffee"), /[{}]/);
  for (const state of Object.keys(STATES)) {
    assert.doesNotMatch(wordsOfState(/** @type {keyof typeof STATES} */ (state), places), /[{}]/);
  }
});

test("a code of a newer server is told by its number", () => {
  assert.equal(wordsOfCode(250, "x", ""), "code 250 (x)");
  assert.equal(nameOfCode(250), "");
  assert.equal(nameOfCode(0), "full");
});

test("the words for different troubles differ", () => {
  const words = Object.values(STATES);
  assert.equal(new Set(words).size, words.length);
  assert.match(STATES.timed_out, /firewall/i);
  assert.match(STATES.timed_out, /guest Wi-Fi/);
});
