// What was said, each line once and in one order for all, and who is writing.

import { CHANNELS, LIMITS } from "./gen/protocol.js";

/** @typedef {import("./wire.js").Message} Message */

/** Lines kept for scrolling back. */
export const LINES_MAX = 300;

export const [ROOM, LOBBY, DIRECT] = CHANNELS.keys();

const utf8 = new TextEncoder();

/** Cut to what fits into a message of a talk. @param {string} text @param {number} [more] characters beside */
export function limited(text, more = 0) {
  const letters = [...text].slice(0, LIMITS.TALK_CHARACTERS_MAX + more);
  while (utf8.encode(letters.join("")).length > LIMITS.TALK_BYTES_MAX + more) letters.pop();
  return letters.join("");
}

export class Talk {
  constructor() {
    /** By rising id. @type {Message[]} */
    this.lines = [];
    /** The highest id that was heard. */
    this.heard = 0;
    /** By person. @type {Map<number, {name: string, channel: number, until: number}>} */
    this.typists = new Map();
  }

  /** Forgets everything: the next history comes whole. */
  clear() {
    this.lines = [];
    this.heard = 0;
    this.typists.clear();
  }

  /** Takes lines, and returns those that are new. @param {Message} message a talk */
  add(message) {
    const fresh = message.lines.filter((/** @type {Message} */ line) => line.id > this.heard);
    for (const line of fresh) {
      this.heard = Math.max(this.heard, line.id);
      this.typists.delete(line.person);
    }
    this.lines.push(...fresh);
    this.lines.splice(0, this.lines.length - LINES_MAX);
    return fresh;
  }

  /** @param {Message} message a typist @param {number} now */
  hearTyping({ person, name, channel }, now) {
    this.typists.set(person, { name, channel, until: now + LIMITS.TYPING_MS });
  }

  /** Who is writing now, in words; empty if nobody. @param {number} now */
  typing(now) {
    for (const [person, { until }] of this.typists) if (now >= until) this.typists.delete(person);
    const names = [...this.typists.values()].map(({ name }) => name);
    if (names.length === 0) return "";
    if (names.length === 1) return `${names[0]} is writing …`;
    return names.length === 2 ? `${names[0]} and ${names[1]} are writing …` : `${names.length} people are writing …`;
  }
}

/** Tells the others that one is writing, while one does and not too often. */
export class Typing {
  constructor() {
    this.saidAt = Number.NEGATIVE_INFINITY;
  }

  /** True if it is to be told now. @param {string} text what stands in the field @param {number} now */
  isDue(text, now) {
    if (text.trim() === "" || text.startsWith("/") || now - this.saidAt < LIMITS.TYPING_MS / 2) return false;
    this.saidAt = now;
    return true;
  }

  /** What was written is sent. */
  stop() {
    this.saidAt = Number.NEGATIVE_INFINITY;
  }
}
