// What is told in text: the corner line, and the panel with the state of the connection. The screen reader
// hears a state once, not its countdown.

import { LOOK } from "./gen/protocol.js";

/** @typedef {import("./connection.js").Connection} Connection */
/** @typedef {import("./roster.js").Roster} Roster */

/** @param {string} id */
function find(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {HTMLElement} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Hud {
  constructor() {
    this.corner = find("corner");
    this.who = find("who");
    this.count = find("count");
    this.panel = find("panel");
    this.words = find("words");
    this.again = find("again");
    this.live = find("live");
    for (const [name, rgb] of Object.entries(LOOK)) {
      document.documentElement.style.setProperty(`--${name.toLowerCase()}`, rgb);
    }
  }

  /** @param {Connection} connection */
  showState(connection) {
    this.panel.hidden = connection.state === "playing";
    this.again.hidden = connection.state !== "refused";
    write(this.words, connection.words());
  }

  /** @param {Connection} connection */
  sayState(connection) {
    write(this.live, connection.words());
    this.showState(connection);
  }

  /** @param {Connection} connection @param {Roster} roster @param {number} ownId */
  showCorner({ state, ping }, roster, ownId) {
    const name = roster.nameOf(ownId);
    this.corner.hidden = state !== "playing" || name === "";
    write(this.who, `You are: ${roster.colorOf(ownId).name} ${name}`);
    const players = `${roster.count} ${roster.count === 1 ? "player" : "players"}`;
    write(this.count, ping < 0 ? players : `ping ${Math.round(ping)} ms · ${players}`);
  }
}
