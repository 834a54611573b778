// The codec: objects to MessagePack arrays and back, driven by the tables of gen/protocol.js. Twin of
// common/wire.c and common/wire_decode.c: the same bytes, the same faults.
//
// Decoding trusts nobody: what it accepts lies in the schema's ranges, so everything behind it trusts the object.

import { TYPES } from "./gen/protocol.js";

/** @typedef {{name: string, kind: string, bit: number, min: number, max: number, of?: string}} Field */
/** @typedef {{id: number, from: string, required: number, masked: boolean, fields: Field[]}} Type */
/** @typedef {Record<string, any>} Message  fields by name, and the message's own name as `message` */

/** @type {Record<string, Type>} */
const types = TYPES;

const utf8Encoder = new TextEncoder();
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

class Writer {
  bytes = new Uint8Array(256);
  view = new DataView(this.bytes.buffer);
  size = 0;

  /** Makes room for `count` more bytes and returns where they start. @param {number} count */
  take(count) {
    const at = this.size;
    this.size += count;
    if (this.size > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.size, 2 * this.bytes.length));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return at;
  }

  /** @param {number} value */
  byte(value) {
    const at = this.take(1); // first: it may replace the view
    this.view.setUint8(at, value);
  }

  /** A value of 1, 2, 4 or 8 bytes, after its first byte. @param {number} first @param {number} size @param {number} value */
  number(first, size, value) {
    this.byte(first);
    const at = this.take(size);
    if (size === 1) this.view.setUint8(at, value);
    else if (size === 2) this.view.setUint16(at, value);
    else this.view.setUint32(at, value);
  }

  /** @param {number} value */
  int(value) {
    if (value >= 0) {
      if (value <= 0x7f) this.byte(value);
      else if (value <= 0xff) this.number(0xcc, 1, value);
      else if (value <= 0xffff) this.number(0xcd, 2, value);
      else this.number(0xce, 4, value);
    } else if (value >= -0x20) this.byte(value);
    else if (value >= -0x80) this.number(0xd0, 1, value);
    else if (value >= -0x8000) this.number(0xd1, 2, value);
    else this.number(0xd2, 4, value);
  }

  /** @param {number} count */
  array(count) {
    if (count <= 0x0f) this.byte(0x90 | count);
    else if (count <= 0xffff) this.number(0xdc, 2, count);
    else this.number(0xdd, 4, count);
  }

  /** @param {string} text @param {number} max */
  text(text, max) {
    const utf8 = utf8Encoder.encode(text);
    if (utf8.length > max) throw new RangeError(`text of ${utf8.length} bytes, at most ${max} fit`);
    if (utf8.length <= 0x1f) this.byte(0xa0 | utf8.length);
    else this.number(0xd9, 1, utf8.length);
    const at = this.take(utf8.length);
    this.bytes.set(utf8, at);
  }
}

/** @param {any} value */
function isEmpty(value) {
  return value === 0 || value === "" || value.length === 0;
}

/** The mask of a masked record: which of the optional fields are not 0. @param {Type} type @param {Message} record */
function maskOf(type, record) {
  let mask = 0;
  for (const field of type.fields) if (field.bit >= 0 && !isEmpty(record[field.name])) mask |= 1 << field.bit;
  return mask;
}

/** @param {Field} field @param {number} mask */
function isLeftOut(field, mask) {
  return field.kind === "mark" || (field.bit >= 0 && !((mask >> field.bit) & 1));
}

/** How many array elements the record's fields are. @param {Type} type @param {Message} record */
function elementsOf(type, record) {
  if (!type.masked) return type.fields.length;
  const mask = maskOf(type, record);
  return type.fields.filter((field) => !isLeftOut(field, mask)).length;
}

/** @param {Writer} out @param {Field} field @param {number} value */
function appendInt(out, field, value) {
  if (!Number.isInteger(value) || value < field.min || value > field.max)
    throw new RangeError(`${field.name}: ${value}`);
  out.int(value);
}

/** @param {Writer} out @param {Field} field @param {Message[]} records */
function appendList(out, field, records) {
  if (records.length > field.max) throw new RangeError(`${field.name}: ${records.length} records`);
  const type = types[/** @type {string} */ (field.of)];
  let elements = 0;
  for (const record of records) elements += elementsOf(type, record);
  out.array(elements);
  for (const record of records) appendFields(out, type, record, type.fields.length);
}

/** @param {Writer} out @param {Type} type @param {Message} record @param {number} count */
function appendFields(out, type, record, count) {
  const mask = type.masked ? maskOf(type, record) : 0;
  for (const field of type.fields.slice(0, count)) {
    if (isLeftOut(field, mask)) continue;
    if (field.kind === "int") appendInt(out, field, record[field.name]);
    else if (field.kind === "str") out.text(record[field.name], field.max);
    else if (field.kind === "list") appendList(out, field, record[field.name]);
    else out.int(mask);
  }
}

/**
 * The bytes of a message. Values out of range are our own mistake and throw a RangeError.
 * @param {string} name
 * @param {Message} [message]
 * @returns {Uint8Array}
 */
export function encode(name, message = {}) {
  const out = new Writer();
  const type = types[name];
  let count = type.fields.length;
  while (count > type.required && isEmpty(message[type.fields[count - 1].name])) count--;
  out.array(count + 1);
  out.int(type.id);
  appendFields(out, type, message, count);
  return out.bytes.slice(0, out.size);
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

/** What a trimmed field holds. @param {Field} field */
function emptyOf(field) {
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
