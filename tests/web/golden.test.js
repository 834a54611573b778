// The golden traces of tests/golden, walked by the browser's module. Their format stands in golden.c.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { BUTTONS } from "../../client-web/gen/protocol.js";
import { compileReplica, createReplica } from "../../client-web/replica.js";

const lines = readFileSync(new URL("../golden/steps.txt", import.meta.url), "utf8")
  .split("\n")
  .filter(Boolean);
const module = await compileReplica();
const SUBUNITS = 16;

/** A sim_body is eight int32. */
const BODY_BYTES = 32;
const ARROWS = BUTTONS.UP | BUTTONS.DOWN | BUTTONS.LEFT | BUTTONS.RIGHT;

class Walk {
  /** @param {import("../../client-web/replica.js").Replica} replica @param {number[]} ground @param {string} step */
  constructor(replica, [width, height, box, walk, diagonal], step) {
    this.replica = replica;
    this.map = {
      message: "map",
      tick: 0,
      step,
      width,
      height,
      cell: width,
      box,
      walk,
      walk_diagonal: diagonal,
    };
    /** @type {Record<string, number>[]} */
    this.blocks = [];
    /** @type {{x: number, y: number}[]} */
    this.places = [];
    /** @type {number[]} */
    this.buttons = [];
    this.tick = 0;
    this.at = 0;
    this.proof = { moved: 0, stopped: 0, left: 0, right: 0, up: 0, down: 0, fast: 0, slow: 0, held: 0 };
  }

  start() {
    assert.ok(this.replica.setMap({ ...this.map, blocks: this.blocks }));
    this.at = this.replica.wasm.message_memory(this.places.length * BODY_BYTES);
    for (const [index, { x, y }] of this.places.entries()) {
      this.body(index).fill(0);
      this.body(index).set([x, y]);
    }
  }

  /** @param {number} index @returns {Int32Array} */
  body(index) {
    return new Int32Array(this.replica.wasm.memory.buffer, this.at + index * BODY_BYTES, BODY_BYTES / 4);
  }

  /** @param {number} tick */
  stepTo(tick) {
    for (; this.tick < tick; this.tick++) for (const index of this.places.keys()) this.stepBox(index);
  }

  /** @param {number} index */
  stepBox(index) {
    const buttons = this.buttons[index] ?? 0;
    const [x, y, vx, vy, flags, timer] = this.body(index);
    this.replica.wasm.step_body(this.at + index * BODY_BYTES, buttons);
    const across = this.body(index)[0] - x;
    const down = this.body(index)[1] - y;
    this.proof.moved += Math.abs(across) + Math.abs(down);
    this.proof.left += Number(across < 0);
    this.proof.right += Number(across > 0);
    this.proof.up += Number(down < 0);
    this.proof.down += Number(down > 0);
    const alone = buttons === 4 || buttons === 8;
    this.proof.stopped += Number(alone && vx === 0 && Math.abs(across) < this.map.walk);
    const fast = across ** 2 + down ** 2 > 4 * this.map.walk ** 2;
    const moved = across !== 0 || down !== 0;
    this.proof.fast += Number(fast && vx === 0 && vy === 0);
    this.proof.slow += Number(!fast && moved && (buttons & BUTTONS.ACTION) !== 0 && timer > 0);
    this.proof.held += Number(!moved && (buttons & ARROWS) !== 0 && flags !== 0);
  }

  sum() {
    let sum = this.replica.wasm.checksum_start();
    for (const index of this.places.keys()) {
      const at = this.at + index * BODY_BYTES;
      sum = this.replica.wasm.checksum_add(sum, index + 1, this.buttons[index] ?? 0, at);
    }
    return (sum >>> 0).toString(16).padStart(8, "0");
  }

  end() {
    const { moved, stopped, left, right, up, down, fast, slow, held } = this.proof;
    return `end ${[Math.floor(moved / SUBUNITS), stopped, left, right, up, down, fast, slow, held].join(" ")}`;
  }
}

test("the browser's module walks the golden traces as every C compiler does", async () => {
  const replica = await createReplica(module);
  let walk = new Walk(replica, [], "");
  let sums = 0;
  const steps = new Set();
  for (const line of lines) {
    const [word, ...rest] = line.split(" ");
    const [one, two, three, four, five] = rest.map(Number);
    if (word === "ground") walk = new Walk(replica, rest.map(Number), rest[5]);
    else if (word === "block") walk.blocks.push({ x: one, y: two, w: three, h: four });
    else if (word === "box") walk.places.push({ x: one, y: two });
    else if (word === "start") walk.start();
    else if (word === "tick") walk.stepTo(one);
    else if (word === "hold") walk.buttons[one - 1] = two;
    else if (word === "push") walk.body(one - 1).set([two, three], 2);
    else if (word === "set") walk.body(one - 1).set([two, three, four, five], 4);
    else if (word === "sum") {
      walk.stepTo(one);
      assert.equal(`sum ${one} ${walk.sum()}`, line);
      sums++;
    } else {
      assert.equal(walk.end(), line);
      steps.add(walk.map.step);
    }
  }
  assert.ok(sums >= 100, `${sums} sums`);
  assert.ok(["roam", "still", "tag"].every((step) => steps.has(step)));
});
