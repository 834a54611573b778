// A connection with a fake clock and a fake wire, for its tests.

import { Connection } from "../../client-web/connection.js";
import { CODES, VERSION } from "../../client-web/gen/protocol.js";
import { decode, encode } from "../../client-web/wire.js";

export const FRAME = {
  ticks: 1,
  acks: 0,
  slack: 0,
  turns: [],
  states: [],
  checks: [],
  keyframes: [],
  dropped: [],
  gone: [],
};
export const WELCOME = {
  version: VERSION,
  id: 3,
  tick: 9,
  tick_rate: 30,
  map_hash: 1,
  room: "RK7T",
  person: 1,
  token: "a".repeat(32),
};

/** @param {string} name */
export function wish(name) {
  return { room: "RK7T", name, kind: "web", watch: 0 };
}

/** @param {string} name */
export function codeOf(name) {
  return CODES.findIndex((code) => code.name === name);
}

/** A connection and the world around it. */
export class Bench {
  constructor() {
    this.now = 1000;
    this.probed = /** @type {any} */ ("nobody");
    this.reloads = 0;
    this.makesSense = true;
    this.random = 0.5;
    this.mayReload = true;
    /** @type {any[]} */
    this.sockets = [];
    /** @type {any[]} */
    this.heard = [];
    /** The highest line that the page shows. */
    this.line = 0;
    this.polled = 0;
    this.seats = new Map();
    this.connection = new Connection(
      {
        address: "box.local:8765",
        now: () => this.now,
        random: () => this.random,
        open: () => this.open(),
        poll: () => {
          this.polled++;
          return this.openPolling();
        },
        seats: {
          find: (room) => this.seats.get(room),
          keep: (room, seat) => void this.seats.set(room, seat),
          forget: (room) => void this.seats.delete(room),
        },
        probe: async () => this.probed,
        reloadOnce: () => {
          if (this.mayReload) this.reloads++;
          return this.mayReload;
        },
      },
      {
        onWelcome: (message, roundTrip) => this.heard.push([message.message, roundTrip]),
        onMessage: (message) => this.heard.push([message.message]) > 0 && this.makesSense,
        onState: () => this.heard.push(["state", this.connection.state]),
        heard: () => this.line,
      },
    );
  }

  open() {
    const socket = { sent: /** @type {any[]} */ ([]), closed: false, onopen: null, onmessage: null, onclose: null };
    const doors = {
      binaryType: "",
      send: (/** @type {Uint8Array} */ bytes) => socket.sent.push(decode(bytes, "client")),
      close: () => {
        socket.closed = true;
      },
    };
    this.sockets.push(Object.assign(socket, doors));
    return /** @type {any} */ (socket);
  }

  /** One that takes and gives messages as objects. */
  openPolling() {
    const socket = this.open();
    socket.send = (/** @type {any} */ message) => socket.sent.push(message);
    return socket;
  }

  get socket() {
    return this.sockets[this.sockets.length - 1];
  }

  /** @param {string} name @param {Record<string, any>} message */
  receive(name, message) {
    this.socket.onmessage?.({ data: encode(name, message).buffer });
  }

  /** Lets time pass in small steps. @param {number} ms */
  pass(ms) {
    for (const end = this.now + ms; this.now < end; ) {
      this.now += 100;
      this.connection.step();
    }
  }

  /** Lets promises settle. */
  settle() {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass until it tries again. */
  passToNextTry() {
    for (const tries = this.sockets.length; this.sockets.length === tries; ) this.pass(100);
  }

  play() {
    if (this.sockets.length === 0) this.connection.join(wish("Ada"));
    this.socket.onopen();
    this.receive("welcome", WELCOME);
    this.receive("frame", FRAME);
    return this;
  }

  get state() {
    return this.connection.state;
  }
}
