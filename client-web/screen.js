// All panels around the picture, and which of them is there when.

import { PeopleDialog, RoomsDialog } from "./beyond.js";
import { Chat, helpOf } from "./chat.js";
import { LOCALS } from "./commands.js";
import { Controller } from "./controller.js";
import { find, write } from "./dom.js";
import { COMMANDS } from "./gen/protocol.js";
import { Hud } from "./hud.js";
import { Lobby } from "./lobby.js";
import { Banner, Follow, MatchBar, Notices } from "./match.js";
import { KIND } from "./place.js";
import { Results, Scores } from "./results.js";

/** @typedef {import("./game.js").Game} Game */
/** @typedef {import("./connection.js").Connection} Connection */

/**
 * What a player can do beside walking.
 * @typedef {object} Actions
 * @property {import("./lobby.js").Send} send
 * @property {(room: string) => void} go  to another room
 * @property {(step: number) => void} look  at the next one, or the one before
 * @property {import("./controller.js").Press} press  a button that a display defined
 * @property {() => void} left  the chat: back to the arena
 */

export class Screen {
  /** @param {Game} game @param {Actions} actions */
  constructor(game, actions) {
    this.game = game;
    this.actions = actions;
    this.hud = new Hud();
    this.bar = new MatchBar(actions.send);
    this.banner = new Banner();
    this.notices = new Notices();
    this.follow = new Follow(actions.look);
    this.lobby = new Lobby(actions.send);
    this.results = new Results(actions.send);
    this.scores = new Scores();
    this.controller = new Controller(actions.press);
    this.rooms = new RoomsDialog(actions.send, actions.go);
    this.people = new PeopleDialog(actions.send, (person) => this.chat.writeTo(person));
    this.chat = new Chat(game, {
      say: (parsed) => this.say(parsed),
      type: (message) => actions.send("typing", message),
      left: actions.left,
    });
    this.scoresButton = find("open-scores");
    this.watchButton = find("watch");
    this.listen();
  }

  listen() {
    this.scoresButton.addEventListener("click", () => this.wantScores(!this.scores.wanted));
    this.watchButton.addEventListener("click", () => this.actions.send("watch", { on: this.game.isWatching ? 0 : 1 }));
    for (const dialog of document.querySelectorAll("dialog .close")) {
      dialog.addEventListener("click", () => dialog.closest("dialog")?.close());
    }
  }

  /** @param {boolean} wanted */
  wantScores(wanted) {
    this.scores.want(wanted);
    this.scoresButton.ariaExpanded = String(wanted);
  }

  /** Esc in the arena leads to the buttons. */
  focusMenu() {
    find("open-rooms").focus();
  }

  /** What was typed. @param {import("./commands.js").Parsed} parsed */
  say(parsed) {
    if (parsed.kind === "fault") this.chat.note(parsed.words);
    else if (parsed.kind === "help") for (const line of helpOf([...LOCALS, ...COMMANDS])) this.chat.note(line);
    else if (parsed.kind === "join") this.actions.go(parsed.room);
    else if (parsed.kind === "message") this.sayMessage(parsed.name, parsed.message);
  }

  /** @param {string} name @param {import("./wire.js").Message} message */
  sayMessage(name, message) {
    if (name === "list") this.rooms.open();
    else if (name === "who") this.people.open();
    else this.actions.send(name, message);
  }

  /** Shows everything as it is now. @param {Connection} connection @param {number} now */
  show(connection, now) {
    const { game } = this;
    const playing = connection.state === "playing";
    const matches = playing && game.room.hasMatches;
    const controls = playing && this.showsController();
    const phase = game.room.phase;
    this.hud.showState(connection);
    this.hud.showCorner(connection, game.roster, game.ownId);
    this.controller.show(game, controls);
    this.lobby.show(game, matches && phase === "waiting" && !(controls && game.room.room.buttons.length > 0));
    this.results.show(game, matches && phase === "results");
    this.scores.show(game, matches);
    this.bar.show(game, matches && (phase === "countdown" || phase === "playing"));
    this.banner.show(game, matches, now);
    this.follow.show(game, playing);
    this.showMenu(playing, matches);
    this.chat.show(playing, now);
    this.rooms.show(game, now);
    this.people.show(game, now);
    document.body.classList.toggle("controls", controls);
    // A panel asks for the player's attention; while one plays and acts, nothing does.
    document.body.classList.toggle("asks", matches && (phase === "waiting" || phase === "results"));
    document.body.classList.toggle("acts", matches && phase === "playing" && !controls && !game.isWatching);
  }

  /** @param {boolean} playing @param {boolean} matches */
  showMenu(playing, matches) {
    const { game } = this;
    find("menu").hidden = !playing;
    this.scoresButton.hidden = !matches;
    this.watchButton.hidden = !playing || game.isRelay || (!matches && !game.isWatching);
    write(this.watchButton, game.isWatching ? "Play" : "Watch");
    document.title = game.room.title ? `${game.room.title} · Tickbox` : "Tickbox";
  }

  /** In a relay room everybody but the display itself holds a controller. */
  showsController() {
    return KIND === "controller" || (this.game.isRelay && KIND !== "display");
  }
}
