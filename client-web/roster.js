// Who is here and how they stand: name, color, role, team, score and victories of each id.

import { COLORS, LOOK, SEAT } from "./gen/protocol.js";

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {{id: number, color: number, name: string, kind: string, person: number}} Player */
/** @typedef {{id: number, flags: number, role: number, team: number, score: number, victories: number}} Standing */

/** In a room's colors: the player's own, or nobody's. */
export const COLOR_OWN = COLORS.length;

/** @type {Omit<Standing, "id">} */
const NOTHING = { flags: 0, role: 0, team: 0, score: 0, victories: 0 };

export class Roster {
  constructor() {
    /** @type {Map<number, Player>} */
    this.players = new Map();
    /** @type {Map<number, Standing>} */
    this.standings = new Map();
    /** How many are in the room, those not yet told included. */
    this.count = 0;
  }

  /** Starts anew, for a new connection. */
  clear() {
    this.players.clear();
    this.standings.clear();
    this.count = 0;
  }

  /** @param {Message} message a roster */
  apply(message) {
    this.count = message.players;
    for (const { id } of message.left) {
      this.players.delete(id);
      this.standings.delete(id);
    }
    for (const player of message.joined) this.players.set(player.id, player);
    for (const standing of message.standings) this.standings.set(standing.id, standing);
  }

  /** @param {number} id */
  nameOf(id) {
    return this.players.get(id)?.name ?? "";
  }

  /** @param {number} id @returns {{name: string, rgb: string}} */
  colorOf(id) {
    const player = this.players.get(id);
    return player ? COLORS[player.color] : { name: "", rgb: LOOK.DIM };
  }

  /** @param {number} id */
  standingOf(id) {
    return this.standings.get(id) ?? { id, ...NOTHING };
  }

  /** Are all of these flags of a seat set? @param {number} id @param {number} flags */
  is(id, flags) {
    return (this.standingOf(id).flags & flags) === flags;
  }

  /** Everybody known, by id, with their standings. @returns {(Player & Standing)[]} */
  members() {
    const all = [...this.players.values()].map((player) => ({ ...this.standingOf(player.id), ...player }));
    return all.sort((one, other) => one.id - other.id);
  }

  /** Those who play, the best first. */
  ranking() {
    const playing = this.members().filter((member) => member.flags & SEAT.PLAYS);
    const won = (/** @type {Standing} */ { flags }) => (flags & SEAT.WON ? 1 : 0);
    return playing.sort(
      (one, other) => won(other) - won(one) || other.score - one.score || other.victories - one.victories,
    );
  }

  /** Those whom a spectator can look at, by id. */
  watchable() {
    return this.members().filter((member) => !(member.flags & (SEAT.WATCHING | SEAT.OUT)));
  }
}
