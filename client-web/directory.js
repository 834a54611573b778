// What is beyond this room: the public rooms, and the people on this server.

import { PHASES } from "./gen/protocol.js";

/** @typedef {import("./wire.js").Message} Message */

export class Directory {
  constructor() {
    /** @type {Message[]} */
    this.rooms = [];
    /** @type {Message[]} */
    this.people = [];
    /** How many people there are, those not listed included. */
    this.count = 0;
  }

  /** True if the message was one of its. @param {Message} message */
  apply(message) {
    if (message.message === "rooms") this.rooms = message.rooms;
    else if (message.message === "people") {
      this.people = message.people;
      this.count = message.count;
    } else return false;
    return true;
  }
}

/** A room's row in words. @param {Message} listed */
export function wordsOfListed(listed) {
  return {
    title: listed.name || listed.code,
    game: listed.game || "by a display",
    state: listed.locked ? "locked" : PHASES[listed.phase].words,
    players: `${listed.players} of ${listed.members_max}`,
  };
}
