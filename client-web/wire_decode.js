// The other half of the codec: bytes to objects. Twin of common/wire_decode.c: the same faults, at the same fields.
//
// Decoding trusts nobody: what it accepts lies in the schema's ranges, so everything behind it trusts the object.

import { TYPES } from "./gen/protocol.js";

/** @typedef {import("./wire.js").Field} Field */
/** @typedef {import("./wire.js").Type} Type */
/** @typedef {import("./wire.js").Message} Message */

/** @type {Record<string, Type>} */
const types = TYPES;

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Why bytes were refused: `fault` has the name it has in C, `field` says where it lay. */
export class WireFault extends Error {
  /** @param {string} fault @param {string} field */
  constructor(fault, field) {
    super(`${fault} (${field})`);
    this.fault = fault;
    this.field = field;
  }
}

/** Where reading stands, and in which field. */
class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = 0;
    this.field = "";
  }

  left() {
    return this.bytes.length - this.at;
  }

  /** @param {string} fault @returns {WireFault} */
  fault(fault) {
    return new WireFault(fault, this.field);
  }

  /** Steps over `count` bytes and returns where they start. @param {number} count */
  take(count) {
    if (this.left() < count) throw this.fault("truncated");
    this.at += count;
    return this.at - count;
  }

  /** @param {number} size of the number, in bytes */
  unsigned(size) {
    const at = this.take(size);
    if (size === 1) return this.view.getUint8(at);
    if (size === 2) return this.view.getUint16(at);
    return size === 4 ? this.view.getUint32(at) : Number(this.view.getBigUint64(at));
  }

  /** @param {number} size of the number, in bytes */
  signed(size) {
    const at = this.take(size);
    if (size === 1) return this.view.getInt8(at);
    if (size === 2) return this.view.getInt16(at);
    return size === 4 ? this.view.getInt32(at) : Number(this.view.getBigInt64(at));
  }

  /** The first bytes of any value: its kind, and its number, length or count. @returns {[string, number]} */
  head() {
    const first = this.unsigned(1);
    if (first <= 0x7f) return ["int", first];
    if (first >= 0xe0) return ["int", first - 0x100];
    if (first >= 0x90 && first <= 0x9f) return ["list", first & 0x0f];
    if (first >= 0xa0 && first <= 0xbf) return ["str", first & 0x1f];
    if (first >= 0xcc && first <= 0xcf) return ["int", this.unsigned(1 << (first - 0xcc))];
    if (first >= 0xd0 && first <= 0xd3) return ["int", this.signed(1 << (first - 0xd0))];
    if (first >= 0xd9 && first <= 0xdb) return ["str", this.unsigned(1 << (first - 0xd9))];
    if (first === 0xdc || first === 0xdd) return ["list", this.unsigned(first === 0xdc ? 2 : 4)];
    return ["other", 0];
  }

  /** @param {string} kind */
  kind(kind) {
    const [found, value] = this.head();
    if (found !== kind) throw this.fault("wrong_type");
    return value;
  }

  /** @param {number} low @param {number} high */
  int(low, high) {
    const value = this.kind("int");
    if (value < low || value > high) throw this.fault("out_of_range");
    return value;
  }

  /** @param {number} max */
  text(max) {
    const size = this.kind("str");
    if (size > max) throw this.fault("too_long");
    const start = this.take(size);
    const utf8 = this.bytes.subarray(start, this.at);
    if (utf8.includes(0)) throw this.fault("bad_text");
    try {
      return utf8Decoder.decode(utf8);
    } catch {
      throw this.fault("bad_text");
    }
  }
}

/** Elements that every record has: those before the mask and the mask, or all. @param {Type} type */
function elementsAtLeast(type) {
  return type.fields.filter((field) => field.bit < 0).length;
}

/** @param {Reader} input @param {Field} field */
function readList(input, field) {
  const array = { elements: input.kind("list") };
  if (array.elements > input.left()) throw input.fault("truncated");
  const type = types[/** @type {string} */ (field.of)];
  const records = [];
  while (array.elements > 0) {
    input.field = field.name;
    if (records.length === field.max) throw input.fault("too_long");
    if (array.elements < elementsAtLeast(type)) throw input.fault("wrong_count");
    records.push(readRecord(input, type, type.fields.length, array));
  }
  return records;
}

/** @param {Reader} input @param {Type} type */
function readMask(input, type) {
  let bits = 0;
  for (const field of type.fields) if (field.bit >= 0) bits |= 1 << field.bit;
  return input.int(0, bits);
}

/**
 * A field behind the mask: absent ones are 0, and a present one must not be 0, so that a record has one form.
 * @param {Reader} input @param {Field} field @param {number} mask @param {{elements: number}} array
 */
function readMaskedField(input, field, mask, array) {
  const set = (mask >> field.bit) & 1;
  if (field.kind === "mark" || !set) return set;
  if (array.elements-- === 0) throw input.fault("wrong_count");
  const value = input.int(field.min, field.max);
  if (value === 0) throw input.fault("out_of_range");
  return value;
}

/** What a field holds that is left out. @param {Field} field */
export function emptyOf(field) {
  if (field.kind === "list") return [];
  return field.kind === "str" ? "" : 0;
}

/** @param {Reader} input @param {Field} field */
function readField(input, field) {
  if (field.kind === "list") return readList(input, field);
  return field.kind === "str" ? input.text(field.max) : input.int(field.min, field.max);
}

/**
 * Reads the first `count` fields, taking from the elements of the array around them.
 * @param {Reader} input @param {Type} type @param {number} count @param {{elements: number}} array
 */
function readRecord(input, type, count, array) {
  /** @type {Message} */
  const record = {};
  let mask = 0;
  for (const [index, field] of type.fields.entries()) {
    if (index >= count) {
      record[field.name] = emptyOf(field);
      continue;
    }
    input.field = field.name;
    if (field.bit >= 0) {
      record[field.name] = readMaskedField(input, field, mask, array);
      continue;
    }
    array.elements--;
    if (field.kind === "mask") mask = readMask(input, type);
    else record[field.name] = readField(input, field);
  }
  return record;
}

/**
 * The message that these bytes from "client" or "server" are, as {message: name, ...fields}; throws WireFault.
 * @param {Uint8Array} bytes
 * @param {string} from
 * @returns {Message}
 */
export function decode(bytes, from) {
  const input = new Reader(bytes);
  input.field = "message";
  const array = { elements: input.kind("list") };
  if (array.elements === 0) throw input.fault("wrong_count");
  input.field = "id";
  const id = input.int(0, 0xffffffff);
  const name = Object.keys(types).find((key) => types[key].id === id && types[key].from === from);
  if (!name) throw input.fault("unknown");
  const type = types[name];
  input.field = name;
  array.elements--;
  if (array.elements < type.required || array.elements > type.fields.length) throw input.fault("wrong_count");
  const message = { message: name, ...readRecord(input, type, array.elements, array) };
  input.field = name;
  if (input.left() > 0) throw input.fault("trailing");
  return message;
}
