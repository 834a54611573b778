// What a player types: a text to say, or a command of the schema's table, such as /kick Bob. Twin of
// common/commands.c, with the same words for the same faults.

import { COMMANDS, LIMITS, TYPES } from "./gen/protocol.js";
import { emptyOf } from "./wire_decode.js";

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {import("./wire.js").Field} Field */
/** @typedef {{id: number, name: string}} Named */
/** @typedef {{members: Named[], people: Named[]}} Names  who can be named: by seat, and by number on this server */
/** @typedef {{words: string, message: string, set: Record<string, any>, args: string[], doc: string}} Command */
/**
 * @typedef {{kind: "nothing"} | {kind: "help"} | {kind: "join", room: string} | {kind: "fault", words: string}
 *   | {kind: "message", name: string, message: Message}} Parsed
 */

/** Those that never reach the server. */
export const LOCALS = [
  { words: "/join", doc: "CODE: go to another room" },
  { words: "/help", doc: "show the keys and the commands" },
];

/** @type {Command[]} */
const commands = /** @type {any} */ (COMMANDS);
/** @type {Record<string, import("./wire.js").Type>} */
const types = TYPES;

const SHOWN_BYTES = 100;
/** A longer word is no number, sign and zeros in front included. */
const NUMBER_CHARACTERS = 23;
const utf8 = new TextEncoder();

class Fault extends Error {}

/** At most so much of what was typed, never half a character. @param {string} text */
function shown(text) {
  const letters = [...text];
  while (utf8.encode(letters.join("")).length > SHOWN_BYTES) letters.pop();
  return letters.join("");
}

/** Only the letters a to z are the same in either case, as in the twin. @param {string} text */
function folded(text) {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The first word, and what follows it. @param {string} text */
function split(text) {
  const end = text.search(/[ \t\r\n]/);
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end).replace(/^[ \t\r\n]+/, "")];
}

/** @param {Field} field @param {string} text */
function readText(field, text) {
  if (utf8.encode(text).length > field.max) throw new Fault(`That is too long: ${shown(text)}`);
  return text;
}

/** @param {Field} field @param {string} word */
function readNumber(field, word) {
  if (word.length > NUMBER_CHARACTERS || !/^[+-]?\d+$/.test(word))
    throw new Fault(`This is not a number: ${shown(word)}`);
  const value = Number(word);
  if (value < field.min || value > field.max) throw new Fault(`This number is out of range: ${shown(word)}`);
  return value;
}

/** "off" is none, and then nothing follows. @param {Field} field @param {string} word @param {string} rest */
function readDelay(field, word, rest) {
  if (folded(word) !== "off") return readNumber(field, word);
  if (rest !== "") throw new Fault(`There is too much here: ${shown(rest)}`);
  return 0;
}

/** "1000/10000" is of this field and of the one behind it, which is longer. @param {Field[]} fields @param {string} word */
function readShare([field, behind], word) {
  const slash = word.indexOf("/");
  if (slash < 0) throw new Fault(`These are not two numbers such as 1000/10000: ${shown(word)}`);
  const part = readNumber(field, word.slice(0, slash));
  const whole = readNumber(behind, word.slice(slash + 1));
  if (part >= whole) throw new Fault(`The first number must be below the second: ${shown(word)}`);
  return [part, whole];
}

/**
 * The longest name that stands here whole, or the only one with this beginning; and what follows it.
 * @param {Named[]} named @param {string} text @param {boolean} last  nothing follows, so all the rest is the name
 * @returns {[number, string]}
 */
function readName(named, text, last) {
  const whole = named
    .filter(({ name }) => folded(text).startsWith(folded(name)) && /^([ \t\r\n]|$)/.test(text.slice(name.length)))
    .sort((one, other) => other.name.length - one.name.length)[0];
  if (whole?.name && (!last || whole.name.length === text.length)) {
    return [whole.id, text.slice(whole.name.length).replace(/^[ \t\r\n]+/, "")];
  }
  const [beginning, rest] = last ? [text, ""] : split(text);
  const found = new Set(named.filter(({ name }) => folded(name).startsWith(folded(beginning))).map(({ id }) => id));
  if (found.size === 0) throw new Fault(`There is nobody called ${shown(beginning)} here.`);
  if (found.size > 1) throw new Fault(`Several names begin with ${shown(beginning)}.`);
  return [[...found][0], rest];
}

/** @param {Field[]} fields @param {string} kind @param {string} word @param {string} rest */
function readWord(fields, kind, word, rest) {
  if (kind === "share") return readShare(fields, word);
  if (kind === "delay") return [readDelay(fields[0], word, rest)];
  return [kind === "number" ? readNumber(fields[0], word) : readText(fields[0], word)];
}

/**
 * What the first of the fields is, or the first ones are; and what follows it.
 * @param {Field[]} fields @param {string} kind @param {string} text @param {boolean} last @param {Names} names
 * @returns {[any[], string]}
 */
function readArgument(fields, kind, text, last, names) {
  if (kind === "rest") return [[readText(fields[0], text)], ""];
  if (kind === "member" || kind === "person") {
    const [id, after] = readName(kind === "member" ? names.members : names.people, text, last);
    return [[id], after];
  }
  const [word, rest] = split(text);
  return [readWord(fields, kind, word, rest), rest];
}

/** @param {Command} chosen @param {string} text @param {Names} names */
function readArguments(chosen, text, names) {
  const { fields } = types[chosen.message];
  /** @type {Message} */
  const message = Object.fromEntries(fields.map((field) => [field.name, emptyOf(field)]));
  Object.assign(message, chosen.set);
  for (const [at, argument] of chosen.args.entries()) {
    const [name, kind] = argument.replace("?", "").split(":");
    const from = fields.findIndex((one) => one.name === name);
    if (text === "" && argument.startsWith("?")) break;
    if (text === "") throw new Fault(`Write ${chosen.words} ${chosen.doc}.`);
    const [values, rest] = readArgument(fields.slice(from), kind, text, at === chosen.args.length - 1, names);
    for (const [index, value] of values.entries()) message[fields[from + index].name] = value;
    text = rest;
  }
  if (text !== "") throw new Fault(`There is too much here: ${shown(text)}`);
  return message;
}

/** @param {string} text @param {Names} names @returns {Parsed} */
function readSlash(text, names) {
  const [word, rest] = split(text);
  const wanted = folded(word);
  if (wanted === "/help") return { kind: "help" };
  if (wanted === "/join") {
    const [room] = split(rest);
    if (room === "" || utf8.encode(room).length > LIMITS.WORD_BYTES_MAX) {
      throw new Fault("Write /join and the code of a room.");
    }
    return { kind: "join", room };
  }
  const chosen = commands.find((one) => one.words === wanted);
  if (!chosen) throw new Fault(`There is no command ${shown(word)}. /help lists them.`);
  return { kind: "message", name: chosen.message, message: readArguments(chosen, rest, names) };
}

/** @param {string} text @returns {Parsed} */
function readSay(text) {
  const field = /** @type {Field} */ (types.say.fields.find((one) => one.name === "text"));
  return { kind: "message", name: "say", message: { channel: 0, to: 0, text: readText(field, text) } };
}

/** Reads one line. @param {string} line @param {Names} names @returns {Parsed} */
export function parse(line, names) {
  const text = line.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  if (text === "") return { kind: "nothing" };
  try {
    return text.startsWith("/") ? readSlash(text, names) : readSay(text);
  } catch (fault) {
    if (fault instanceof Fault) return { kind: "fault", words: fault.message };
    throw fault;
  }
}
