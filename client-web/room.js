// The room, its match and the marks on its ground, as the server told them last.

import { COLORS, LOOK, PHASES } from "./gen/protocol.js";
import { COLOR_OWN } from "./roster.js";

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {"waiting" | "countdown" | "playing" | "results"} Phase */

/** @type {Message} */
const NO_ROOM = {
  ...{ code: "", name: "", game: "", sandbox: 1, relay: 0, public: 0, locked: 0, members_max: 1, players_min: 0 },
  ...{ roles: [], teams: [], choices: [], buttons: [], offers: [] },
};

/** @type {Message} */
const NO_MATCH = { phase: 0, paused: 0, until: 0, number: 0, result: "", teams: [] };

export class Room {
  constructor() {
    this.room = NO_ROOM;
    this.match = NO_MATCH;
    /** @type {Message[]} */
    this.marks = [];
  }

  /** Starts anew, for a new connection. */
  clear() {
    this.room = NO_ROOM;
    this.match = NO_MATCH;
    this.marks = [];
  }

  /** True if the message was one of the room's. @param {Message} message */
  apply(message) {
    if (message.message === "room") this.room = message;
    else if (message.message === "match") this.match = message;
    else if (message.message === "marks") this.marks = message.marks;
    else return false;
    return true;
  }

  /** What it is called: by its maker, or by its code. */
  get title() {
    return this.room.name || this.room.code;
  }

  /** What the game is about, in a sentence; empty in a relay room. */
  get words() {
    const offer = this.room.offers.find((/** @type {Message} */ { name }) => name === this.room.game);
    return this.room.relay ? "" : (offer?.words ?? "");
  }

  /** Is there a match life here? In a sandbox everybody just plays. */
  get hasMatches() {
    return !this.room.sandbox;
  }

  /** @returns {Phase} */
  get phase() {
    return /** @type {Phase} */ (PHASES[this.match.phase].name);
  }

  /** The teams, with their points once a match told them. @returns {Message[]} */
  get teams() {
    return this.match.teams.length > 0 ? this.match.teams : this.room.teams;
  }

  /** @param {number} role @returns {Message | undefined} */
  roleOf(role) {
    return this.room.roles[role];
  }

  /** @param {number} team counted from 1 @returns {Message | undefined} */
  teamOf(team) {
    return team > 0 ? this.teams[team - 1] : undefined;
  }

  /** Seconds until the phase ends by itself; -1: it does not. @param {number} tick @param {number} rate ticks a second */
  secondsLeft(tick, rate) {
    return this.match.until === 0 ? -1 : Math.max(0, this.match.until - tick) / rate;
  }

  /** Is a match being prepared, played or told of, so that roles and teams are worth showing? */
  get hasParts() {
    return this.hasMatches && this.phase !== "waiting";
  }

  /** The role that a box is marked by: one with a color of its own. @param {number} role @returns {Message | undefined} */
  markedRole(role) {
    const found = this.hasParts ? this.roleOf(role) : undefined;
    return found && found.color !== COLOR_OWN ? found : undefined;
  }

  /** A box's color: its role's, or the player's own. @param {number} role @param {string} own as #rrggbb */
  boxColor(role, own) {
    const marked = this.markedRole(role);
    return marked ? COLORS[marked.color].rgb : own;
  }
}

/** @param {number} color of a mark or a team @returns {string} */
export function rgbOf(color) {
  return color < COLORS.length ? COLORS[color].rgb : LOOK.DIM;
}

/** As on a clock: 1:05. @param {number} seconds */
export function clockOf(seconds) {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
