// What is told in text: the corner line, and the panel with the state of the connection. The screen reader hears a
// state once, not its countdown.

import { find, write } from "./dom.js";
import { LOOK } from "./gen/protocol.js";

/** @typedef {import("./connection.js").Connection} Connection */
/** @typedef {import("./roster.js").Roster} Roster */

export class Hud {
  constructor() {
    this.corner = find("corner");
    this.who = find("who");
    this.count = find("count");
    this.slow = find("slow");
    this.panel = find("panel");
    this.words = find("words");
    this.again = find("again");
    this.home = find("home");
    this.live = find("live");
    for (const [name, rgb] of Object.entries(LOOK)) {
      document.documentElement.style.setProperty(`--${name.toLowerCase()}`, rgb);
    }
  }

  /** @param {Connection} connection */
  showState(connection) {
    const { state, code, wish } = connection;
    this.panel.hidden = state === "playing";
    this.again.hidden = state !== "refused";
    this.home.hidden = (state !== "refused" && state !== "ended") || wish.room === "" || code === "version_differs";
    write(this.again, code === "taken_over" ? "Play here again" : "Try again");
    write(this.words, connection.words());
    this.slow.hidden = state !== "playing" || !connection.polls;
    if (connection.polls) write(this.slow, connection.wordsOf("polling"));
  }

  /** @param {Connection} connection */
  sayState(connection) {
    write(this.live, connection.words());
    this.showState(connection);
  }

  /** @param {Connection} connection @param {Roster} roster @param {number} ownId */
  showCorner(connection, roster, ownId) {
    const name = roster.nameOf(ownId);
    this.corner.hidden = connection.state !== "playing" || name === "";
    write(this.who, `You are: ${roster.colorOf(ownId).name} ${name}`);
    write(this.count, this.lineOf(connection, roster.count));
  }

  /** How the connection is, and how many are here. @param {Connection} connection @param {number} count */
  lineOf(connection, count) {
    const silence = connection.silence();
    if (silence > 0) return `no word from the server for ${silence} s`;
    const players = `${count} ${count === 1 ? "player" : "players"}`;
    return connection.ping < 0 ? players : `ping ${Math.round(connection.ping)} ms · ${players}`;
  }
}
