// What to tell a person: the schema's sentences with their places filled in. Twin of common/words.c.

import { CODES, STATES } from "./gen/protocol.js";

/**
 * Fills the {places} of a sentence; unknown places stay as they are.
 * @param {string} sentence
 * @param {Record<string, string | number>} places
 */
export function fill(sentence, places) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(places, name) ? String(places[name]) : place));
}

/**
 * The sentence for a code that a server sent; `version` is this client's own, in words.
 * @param {number} code
 * @param {string} param
 * @param {string} version
 */
export function wordsOfCode(code, param, version) {
  return code < CODES.length ? fill(CODES[code].words, { 0: param, version }) : `code ${code} (${param})`;
}

/** The name of a code, such as "full"; empty if this client does not know it. @param {number} code */
export function nameOfCode(code) {
  return code < CODES.length ? CODES[code].name : "";
}

/**
 * The sentence for a state of the connection.
 * @param {keyof typeof STATES} state
 * @param {Record<string, string | number>} places
 */
export function wordsOfState(state, places) {
  return fill(STATES[state], places);
}
