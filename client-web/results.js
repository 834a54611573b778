// How the match ended, and how everybody stands: the results, and the scoreboard.

import { button, find, make, named, redraw } from "./dom.js";
import { SEAT } from "./gen/protocol.js";
import { standingsFacts, standingsTable, teamsList } from "./standings.js";

/** @typedef {import("./game.js").Game} Game */

const WON = "★ You won! ★";

/** What the match brought the player; empty if they only watched, or nobody won. @param {Game} game */
function wordsOfOutcome({ roster, ownId }) {
  if (roster.is(ownId, SEAT.PLAYS | SEAT.WON)) return WON;
  return roster.is(ownId, SEAT.PLAYS) && roster.ranking().some(({ flags }) => flags & SEAT.WON) ? "You lost." : "";
}

export class Results {
  /** @param {import("./lobby.js").Send} send */
  constructor(send) {
    this.send = send;
    this.panel = find("results");
  }

  /** @param {Game} game @param {boolean} shown */
  show(game, shown) {
    this.panel.hidden = !shown;
    if (!shown) return;
    const facts = [standingsFacts(game), game.room.match.result, game.isHost, game.hostName, game.isRelay];
    redraw(this.panel, facts, () => this.draw(game));
  }

  /** @param {Game} game */
  draw(game) {
    /** @type {Node[]} */
    const parts = [make("h2", {}, game.room.match.result || "The match is over.")];
    const own = wordsOfOutcome(game);
    if (own) parts.unshift(make("p", { className: own === WON ? "outcome sign" : "outcome dim" }, own));
    if (game.room.teams.length > 0) parts.push(teamsList(game));
    parts.push(
      make(
        "div",
        { className: "scroll", tabIndex: 0, role: "region", ariaLabel: "Standings" },
        standingsTable(game, "Results"),
      ),
    );
    if (game.isHost && !game.isRelay)
      parts.push(
        named(
          "again",
          button("Play again", () => this.send("start")),
        ),
      );
    else
      parts.push(
        make(
          "p",
          { className: "dim" },
          `${game.isRelay ? "The display" : game.hostName || "The host"} may start another match.`,
        ),
      );
    return parts;
  }
}

export class Scores {
  constructor() {
    this.panel = find("scores");
    this.wanted = false;
  }

  /** @param {boolean} wanted */
  want(wanted) {
    this.wanted = wanted;
  }

  /** @param {Game} game @param {boolean} possible */
  show(game, possible) {
    this.panel.hidden = !this.wanted || !possible;
    if (this.panel.hidden) return;
    redraw(this.panel, standingsFacts(game), () => {
      const teams = game.room.teams.length > 0 ? [teamsList(game)] : [];
      return [make("h2", {}, game.room.title), ...teams, standingsTable(game, "Standings")];
    });
  }
}
