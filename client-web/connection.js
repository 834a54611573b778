// The connection to the server: connecting, joining, playing, and trying again with growing waits. It is told
// the time and handed its doors to the outside, so tests run it with a fake clock and a fake wire.

import { LIMITS, STATES, VERSION } from "./gen/protocol.js";
import { decode, encode } from "./wire.js";
import { nameOfCode, wordsOfCode, wordsOfState } from "./words.js";

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {keyof typeof STATES} State */

/**
 * What a browser's WebSocket offers and this file uses. One that polls takes and gives messages as objects.
 * @typedef {object} Socket
 * @property {string} binaryType
 * @property {(data: any) => void} send
 * @property {() => void} close
 * @property {((event: any) => void) | null} onopen
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onclose
 */

/**
 * The outside.
 * @typedef {object} Doors
 * @property {string} address  to tell the player
 * @property {() => number} now  ms of a clock that never goes back
 * @property {() => number} random  below 1
 * @property {() => Socket} open  begins a connection
 * @property {() => Socket} poll  begins one without a WebSocket
 * @property {() => Promise<State>} probe  why an attempt failed, as far as can be told
 * @property {() => boolean} reloadOnce  loads the page anew, or false if it already did
 * @property {Pick<import("./seats.js").Seats, "find" | "keep" | "forget">} seats
 */

/**
 * Whom it tells.
 * @typedef {object} Listener
 * @property {(welcome: Message, roundTrip: number, now: number) => void} onWelcome
 * @property {(message: Message, now: number) => boolean} onMessage  all else; false if it makes no sense
 * @property {() => void} onState
 * @property {() => number} heard  the highest id of a talk's line that this page shows
 */

/**
 * Where to, and as what.
 * @typedef {object} Wish
 * @property {string} room  a code, or empty for general
 * @property {string} name  empty gets a friendly one
 * @property {string} kind
 * @property {number} watch  1: as a spectator
 */

/** Ends that time does not heal: nothing is tried again by itself. */
const FINAL = ["version_differs", "unknown_room", "left", "kicked", "taken_over", "room_ended"];

/** Ends after which the seat is not there to come back to. */
const SEATLESS = ["unknown_room", "left", "kicked", "room_ended"];

/** Whoever gets these is in the game. */
const BEGINS = ["frame", "positions"];

/** Seconds to wait before trying again, after the first failure, the second, ...; the last for all that follow. */
export const WAITS = [1, 2, 3, 5, 8, 10];

/** Play that lasted this long was no failure: the waits start anew. */
const SETTLED_MS = 5000;

/** Within so long, at random, such play is tried again if it was lost: mostly the network only hiccuped, or changed. */
export const AGAIN_MS = 300;

/** So often a WebSocket fails to open, though the server answers, before it is held to be blocked. */
const BLOCKED = 2;

export class Connection {
  /** @param {Doors} doors @param {Listener} listener */
  constructor(doors, listener) {
    this.doors = doors;
    this.listener = listener;
    /** @type {Wish} */
    this.wish = { room: "", name: "", kind: "web", watch: 0 };
    /** @type {State} */
    this.state = "connecting";
    /** Why the server ended it: the code's name, and the sentence. */
    this.code = "";
    this.reason = "";
    /** Round trip in ms, or -1 before the first pong. */
    this.ping = -1;
    /** @type {Socket | undefined} */
    this.socket = undefined;
    /** Is this connection, or was the last one, without a WebSocket? */
    this.polls = false;
    /** WebSockets that failed to open though the server answered. */
    this.blocked = 0;
    /** When the state began, when the server was last heard, and when to try again: ms; 0 is never. */
    this.since = 0;
    this.heardAt = 0;
    this.retryAt = 0;
    this.pingedAt = 0;
    this.failures = 0;
    this.welcomed = false;
  }

  /** Goes there, from wherever it is. @param {Wish} wish */
  join(wish) {
    this.drop();
    this.wish = wish;
    this.failures = 0;
    this.connect();
  }

  /** Tries again at once, if it is waiting: the network seems to be back. */
  hurry() {
    if (this.retryAt > 0) this.connect();
  }

  /** Tries again at once because somebody wants it, though it may have given up. */
  retryNow() {
    if (!this.socket && (this.retryAt > 0 || this.state === "refused")) this.connect();
  }

  /** Leaves on purpose, without coming back by itself: the seat is given up. */
  leave() {
    if (this.state === "playing") this.send("leave");
    this.doors.seats.forget(this.wish.room);
    this.pause();
  }

  /** Closes without a word, for a page that is hidden away: the seat is held. */
  pause() {
    this.drop();
    this.retryAt = 0;
  }

  /** @param {string} name @param {Message} [message] */
  send(name, message) {
    this.socket?.send(this.polls ? { message: name, ...message } : encode(name, message));
  }

  /** Does what is due by now. To be called a few times a second, and more often is harmless. */
  step() {
    const now = this.doors.now();
    if (this.retryAt > 0 && now >= this.retryAt) this.connect();
    if (!this.socket) return;
    const limit = this.state === "playing" ? LIMITS.SILENT_MS : LIMITS.CONNECT_MS;
    if (now - this.heardAt >= limit) this.timeOut();
    else if (this.state === "playing" && now - this.pingedAt >= LIMITS.PING_MS) this.sendPing(now);
  }

  /** Nothing was heard for too long. Some proxies let a WebSocket hang, so see whether the server answers otherwise. */
  timeOut() {
    if (this.state === "connecting" && !this.polls) {
      this.doors.probe().then((state) => {
        if (state === "lost") this.blocked++;
      });
    }
    this.fail(this.state === "playing" ? "lost" : "timed_out");
  }

  /** For how many whole seconds of play the server has said nothing; 0 while it talks. */
  silence() {
    return this.state === "playing" ? Math.floor((this.doors.now() - this.heardAt) / 1000) : 0;
  }

  /** What to tell the player. */
  words() {
    return this.wordsOf(this.state);
  }

  /** @param {State} state */
  wordsOf(state) {
    const wait = Math.max(1, Math.ceil((this.retryAt - this.doors.now()) / 1000));
    const waited = LIMITS.CONNECT_MS / 1000;
    return wordsOfState(state, { address: this.doors.address, seconds: wait, waited, reason: this.reason });
  }

  connect() {
    this.retryAt = 0;
    this.welcomed = false;
    this.ping = -1;
    this.heardAt = this.doors.now();
    this.enter("connecting");
    this.polls = this.blocked >= BLOCKED;
    if (this.polls) this.blocked = BLOCKED - 1; // the next connection tries a WebSocket again, once
    const socket = this.polls ? this.doors.poll() : this.doors.open();
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => this.received(event.data);
    socket.onclose = () => this.closed();
    this.socket = socket;
  }

  /** @param {State} state */
  enter(state) {
    this.state = state;
    this.since = this.doors.now();
    this.listener.onState();
  }

  opened() {
    this.heardAt = this.doors.now();
    if (!this.polls) this.blocked = 0;
    const { room, name, kind, watch } = this.wish;
    const token = this.doors.seats.find(room)?.token ?? "";
    const heard = token ? this.listener.heard() : 0;
    this.send("hello", { version: VERSION, kind, room, name, token, heard, watch });
    this.enter("joining");
  }

  /** @param {any} data */
  received(data) {
    const now = this.doors.now();
    this.heardAt = now;
    /** @type {Message} */
    let message;
    try {
      message = this.polls ? data : decode(new Uint8Array(data), "server");
    } catch (fault) {
      this.misunderstood(fault);
      return;
    }
    this.take(message, now);
  }

  /** @param {Message} message @param {number} now */
  take(message, now) {
    if (message.message === "refused" || message.message === "goodbye") this.end(message);
    else if (message.message === "pong") this.ping = now - this.pingedAt;
    else if (message.message === "welcome") this.takeWelcome(message, now);
    else if (!this.welcomed || !this.listener.onMessage(message, now)) this.misunderstood(message.message);
    else if (this.state === "joining" && BEGINS.includes(message.message)) this.enter("playing");
  }

  /** @param {Message} message @param {number} now */
  takeWelcome(message, now) {
    const { token, person } = message;
    this.welcomed = true;
    if (this.wish.room) this.wish.room = message.room; // as the server writes it
    if (token) this.doors.seats.keep(this.wish.room, { token, person, name: this.wish.name });
    this.pingedAt = now - LIMITS.PING_MS; // measured at once, and again each PING_MS
    this.listener.onWelcome(message, now - this.since, now);
  }

  /** @param {unknown} what */
  misunderstood(what) {
    console.error("a message of the server's was not understood:", what);
    this.fail("not_tickbox");
  }

  /** @param {number} now */
  sendPing(now) {
    this.pingedAt = now;
    this.send("ping", { time: Math.floor(now) >>> 0 });
  }

  /** The server said that it is over. @param {Message} message */
  end(message) {
    const code = nameOfCode(message.code);
    if (code === "version_differs" && this.doors.reloadOnce()) return;
    if (SEATLESS.includes(code)) this.doors.seats.forget(this.wish.room);
    this.code = code;
    this.reason = wordsOfCode(message.code, message.param, VERSION.toString(16).padStart(8, "0"));
    this.fail(FINAL.includes(code) ? "refused" : "ended");
  }

  closed() {
    this.socket = undefined;
    if (this.state !== "connecting") this.fail("lost");
    else this.doors.probe().then((state) => this.state === "connecting" && !this.socket && this.failedToOpen(state));
  }

  /** @param {State} state what the probe found */
  failedToOpen(state) {
    if (state === "lost" && !this.polls) this.blocked++;
    if (this.blocked >= BLOCKED) this.connect();
    else this.fail(state);
  }

  /** Gives this connection up, and tries again later unless it was refused. @param {State} state */
  fail(state) {
    const now = this.doors.now();
    this.drop();
    const settled = this.state === "playing" && now - this.since >= SETTLED_MS;
    if (settled) this.failures = 0;
    const wait = settled && state === "lost" ? this.doors.random() * AGAIN_MS : this.nextWait();
    this.retryAt = state === "refused" ? 0 : now + wait;
    this.enter(state);
  }

  /** In ms; an eighth more or less, so that not everybody comes back at once. */
  nextWait() {
    const wait = WAITS[Math.min(this.failures, WAITS.length - 1)] * 1000;
    this.failures++;
    return wait * (0.875 + this.doors.random() / 4);
  }

  drop() {
    if (!this.socket) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = undefined;
  }
}
