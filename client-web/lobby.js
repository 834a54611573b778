// The waiting room: who is here and who is ready, the link for friends, and what the host can set.

import { button, chip, find, make, named, redraw } from "./dom.js";
import { COLORS, SEAT } from "./gen/protocol.js";

/** @typedef {import("./game.js").Game} Game */
/** @typedef {(name: string, message?: Record<string, any>) => void} Send */

/** @param {string} mark @param {string} words  what a reader says */
function sign(mark, words) {
  return make("span", { className: "sign", title: words, role: "img", ariaLabel: words }, mark);
}

/** @param {number} victories */
function wins(victories) {
  return victories === 1 ? "1 victory" : `${victories} victories`;
}

/** Is an option either on or off? @param {import("./wire.js").Message} choice */
function isSwitch({ min, max }) {
  return min === 0 && max === 1;
}

const LOCAL_WORDS =
  "This link works on this machine only. For friends, open the page by the address that the server printed for them.";

/** Does a host's name lead back to the machine that it is asked on? @param {string} name */
export function isLocal(name) {
  return name === "localhost" || name === "[::1]" || /^127\.[\d.]+$/.test(name);
}

export class Lobby {
  /** @param {Send} send */
  constructor(send) {
    this.send = send;
    this.panel = find("lobby");
    this.head = find("lobby-head");
    this.members = find("lobby-members");
    this.settings = find("lobby-settings");
    this.actions = find("lobby-actions");
  }

  /** @param {Game} game @param {boolean} shown */
  show(game, shown) {
    this.panel.hidden = !shown;
    if (!shown) return;
    const { room } = game.room;
    const members = game.roster.members();
    redraw(this.head, [room.code, room.name, room.public, room.locked, room.members_max, game.roster.count], () =>
      this.drawHead(game),
    );
    redraw(this.members, [members, game.isHost, game.ownId], () => this.drawMembers(game));
    const set = [game.isHost, room.game, room.relay, room.choices, room.offers, room.locked];
    redraw(this.settings, set, () => (game.isHost ? this.drawSettings(game) : this.drawTold(game)));
    redraw(this.actions, [members, game.isHost, game.ownId, room.players_min, room.relay], () =>
      this.drawActions(game),
    );
  }

  /** @param {Game} game */
  drawHead({ room: { room, title }, roster }) {
    const link = make("input", {
      readOnly: true,
      value: `${location.origin}/r/${room.code}`,
      ariaLabel: "Link for friends",
    });
    link.addEventListener("focus", () => link.select());
    const facts = [`${roster.count} of ${room.members_max} here`];
    if (!room.public) facts.push("by code only");
    if (room.locked) facts.push("locked");
    const parts = [make("h2", {}, title), make("p", { className: "dim" }, `Code ${room.code} · ${facts.join(" · ")}`)];
    // A page from a plain address has no clipboard.
    const copy = button("Copy", () => navigator.clipboard.writeText(link.value), "plain");
    parts.push(make("div", { className: "row" }, named("link", link), ...(navigator.clipboard ? [copy] : [])));
    if (isLocal(location.hostname)) parts.push(make("p", { className: "hint" }, LOCAL_WORDS));
    return parts;
  }

  /** @param {Game} game */
  drawMembers(game) {
    return game.roster.members().map((member) => {
      const { flags } = member;
      const item = make("li", { className: flags & SEAT.AWAY ? "away" : "" }, chip(COLORS[member.color].rgb));
      item.append(make("span", { className: "name" }, member.name));
      if (member.id === game.ownId) item.append(make("span", { className: "dim" }, "you"));
      if (flags & SEAT.HOST) item.append(sign("★", "host"));
      if (flags & SEAT.AWAY) item.append(make("span", { className: "dim" }, "away"));
      if (flags & SEAT.WATCHING) item.append(make("span", { className: "dim" }, "watching"));
      if (member.victories > 0) item.append(make("span", { className: "sign" }, wins(member.victories)));
      item.append(make("span", { className: "space" }));
      if (flags & SEAT.READY) item.append(make("span", { className: "ready" }, "✓ ready"));
      if (game.isHost && member.id !== game.ownId) item.append(...this.drawPowers(member));
      return item;
    });
  }

  /** What a host may do with a member. @param {{id: number, name: string, flags: number}} member */
  drawPowers({ id, name, flags }) {
    const promote = named(
      `host ${id}`,
      button("★", () => this.send("promote", { id }), "plain small"),
    );
    const kick = named(
      `kick ${id}`,
      button("✕", () => this.send("kick", { id }), "plain small"),
    );
    promote.ariaLabel = promote.title = `Make ${name} the host`;
    kick.ariaLabel = kick.title = `Send ${name} away`;
    return flags & (SEAT.PRACTICE | SEAT.AWAY) ? [kick] : [promote, kick];
  }

  /** What others see of the settings. @param {Game} game */
  drawTold({ room: { room, words } }) {
    const about = room.relay ? "A display runs the game here." : words;
    const choices = room.choices.map((/** @type {any} */ choice) =>
      make(
        "li",
        {},
        `${choice.words}: `,
        make("b", {}, isSwitch(choice) ? (choice.value ? "yes" : "no") : String(choice.value)),
      ),
    );
    return [
      make("h3", {}, room.game || "Relay"),
      make("p", { className: "dim" }, about),
      make("ul", { className: "told" }, ...choices),
    ];
  }

  /** @param {Game} game */
  drawSettings({ room: { room, words } }) {
    const parts = [];
    if (!room.relay) parts.push(make("label", { className: "field" }, make("span", {}, "Game"), this.drawGames(room)));
    if (words) parts.push(make("p", { className: "dim" }, words));
    for (const choice of room.choices) {
      parts.push(make("label", { className: "field" }, make("span", {}, choice.words), this.drawChoice(choice)));
    }
    const lock = make("input", { type: "checkbox", checked: room.locked === 1 });
    lock.addEventListener("change", () => this.send("lock", { on: lock.checked ? 1 : 0 }));
    return [
      ...parts,
      make("label", { className: "field" }, make("span", {}, "Let nobody new in"), named("lock", lock)),
    ];
  }

  /** @param {import("./wire.js").Message} room */
  drawGames(room) {
    const games = room.offers.map((/** @type {any} */ { name }) =>
      make("option", { value: name, selected: name === room.game }, name),
    );
    const select = make("select", {}, ...games);
    select.addEventListener("change", () => this.send("choose", { game: select.value }));
    return named("game", select);
  }

  /** @param {import("./wire.js").Message} choice */
  drawChoice(choice) {
    const { name, min, max, value } = choice;
    const switches = isSwitch(choice);
    const field = make("input", switches ? { type: "checkbox", checked: value === 1 } : { type: "number", value });
    if (!switches) Object.assign(field, { min: String(min), max: String(max), step: "1", required: true });
    field.addEventListener("change", () => {
      if (!field.reportValidity()) return;
      this.send("option", { name, value: switches ? Number(field.checked) : field.valueAsNumber });
    });
    return named(`option ${name}`, field);
  }

  /** @param {Game} game */
  drawActions(game) {
    const { flags } = game.roster.standingOf(game.ownId);
    const ready = (flags & SEAT.READY) !== 0;
    const watching = (flags & SEAT.WATCHING) !== 0;
    const parts = [];
    if (!watching) {
      const words = ready ? "✓ Ready" : "Ready";
      const toggle = named(
        "ready",
        button(words, () => this.send("ready", { on: ready ? 0 : 1 }), game.isHost ? "plain" : ""),
      );
      toggle.ariaPressed = String(ready);
      parts.push(toggle);
    }
    if (game.isHost && !game.isRelay)
      parts.push(
        named(
          "start",
          button("Start", () => this.send("start")),
        ),
      );
    const note = make("p", { className: "dim" }, this.note(game));
    return [make("div", { className: "row" }, ...parts), note];
  }

  /** What one waits for. @param {Game} game */
  note(game) {
    const { players_min: least } = game.room.room;
    const playing = game.roster.members().filter(({ flags }) => !(flags & (SEAT.WATCHING | SEAT.AWAY))).length;
    if (game.isRelay) return "The display starts the game.";
    if (playing < least) return `A match needs ${least} players.`;
    return game.isHost ? "" : `${game.hostName || "The host"} starts the match, or it starts when enough are ready.`;
  }
}
