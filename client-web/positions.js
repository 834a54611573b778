// The world of a client without frames: ten times a second it is told where the boxes stand, and glides them there.
// Offers what a replica does, so the page draws it the same way; nothing is foretold, the own box is as late as others.

import { LIMITS } from "./gen/protocol.js";

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {import("./replica.js").DrawItem} DrawItem */
/** @typedef {import("./replica.js").Fit} Fit */
/** @typedef {{x: number, y: number}} Place */

/** Longer than between two messages, so that a late one is no stop. */
const GLIDE_MS = LIMITS.POSITIONS_MS * 1.3;
/** Whoever went further than this between two messages was put there, in 1/16 unit. */
const JUMP = 160 * LIMITS.SUBUNITS;

export class Positions {
  /** @param {(width: number, height: number, x: number, y: number) => Fit} fit  as a replica's */
  constructor(fit) {
    this.fit = fit;
    /** @type {Message | undefined} */
    this.map = undefined;
    this.own = 0;
    this.rate = 0;
    this.tick = 0;
    /** When the newest came, and the time of the last advance, in ms. */
    this.at = 0;
    this.now = 0;
    /** Where boxes were drawn when the newest came, and where they stand by it. @type {Map<number, Place>} */
    this.from = new Map();
    /** @type {Map<number, Place> | undefined} */
    this.to = undefined;
    this.seq = 0;
    this.buttons = 0;
    this.sentAt = Number.NEGATIVE_INFINITY;
  }

  /** @param {Message} message @param {number} _roundTrip @param {number} now */
  welcome(message, _roundTrip, now) {
    this.map = this.to = undefined;
    this.from.clear();
    this.seq = this.buttons = 0;
    this.sentAt = Number.NEGATIVE_INFINITY;
    this.own = message.id;
    this.rate = message.tick_rate;
    this.tick = message.tick;
    this.at = this.now = now;
  }

  /** @param {Message} message */
  setMap(message) {
    this.map = message;
    return true;
  }

  /** Nothing is stepped here. */
  setStep() {
    return true;
  }

  /** @param {Message} message positions @param {number} now */
  apply(message, now) {
    this.now = now;
    this.from = new Map(this.draw().map(({ id, x, y }) => [id, { x, y }]));
    this.to = new Map(message.boxes.map((/** @type {Message} */ { id, x, y }) => [id, { x, y }]));
    this.tick = message.tick;
    this.at = now;
  }

  /** Lets time pass with these buttons held; returns what to send. @param {number} buttons @param {number} now */
  advance(buttons, now) {
    this.now = now;
    if (buttons === this.buttons && now - this.sentAt < LIMITS.INPUT_REPEAT_MS) return [];
    this.buttons = buttons;
    this.sentAt = now;
    return [{ seq: ++this.seq, tick: 0, buttons }];
  }

  /** The boxes to draw at the time of the last advance, in id order. @returns {DrawItem[]} */
  draw() {
    const part = Math.min(1, Math.max(0, (this.now - this.at) / GLIDE_MS));
    return [...(this.to ?? [])].map(([id, to]) => {
      const from = this.from.get(id) ?? to;
      const jumped = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)) > JUMP;
      const glide = (/** @type {number} */ a, /** @type {number} */ b) => (jumped ? b : Math.round(a + (b - a) * part));
      const [x, y] = [glide(from.x, to.x), glide(from.y, to.y)];
      return { id, x, y, own: id === this.own ? 1 : 0, foretold: 0, flags: 0 };
    });
  }

  wantedCell() {
    return -1;
  }

  isReady() {
    return this.map !== undefined && this.to !== undefined;
  }

  /** As a replica's, for those that have a meaning here. */
  stats() {
    const tick = this.tick + Math.floor(((this.now - this.at) / 1000) * this.rate);
    const nothing = { shown_fraction: 0, corrections: 0, replayed: 0, checks: 0, desyncs: 0, error_x: 0, error_y: 0 };
    return { tick, predicted_tick: tick, shown_tick: tick, boxes: this.to?.size ?? 0, ...nothing };
  }
}
