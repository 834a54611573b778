// Who is here: the names and colors of box ids.

import { COLORS, LOOK } from "./gen/protocol.js";

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {{id: number, color: number, name: string, kind: string}} Player */

export class Roster {
  constructor() {
    /** @type {Map<number, Player>} */
    this.players = new Map();
    /** How many are in the room, those not yet told included. */
    this.count = 0;
  }

  /** Starts anew, for a new connection. */
  clear() {
    this.players.clear();
    this.count = 0;
  }

  /** @param {Message} message a roster */
  apply(message) {
    this.count = message.players;
    for (const { id } of message.left) this.players.delete(id);
    for (const player of message.joined) this.players.set(player.id, player);
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
}
