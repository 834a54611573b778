// The codec: objects to MessagePack arrays, driven by the tables of gen/protocol.js, and back by wire_decode.js.
// Twin of common/wire.c: the same bytes.

import { TYPES } from "./gen/protocol.js";
import { emptyOf } from "./wire_decode.js";

export { decode, WireFault } from "./wire_decode.js";

/** @typedef {{name: string, kind: string, bit: number, min: number, max: number, of?: string}} Field */
/** @typedef {{id: number, from: string, required: number, masked: boolean, fields: Field[]}} Type */
/** @typedef {Record<string, any>} Message  fields by name, and the message's own name as `message` */

/** @type {Record<string, Type>} */
const types = TYPES;

const utf8Encoder = new TextEncoder();

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
    else if (utf8.length <= 0xff) this.number(0xd9, 1, utf8.length);
    else this.number(0xda, 2, utf8.length);
    const at = this.take(utf8.length);
    this.bytes.set(utf8, at);
  }
}

/** What the record holds there; what it does not name is 0 or empty. @param {Message} record @param {Field} field */
function heldIn(record, field) {
  return record[field.name] ?? emptyOf(field);
}

/** @param {Message} record @param {Field} field */
function isEmpty(record, field) {
  const value = heldIn(record, field);
  return value === 0 || value.length === 0;
}

/** The mask of a masked record: which of the optional fields are not 0. @param {Type} type @param {Message} record */
function maskOf(type, record) {
  let mask = 0;
  for (const field of type.fields) if (field.bit >= 0 && !isEmpty(record, field)) mask |= 1 << field.bit;
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
    if (field.kind === "int") appendInt(out, field, heldIn(record, field));
    else if (field.kind === "str") out.text(heldIn(record, field), field.max);
    else if (field.kind === "list") appendList(out, field, heldIn(record, field));
    else out.int(mask);
  }
}

/**
 * The bytes of a message. A field that is absent is 0 or empty. Values out of range are our own mistake and throw a
 * RangeError.
 * @param {string} name
 * @param {Message} [message]
 * @returns {Uint8Array}
 */
export function encode(name, message = {}) {
  const out = new Writer();
  const type = types[name];
  let count = type.fields.length;
  while (count > type.required && isEmpty(message, type.fields[count - 1])) count--;
  out.array(count + 1);
  out.int(type.id);
  appendFields(out, type, message, count);
  return out.bytes.slice(0, out.size);
}
