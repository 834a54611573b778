// The bridge to the module: messages as the server would send them, through the codec and into the replica.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BUTTONS } from "../../client-web/gen/protocol.js";
import { compileReplica, createReplica } from "../../client-web/replica.js";
import { decode, encode } from "../../client-web/wire.js";

const module = await compileReplica();
const TICK_MS = 1000 / 30;
const FRAME = { ticks: 1, acks: 0, slack: 0, turns: [], states: [], checks: [], keyframes: [], dropped: [], gone: [] };
const BODY = { buttons: 0, vx: 0, vy: 0, flags: 0, timer: 0, a: 0, b: 0, jumped: 0 };
const MAP = {
  tick: 0,
  step: "roam",
  width: 38400,
  height: 25600,
  cell: 38400,
  box: 800,
  walk: 160,
  walk_diagonal: 113,
};
const BLOCKS = [{ x: 20000, y: 0, w: 800, h: 25600 }];

/** What the client would decode. @param {string} name @param {Record<string, any>} message */
function received(name, message) {
  return decode(encode(name, message), "server");
}

/** A replica in a world with box 1, its own, and box 2, after the first frame at time 0. */
async function play() {
  const replica = await createReplica(module);
  const welcome = { version: 1, id: 1, tick: 100, tick_rate: 30, map_hash: 7, person: 1 };
  replica.welcome(received("welcome", welcome), 20, 0);
  assert.equal(replica.isReady(), false);
  assert.equal(replica.setMap(received("map", { ...MAP, blocks: BLOCKS })), true);
  const bodies = [
    { ...BODY, id: 1, x: 4000, y: 8000 },
    { ...BODY, id: 2, x: 12000, y: 9000, buttons: BUTTONS.LEFT },
  ];
  replica.applyFrame(received("frame", { ...FRAME, keyframes: [{ cell: 0, bodies }] }), 0);
  return replica;
}

/**
 * Frames of a server that applies each input at the next tick, each followed by one advance half a tick later.
 * @param {any} replica @param {number} first @param {number} count @param {number} buttons
 */
function run(replica, first, count, buttons) {
  const inputs = [];
  let news = {};
  for (let tick = first; tick < first + count; tick++) {
    replica.applyFrame(received("frame", { ...FRAME, ...news }), tick * TICK_MS);
    const sent = replica.advance(buttons, (tick + 0.5) * TICK_MS);
    news = sent.length ? { acks: sent.length, slack: 20, turns: [{ id: 1, buttons: sent.at(-1).buttons }] } : {};
    inputs.push(...sent);
  }
  return inputs;
}

test("after welcome, map and a keyframe there are boxes to draw, and one is one's own", async () => {
  const replica = await play();
  assert.equal(replica.isReady(), true);
  run(replica, 1, 10, 0);
  const items = replica.draw();
  assert.deepEqual(
    items.map(({ id, own }) => [id, own]),
    [
      [1, 1],
      [2, 0],
    ],
  );
  assert.deepEqual([items[0].x, items[0].y], [4000, 8000]);
});

test("another's box walks as foretold while frames are empty", async () => {
  const replica = await play();
  run(replica, 1, 30, 0);
  assert.equal(replica.stats().tick, 131);
  const other = replica.draw()[1];
  const walked = 12000 - other.x;
  assert.ok(walked > 160 * 20 && walked <= 160 * 31, `walked ${walked}`);
  assert.equal(other.y, 9000);
});

test("the own box moves at once, and what is held is sent once and repeated", async () => {
  const replica = await play();
  run(replica, 1, 5, 0);
  const before = replica.draw()[0].x;
  const inputs = run(replica, 6, 30, BUTTONS.RIGHT);
  assert.ok(replica.draw()[0].x > before + 160 * 20);
  const held = inputs.filter((input) => input.buttons === BUTTONS.RIGHT);
  assert.ok(held.length >= 2 && held.length <= 4, `${held.length} inputs in a second`);
  assert.deepEqual(
    inputs.map((input) => input.seq - inputs[0].seq),
    inputs.map((_, index) => index),
  );
});

test("blocks of the map stand in the module's own step", async () => {
  const replica = await play();
  run(replica, 1, 130, BUTTONS.RIGHT);
  assert.equal(replica.draw()[0].x, 20000 - 800);
});

test("a step that was announced holds from its tick on, for others and for the own box", async () => {
  const replica = await play();
  assert.equal(replica.setStep(received("step", { tick: 120, step: "still" })), true);
  run(replica, 1, 18, BUTTONS.RIGHT);
  assert.equal(replica.stats().tick, 119);
  const walked = 12000 - 18 * 160;
  run(replica, 19, 30, BUTTONS.RIGHT);
  const stood = replica.draw();
  assert.equal(stood[1].x, walked);
  run(replica, 49, 20, BUTTONS.RIGHT);
  assert.deepEqual(replica.draw(), stood);
  assert.ok(stood[0].x > 4000 + 160 * 10);
  assert.equal(replica.stats().corrections, 0);
});

test("a game's own step runs in the module: a dash is faster than walking", async () => {
  const replica = await play();
  assert.equal(replica.setStep(received("step", { tick: 100, step: "tag" })), true);
  run(replica, 1, 5, 0);
  const [before] = replica.draw();
  run(replica, 6, 6, BUTTONS.RIGHT | BUTTONS.ACTION);
  const [after] = replica.draw();
  assert.ok(after.x - before.x > 5 * 160 * 2, `${after.x - before.x}`);
});

test("a step that the module does not know is refused, in a map and in a change", async () => {
  const replica = await play();
  assert.equal(replica.setStep(received("step", { tick: 120, step: "swim" })), false);
  assert.equal(replica.setMap(received("map", { ...MAP, step: "swim", blocks: [] })), false);
});

test("negative speeds and large lists cross into the module unharmed", async () => {
  const replica = await play();
  const bodies = Array.from({ length: 3000 }, (_, index) => ({ ...BODY, id: index + 1, x: index, y: 2 * index }));
  bodies[1].vx = -320;
  replica.applyFrame(received("frame", { ...FRAME, keyframes: [{ cell: 0, bodies }] }), TICK_MS);
  run(replica, 2, 30, 0);
  const items = replica.draw();
  assert.equal(items.length, 3000);
  assert.deepEqual([items[2999].x, items[2999].y], [2999, 5998]);
  assert.equal(items[1].x, 0);
});

test("a checksum that differs is counted, and the cell asked for once", async () => {
  const replica = await play();
  assert.equal(replica.wantedCell(), -1);
  replica.applyFrame(received("frame", { ...FRAME, checks: [{ cell: 0, sum: 1 }] }), TICK_MS);
  const stats = replica.stats();
  assert.deepEqual([stats.checks, stats.desyncs], [1, 1]);
  assert.equal(replica.wantedCell(), 0);
  assert.equal(replica.wantedCell(), -1);
});

test("a new welcome starts anew, with a new map", async () => {
  const replica = await play();
  run(replica, 1, 10, BUTTONS.DOWN);
  replica.welcome(received("welcome", { version: 1, id: 9, tick: 5, tick_rate: 60, map_hash: 8, person: 1 }), 5, 1000);
  assert.equal(replica.isReady(), false);
  assert.equal(replica.setMap(received("map", { ...MAP, width: 16000, blocks: [] })), true);
  const bodies = [{ ...BODY, id: 9, x: 100, y: 200 }];
  replica.applyFrame(received("frame", { ...FRAME, keyframes: [{ cell: 0, bodies }] }), 1000);
  replica.advance(0, 1001);
  assert.deepEqual(
    replica.draw().map(({ id, x, y, own }) => [id, x, y, own]),
    [[9, 100, 200, 1]],
  );
});

test("a map that no box fits in is refused, not walked", async () => {
  const replica = await play();
  assert.equal(replica.setMap(received("map", { ...MAP, box: 65536, blocks: [] })), false);
});

test("every window shows the same area, with the box in its middle", async () => {
  const replica = await play();
  for (const [width, height] of [
    [1280, 720],
    [400, 900],
    [3000, 500],
  ]) {
    const fit = replica.fit(width, height, 19200, 12800);
    const scale = fit.scale / 65536;
    assert.ok(Math.abs((width * height) / scale ** 2 / (1280 * 720) - 1) < 0.01);
    assert.ok(Math.abs(((19200 - fit.left) / 16) * scale - width / 2) < 1);
    assert.ok(Math.abs(((12800 - fit.top) / 16) * scale - height / 2) < 1);
  }
});
