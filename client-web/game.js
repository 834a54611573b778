// What the page knows of the game, each part in its own file, and a few answers that need several of them.

import { Directory } from "./directory.js";
import { SEAT } from "./gen/protocol.js";
import { Room } from "./room.js";
import { Roster } from "./roster.js";
import { Talk } from "./talk.js";

/** @typedef {import("./wire.js").Message} Message */

export class Game {
  constructor() {
    this.room = new Room();
    this.roster = new Roster();
    this.talk = new Talk();
    this.directory = new Directory();
    this.ownId = 0;
    this.person = 0;
    /** Of the match's clock: now, and ticks a second. */
    this.tick = 0;
    this.rate = 30;
    /** Whom a spectator looks at; 0: nobody. */
    this.followed = 0;
  }

  /** @param {Message} welcome */
  welcome(welcome) {
    this.ownId = welcome.id;
    this.person = welcome.person;
    this.tick = welcome.tick;
    this.rate = welcome.tick_rate;
    this.room.clear();
    this.roster.clear();
    if (!welcome.resumed) this.talk.clear();
  }

  /** True if the message was of the room or beyond it. @param {Message} message */
  apply(message) {
    if (message.message === "roster") this.roster.apply(message);
    else return this.room.apply(message) || this.directory.apply(message);
    return true;
  }

  get isHost() {
    return this.roster.is(this.ownId, SEAT.HOST);
  }

  /** The host's name, or an empty one. */
  get hostName() {
    return this.roster.members().find((member) => member.flags & SEAT.HOST)?.name ?? "";
  }

  /** Has the player no box, so that the picture follows another's? */
  get isWatching() {
    const { flags } = this.roster.standingOf(this.ownId);
    return this.roster.standings.has(this.ownId) && (flags & (SEAT.WATCHING | SEAT.OUT)) !== 0 && !this.isRelay;
  }

  /** Does a display run the game, so that its picture is the game's? */
  get isRelay() {
    return this.room.room.relay === 1;
  }

  /** The teams that anybody is in or that have points, with their numbers: a match may use fewer than there are. */
  get teamsInPlay() {
    const used = new Set(this.roster.members().map(({ team }) => team));
    const teams = this.room.teams.map((team, at) => ({ ...team, number: at + 1 }));
    return /** @type {(Message & {number: number})[]} */ (teams).filter(
      ({ number, score }) => used.has(number) || score,
    );
  }

  get secondsLeft() {
    return this.room.secondsLeft(this.tick, this.rate);
  }

  /** Looks at the next one, or the one before. @param {number} step 1 or -1 */
  follow(step) {
    const ids = this.roster.watchable().map(({ id }) => id);
    const at = ids.indexOf(this.followed);
    this.followed = ids.length === 0 ? 0 : ids[(at + step + ids.length + (at < 0 && step < 0 ? 1 : 0)) % ids.length];
  }

  /** Keeps somebody in view, while there is anybody. */
  keepFollowing() {
    if (!this.isWatching) this.followed = 0;
    else if (!this.roster.watchable().some(({ id }) => id === this.followed)) this.follow(1);
  }

  /** A person's name, as far as it is known. @param {number} person */
  nameOfPerson(person) {
    const member = this.roster.members().find((one) => one.person === person);
    return member?.name ?? this.directory.people.find((one) => one.person === person)?.name ?? "somebody";
  }

  /** Who can be named in a command. @returns {import("./commands.js").Names} */
  get names() {
    const members = this.roster.members();
    const people = members.map(({ person, name }) => ({ id: person, name }));
    const elsewhere = this.directory.people.map(({ person, name }) => ({ id: person, name }));
    return { members: members.map(({ id, name }) => ({ id, name })), people: [...people, ...elsewhere] };
  }
}
