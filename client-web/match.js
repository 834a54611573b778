// The match on the screen: role, team, clock and points in the bar, the countdown, what happens in a line of its own
// for a moment, and whom a spectator looks at.

import { button, chip, find, make, named, redraw, write } from "./dom.js";
import { COLORS } from "./gen/protocol.js";
import { clockOf, rgbOf } from "./room.js";
import { COLOR_OWN } from "./roster.js";

/** @typedef {import("./game.js").Game} Game */

/** How long an event and a notice can be read, in ms. */
const EVENT_MS = 3000;
const NOTICE_MS = 6000;
const NOTICES_MAX = 4;

export class MatchBar {
  /** @param {import("./lobby.js").Send} send */
  constructor(send) {
    this.send = send;
    this.bar = find("bar");
    this.facts = find("bar-facts");
    this.clock = find("clock");
    this.powers = find("bar-powers");
  }

  /** @param {Game} game @param {boolean} shown */
  show(game, shown) {
    this.bar.hidden = !shown;
    if (!shown) return;
    const own = game.roster.standingOf(game.ownId);
    const { room, match } = game.room;
    redraw(this.facts, [own, room.roles, game.teamsInPlay, game.isWatching, match.paused], () => this.drawFacts(game));
    const counts = game.secondsLeft >= 0 && game.room.phase === "playing";
    write(this.clock, counts ? clockOf(game.secondsLeft) : "");
    this.clock.classList.toggle("soon", counts && game.secondsLeft <= 10);
    redraw(this.powers, [game.isHost && !game.isRelay, match.paused], () => this.drawPowers(game));
  }

  /** @param {Game} game */
  drawFacts(game) {
    const own = game.roster.standingOf(game.ownId);
    const { match, teams } = game.room;
    /** @type {Node[]} */
    const parts = game.isWatching ? [make("li", {}, "Watching")] : roleFact(game, own);
    for (const { number, name, color, score } of game.teamsInPlay) {
      const words = own.team === number ? `Your team: ${name} ` : `${name} `;
      parts.push(make("li", {}, chip(rgbOf(color)), words, make("b", {}, String(score))));
    }
    if (teams.length === 0 && !game.isWatching) parts.push(make("li", {}, "Points ", make("b", {}, String(own.score))));
    if (match.paused) parts.push(make("li", { className: "paused" }, "Paused"));
    return parts;
  }

  /** @param {Game} game */
  drawPowers({ isHost, isRelay, room: { match } }) {
    if (!isHost || isRelay) return [];
    const on = match.paused ? 0 : 1;
    const pause = button(on ? "Pause" : "Go on", () => this.send("pause", { on }), "plain small");
    return [
      named("pause", pause),
      named(
        "stop",
        button("End", () => this.send("stop"), "plain small"),
      ),
    ];
  }
}

/** @param {Game} game @param {import("./roster.js").Standing} own */
function roleFact({ room, roster, ownId }, own) {
  const role = room.roleOf(own.role);
  if (!role) return [];
  const rgb = role.color === COLOR_OWN ? roster.colorOf(ownId).rgb : COLORS[role.color].rgb;
  return [make("li", {}, chip(rgb), "You: ", make("b", {}, role.name))];
}

/** What one is about to be, in words. @param {Game} game */
export function wordsOfPart({ room, roster, ownId, isWatching }) {
  if (isWatching) return "You are watching.";
  const own = roster.standingOf(ownId);
  const role = room.roleOf(own.role)?.name ?? "";
  const team = room.teamOf(own.team)?.name ?? "";
  return role || team ? `You are: ${[role, team].filter(Boolean).join(", ")}` : "";
}

export class Banner {
  constructor() {
    this.banner = find("banner");
    this.big = find("banner-big");
    this.part = find("banner-part");
    this.words = find("banner-words");
    this.event = find("event");
    this.until = 0;
  }

  /** @param {string} text @param {number} now */
  tell(text, now) {
    write(this.event, text);
    this.until = now + EVENT_MS;
  }

  /** @param {Game} game @param {boolean} shown @param {number} now */
  show(game, shown, now) {
    const { phase, words, match } = game.room;
    const counts = shown && phase === "countdown" && !match.paused;
    this.banner.hidden = !counts && !(shown && match.paused);
    this.big.classList.toggle("paused", !counts);
    if (counts) write(this.big, game.secondsLeft < 0 ? "Get ready" : String(Math.max(1, Math.ceil(game.secondsLeft))));
    else write(this.big, "Paused");
    write(this.part, counts ? wordsOfPart(game) : "");
    write(this.words, counts ? words : "");
    if (now >= this.until) write(this.event, "");
    this.event.hidden = phase === "results"; // whose panel says how it ended
  }
}

export class Notices {
  constructor() {
    this.list = find("notices");
  }

  /** @param {string} words */
  tell(words) {
    const item = make("p", {}, words);
    this.list.append(item);
    while (this.list.children.length > NOTICES_MAX) this.list.firstChild.remove();
    setTimeout(() => item.remove(), NOTICE_MS);
  }
}

export class Follow {
  /** @param {(step: number) => void} step */
  constructor(step) {
    this.bar = find("follow");
    this.name = find("followed");
    find("before").addEventListener("click", () => step(-1));
    find("next").addEventListener("click", () => step(1));
  }

  /** @param {Game} game @param {boolean} shown */
  show(game, shown) {
    this.bar.hidden = !shown || !game.isWatching || game.followed === 0;
    write(this.name, game.roster.nameOf(game.followed));
  }
}
