// The talk: what was said in the room, to everybody and in private, who is writing, and a field to answer in.

import { parse } from "./commands.js";
import { find, make, write } from "./dom.js";
import { CHANNELS, COLORS } from "./gen/protocol.js";
import { DIRECT, LINES_MAX, LOBBY, limited, ROOM, Typing } from "./talk.js";

/** @typedef {import("./game.js").Game} Game */
/** @typedef {import("./wire.js").Message} Message */

/** More lines than this at once are history, which no reader should be read. */
const HISTORY = 5;
/** Commands have words before the text. */
const COMMAND_CHARACTERS = 120;

export class Chat {
  /**
   * @param {Game} game
   * @param {{say: (parsed: import("./commands.js").Parsed) => void, type: (message: Message) => void, left: () => void}} actions
   */
  constructor(game, actions) {
    this.game = game;
    this.actions = actions;
    this.panel = find("chat");
    this.log = find("log");
    this.writing = find("writing");
    this.form = find("say");
    this.to = find("to");
    this.field = find("text");
    this.opener = find("open-chat");
    this.typing = new Typing();
    this.unread = 0;
    /** Does the log show its last line, as it does until somebody scrolls up? */
    this.atEnd = true;
    this.persons = "";
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("input", () => this.typed());
    this.panel.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") this.leave();
    });
    this.opener.addEventListener("click", () => this.open(!this.isOpen));
    this.log.addEventListener("scroll", () => {
      this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    });
    new ResizeObserver(() => this.keepEnd()).observe(this.log);
  }

  get isOpen() {
    return this.panel.classList.contains("open");
  }

  /** On a small screen it is opened first. @param {boolean} open */
  open(open) {
    this.panel.classList.toggle("open", open);
    this.opener.ariaExpanded = String(open);
    if (open) this.focus();
  }

  focus() {
    this.panel.classList.add("open");
    this.opener.ariaExpanded = "true";
    this.unread = 0;
    this.field.focus();
    this.log.scrollTop = this.log.scrollHeight;
  }

  leave() {
    this.open(false);
    this.actions.left();
  }

  /** After new lines, or when the log became lower. */
  keepEnd() {
    if (this.atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  /** Chooses one person to write to. @param {number} person */
  writeTo(person) {
    this.showPersons(person);
    this.to.value = `person ${person}`;
    this.focus();
  }

  /** Where the text goes: a channel, and a person if it is private. @returns {{channel: number, to: number}} */
  target() {
    const [kind, value] = this.to.value.split(" ");
    return kind === "person" ? { channel: DIRECT, to: Number(value) } : { channel: Number(value), to: 0 };
  }

  typed() {
    const text = this.field.value;
    const fits = limited(text, text.startsWith("/") ? COMMAND_CHARACTERS : 0);
    if (fits !== text) this.field.value = fits;
    if (this.typing.isDue(fits, performance.now())) this.actions.type(this.target());
  }

  submit() {
    const parsed = parse(this.field.value, this.game.names);
    if (parsed.kind === "nothing") return this.leave();
    if (parsed.kind === "message" && parsed.name === "say" && parsed.message.channel === ROOM) {
      Object.assign(parsed.message, this.target());
    }
    if (parsed.kind !== "fault") this.field.value = "";
    this.typing.stop();
    this.actions.say(parsed);
  }

  /** Forgets what was shown. */
  clear() {
    this.log.replaceChildren();
  }

  /** @param {Message[]} lines that are new */
  add(lines) {
    this.log.ariaLive = lines.length > HISTORY ? "off" : "polite";
    this.log.append(...lines.map((line) => this.draw(line)));
    while (this.log.children.length > LINES_MAX) this.log.firstChild.remove();
    this.keepEnd();
    const said = lines.filter(({ person }) => person !== 0 && person !== this.game.person).length;
    if (!this.isOpen && lines.length <= HISTORY) this.unread += said;
  }

  /** @param {Message} line */
  draw(line) {
    const time = new Date(line.time * 1000);
    const clock = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    const item = make("p", {}, make("time", { dateTime: time.toISOString() }, clock), " ");
    if (line.channel !== ROOM) item.append(make("span", { className: "channel" }, CHANNELS[line.channel].words), " ");
    if (line.person === 0) {
      item.className = "server";
      item.append(line.text);
      return item;
    }
    const author = make("b", {}, line.name);
    const member = this.game.roster.members().find(({ person }) => person === line.person);
    if (member) author.style.color = COLORS[member.color].rgb;
    item.append(author);
    if (line.channel === DIRECT && line.person === this.game.person)
      item.append(` to ${this.game.nameOfPerson(line.to)}`);
    item.append(`: ${line.text}`);
    return item;
  }

  /** Says something here that nobody else reads. @param {string} text */
  note(text) {
    this.log.append(make("p", { className: "server" }, text));
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** @param {boolean} shown @param {number} now */
  show(shown, now) {
    this.panel.hidden = !shown;
    this.opener.hidden = !shown;
    write(this.writing, this.game.talk.typing(now));
    write(this.opener, this.unread > 0 ? `Chat (${this.unread})` : "Chat");
    this.showPersons(0);
  }

  /** Offers the channels, and those whom one can write to. @param {number} more a person beside those of the room */
  showPersons(more) {
    const { roster, person: own } = this.game;
    const persons = roster.members().filter(({ person, kind }) => person !== own && kind !== "practice");
    const options = persons.map(({ person, name, color }) => ({ value: `person ${person}`, name, color }));
    const kept = more || (this.to.value?.startsWith("person") ? this.target().to : 0);
    if (kept && !persons.some(({ person }) => person === kept)) {
      options.push({ value: `person ${kept}`, name: this.game.nameOfPerson(kept), color: -1 });
    }
    const key = JSON.stringify(options);
    if (key === this.persons) return;
    this.persons = key;
    const chosen = this.to.value;
    const channels = [ROOM, LOBBY].map((at) =>
      make("option", { value: `channel ${at}` }, `to the ${CHANNELS[at].words}`),
    );
    channels[1].textContent = `to ${CHANNELS[LOBBY].words}`;
    this.to.replaceChildren(...channels, ...options.map(({ value, name }) => make("option", { value }, `to ${name}`)));
    this.to.value = [...this.to.options].some((option) => option.value === chosen) ? chosen : `channel ${ROOM}`;
  }
}

/** What /help shows: the keys, and the commands. @param {readonly {words: string, doc: string}[]} commands */
export function helpOf(commands) {
  const keys =
    "Keys: arrows or W A S D walk, Space and Shift act, Enter writes, Tab shows the scores, Esc goes to the menu.";
  return [keys, ...commands.map(({ words, doc }) => `${words} ${doc}`)];
}
