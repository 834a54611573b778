// Random messages of the schema, from a seed.

import { TYPES } from "../../client-web/gen/protocol.js";

/** @type {Record<string, import("../../client-web/wire.js").Type>} */
const types = TYPES;
const LETTERS = ["a", "Z", "7", " ", "é", "ß", "李", "🎮", '"', "\\", "\u0001", "<"];

/** A generator of integers below a limit (mulberry32). @param {number} seed @returns {(limit: number) => number} */
export function random(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** An integer of any width. @param {number} min @param {number} max @param {(limit: number) => number} next */
function randomInt(min, max, next) {
  const width = 2 ** next(33);
  const value = next(4) === 0 ? [min, max, 0, min + 1][next(4)] : (next(2) ? 1 : -1) * (next(0xffffffff) % width);
  return Math.min(max, Math.max(min, value)) + 0;
}

/** @param {number} bytes @param {(limit: number) => number} next */
function randomText(bytes, next) {
  let text = "";
  for (let letters = next(next(4) ? 40 : 1200); letters > 0; letters--) {
    const longer = text + LETTERS[next(LETTERS.length)];
    if (Buffer.byteLength(longer) > bytes) break;
    text = longer;
  }
  return text;
}

/** @param {string} of @param {number} max @param {(limit: number) => number} next */
function randomList(of, max, next) {
  const length = next(3) ? next(Math.min(20, max + 1)) : 0;
  return Array.from({ length }, () => randomMessage(of, next));
}

/** @param {string} name @param {(limit: number) => number} next @returns {Record<string, any>} */
export function randomMessage(name, next) {
  /** @type {Record<string, any>} */
  const record = {};
  for (const { name: field, kind, min, max, bit, of = "" } of types[name].fields) {
    if (kind === "list") record[field] = randomList(of, max, next);
    else if (kind === "str") record[field] = randomText(max, next);
    else if (kind !== "mask") record[field] = bit >= 0 && next(2) ? 0 : randomInt(min, max, next);
  }
  return record;
}
