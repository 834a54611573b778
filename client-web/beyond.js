// What is beyond this room, in two dialogs: the rooms, to join or to make one, and the people on this server.

import { wordsOfListed } from "./directory.js";
import { button, find, make, named, redraw } from "./dom.js";

/** @typedef {import("./game.js").Game} Game */

/** How often an open list is asked for anew, in ms. */
const ASK_MS = 3000;

export class RoomsDialog {
  /** @param {import("./lobby.js").Send} send @param {(room: string) => void} go */
  constructor(send, go) {
    this.send = send;
    this.go = go;
    this.dialog = find("rooms");
    this.list = find("rooms-list");
    this.games = find("create-game");
    this.askedAt = Number.NEGATIVE_INFINITY;
    find("open-rooms").addEventListener("click", () => this.open());
    find("join-form").addEventListener("submit", (/** @type {Event} */ event) => this.join(event));
    find("create-form").addEventListener("submit", (/** @type {Event} */ event) => this.create(event));
  }

  open() {
    this.askedAt = Number.NEGATIVE_INFINITY;
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** @param {string} room */
  leaveFor(room) {
    this.dialog.close();
    this.go(room);
  }

  /** @param {Event} event */
  join(event) {
    event.preventDefault();
    const field = find("join-code");
    const code = field.value.trim();
    if (code === "") return;
    field.value = "";
    this.leaveFor(code);
  }

  /** @param {Event} event */
  create(event) {
    event.preventDefault();
    const relay = find("create-relay").checked;
    const game = relay ? "" : this.games.value;
    const name = find("create-name").value.trim();
    this.send("create", { name, game, public: find("create-public").checked ? 1 : 0, relay: relay ? 1 : 0 });
  }

  /** @param {Game} game @param {number} now */
  show(game, now) {
    if (!this.dialog.open) return;
    if (now - this.askedAt >= ASK_MS) {
      this.askedAt = now;
      this.send("list");
    }
    const { offers } = game.room.room;
    redraw(this.games, offers, () =>
      offers.map((/** @type {any} */ { name, words }) =>
        make("option", { value: name }, words ? `${name}: ${words}` : name),
      ),
    );
    redraw(this.list, [game.directory.rooms, game.room.room.code], () => this.drawList(game));
  }

  /** @param {Game} game */
  drawList(game) {
    const { rooms } = game.directory;
    if (rooms.length === 0) return [make("p", { className: "dim" }, "No public rooms yet. Make one below.")];
    const heads = ["Room", "Game", "State", "Players", ""].map((words) =>
      words ? make("th", { scope: "col" }, words) : make("td"),
    );
    const rows = rooms.map((listed) => this.drawRow(listed, listed.code === game.room.room.code));
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
    return [table];
  }

  /** @param {import("./wire.js").Message} listed @param {boolean} here */
  drawRow(listed, here) {
    const words = wordsOfListed(listed);
    const join = named(
      `join ${listed.code}`,
      button("Join", () => this.leaveFor(listed.code), "plain small"),
    );
    join.ariaLabel = `Join ${words.title}`;
    const cells = [words.title, words.game, words.state, words.players].map((text) => make("td", {}, text));
    return make("tr", { className: here ? "own" : "" }, ...cells, make("td", {}, here ? "here" : join));
  }
}

export class PeopleDialog {
  /** @param {import("./lobby.js").Send} send @param {(person: number) => void} write */
  constructor(send, write) {
    this.send = send;
    this.write = write;
    this.dialog = find("people");
    this.list = find("people-list");
    this.askedAt = Number.NEGATIVE_INFINITY;
    find("open-people").addEventListener("click", () => this.open());
  }

  open() {
    this.askedAt = Number.NEGATIVE_INFINITY;
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** @param {Game} game @param {number} now */
  show(game, now) {
    if (!this.dialog.open) return;
    if (now - this.askedAt >= ASK_MS) {
      this.askedAt = now;
      this.send("who");
    }
    const { people, count } = game.directory;
    redraw(this.list, [people, count, game.person], () => this.drawList(game));
  }

  /** @param {Game} game */
  drawList({ directory: { people, count }, person: own }) {
    const rows = people.map(({ person, name, room }) => {
      const item = make("li", {}, make("span", { className: "name" }, name));
      item.append(
        make("span", { className: "dim space" }, person === own ? "you" : room ? `in ${room}` : "in a private room"),
      );
      if (person !== own) item.append(named(`write ${person}`, this.drawWrite(person, name)));
      return item;
    });
    const rest = count > people.length ? [make("p", { className: "dim" }, `and ${count - people.length} more`)] : [];
    return [make("ul", { className: "list" }, ...rows), ...rest];
  }

  /** @param {number} person @param {string} name */
  drawWrite(person, name) {
    const write = button(
      "Write",
      () => {
        this.dialog.close();
        this.write(person);
      },
      "plain small",
    );
    write.ariaLabel = `Write to ${name}`;
    return write;
  }
}
