// The bridge to the replica, common/replica.c as WebAssembly: decoded messages are written into its memory and
// draw lists read back, by the generated offsets only. What it means stands in common/replica.h.

import { LAYOUT, SIGNED, TYPES } from "./gen/protocol.js";
import { REPLICA_WASM } from "./gen/replica.wasm.js";

/** @typedef {import("./wire.js").Message} Message */
/** @typedef {{id: number, x: number, y: number, own: number, foretold: number, flags: number}} DrawItem */
/** @typedef {{seq: number, tick: number, buttons: number}} Input */
/** @typedef {{left: number, top: number, scale: number}} Fit */

/** @type {Record<string, Record<string, number>>} */
const layout = LAYOUT;
/** @type {Record<string, import("./wire.js").Type>} */
const types = TYPES;
/** @type {Record<string, string[]>} */
const signed = SIGNED;

const BOXES_MAX = 4096;
const HISTORY = 64;
const utf8 = new TextEncoder();

/** Bytes that a record's lists need beside the record. @param {string} name @param {Message} record @returns {number} */
function listBytes(name, record) {
  let bytes = 0;
  for (const { kind, name: field, of = "" } of types[name].fields) {
    if (kind !== "list") continue;
    for (const item of record[field]) bytes += layout[of].size + listBytes(of, item);
  }
  return bytes;
}

export class Replica {
  /** @param {WebAssembly.Instance} instance */
  constructor(instance) {
    /** @type {any} */
    this.wasm = instance.exports;
    this.view = new DataView(this.wasm.memory.buffer);
    this.wasm.create(BOXES_MAX, HISTORY);
    this.inputsAt = this.wasm.inputs_memory();
    this.itemsAt = this.wasm.items_memory();
    /** @type {Message | undefined} */
    this.map = undefined;
  }

  /** The memory, anew if it grew. */
  memory() {
    if (this.view.buffer !== this.wasm.memory.buffer) this.view = new DataView(this.wasm.memory.buffer);
    return this.view;
  }

  /**
   * Writes a record at an address, its lists from `free` on; returns the first address behind them.
   * @param {string} name @param {Message} record @param {number} at @param {number} free @returns {number}
   */
  store(name, record, at, free) {
    const memory = this.memory();
    for (const { kind, name: field, of = "" } of types[name].fields) {
      const to = at + layout[name][field];
      if (kind === "list") free = this.storeList(of, record[field], to, free);
      else if (kind === "str") this.storeText(record[field], to);
      else if (kind !== "mask") memory.setUint32(to, record[field], true);
    }
    return free;
  }

  /** @param {string} of @param {Message[]} records @param {number} to @param {number} free @returns {number} */
  storeList(of, records, to, free) {
    this.view.setUint32(to, free, true);
    this.view.setUint32(to + 4, records.length, true);
    let at = free;
    free += records.length * layout[of].size;
    for (const record of records) {
      free = this.store(of, record, at, free);
      at += layout[of].size;
    }
    return free;
  }

  /** @param {string} text @param {number} to */
  storeText(text, to) {
    const bytes = utf8.encode(text);
    new Uint8Array(this.view.buffer).set(bytes, to);
    this.view.setUint8(to + bytes.length, 0);
  }

  /** Writes a message into memory that `allot` gives. @param {Message} message @param {(bytes: number) => number} allot */
  hand(message, allot) {
    const name = message.message;
    const at = allot(layout[name].size + listBytes(name, message));
    this.store(name, message, at, at + layout[name].size);
    return at;
  }

  /** @param {string} name @param {number} at @returns {any} */
  load(name, at) {
    const memory = this.memory();
    /** @type {Record<string, number>} */
    const record = {};
    for (const [field, offset] of Object.entries(layout[name])) {
      if (field === "size") continue;
      record[field] = signed[name].includes(field)
        ? memory.getInt32(at + offset, true)
        : memory.getUint32(at + offset, true);
    }
    return record;
  }

  /** @param {string} name @param {number} at @param {number} count @returns {any[]} */
  loadList(name, at, count) {
    return Array.from({ length: count }, (_, index) => this.load(name, at + index * layout[name].size));
  }

  /** Starts anew. Times are in ms. @param {Message} message @param {number} roundTrip @param {number} now */
  welcome(message, roundTrip, now) {
    this.wasm.welcome(this.hand(message, this.wasm.message_memory), roundTrip, now);
    this.map = undefined;
  }

  /** Takes a map; false if no world can be made of it, or its step is not known here. @param {Message} message @returns {boolean} */
  setMap(message) {
    const fits = this.wasm.set_map(this.hand(message, this.wasm.map_memory)) !== 0;
    this.map = fits ? message : undefined;
    return fits;
  }

  /** From a tick on boxes move by another step; false if it is not known here. @param {Message} message @returns {boolean} */
  setStep(message) {
    return this.wasm.set_step(this.hand(message, this.wasm.message_memory)) !== 0;
  }

  /** Takes a frame; a map must have come before. @param {Message} message @param {number} now */
  applyFrame(message, now) {
    this.wasm.apply_frame(this.hand(message, this.wasm.message_memory), now);
  }

  /** Lets time pass with these buttons held; returns what to send. @param {number} buttons @param {number} now @returns {Input[]} */
  advance(buttons, now) {
    return this.loadList("replica_input", this.inputsAt, this.wasm.advance(buttons, now));
  }

  /** The boxes to draw at the time of the last advance, in id order. @returns {DrawItem[]} */
  draw() {
    return this.loadList("draw_item", this.itemsAt, this.wasm.draw());
  }

  /** The cell to ask for by resync, or -1. @returns {number} */
  wantedCell() {
    return this.wasm.wanted_cell();
  }

  stats() {
    return this.load("replica_stats", this.wasm.stats());
  }

  /** True if there is something to draw. @returns {boolean} */
  isReady() {
    return this.wasm.is_ready() !== 0;
  }

  /** Where the world lies in a window of so many pixels. @param {number} width @param {number} height @param {number} x @param {number} y @returns {Fit} */
  fit(width, height, x, y) {
    return this.load("view_fit", this.wasm.fit_view(width, height, x, y));
  }
}

/** @returns {Promise<WebAssembly.Module>} */
export function compileReplica() {
  return WebAssembly.compile(Uint8Array.from(atob(REPLICA_WASM), (letter) => letter.charCodeAt(0)));
}

/** A replica of its own memory. @param {WebAssembly.Module} module */
export async function createReplica(module) {
  return new Replica(await WebAssembly.instantiate(module));
}
