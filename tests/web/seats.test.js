// Tokens in the tab's storage, buttons that are held, and a world that is only told positions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Holds } from "../../client-web/controller.js";
import { BUTTONS, LIMITS } from "../../client-web/gen/protocol.js";
import { Positions } from "../../client-web/positions.js";
import { Seats } from "../../client-web/seats.js";

/** A tab's storage. */
function storage() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    kept,
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
    removeItem: (/** @type {string} */ key) => void kept.delete(key),
  };
}

const SEAT = { token: "a".repeat(32), person: 7, name: "Ada" };

test("a seat is kept for its room, and forgotten", () => {
  const seats = new Seats(storage(), undefined);
  seats.keep("RK7T", SEAT);
  seats.keep("", { ...SEAT, name: "Bob" });
  assert.deepEqual(seats.find("RK7T"), SEAT);
  assert.equal(seats.find("")?.name, "Bob");
  assert.equal(seats.find("OTHR"), undefined);
  seats.forget("RK7T");
  assert.equal(seats.find("RK7T"), undefined);
});

test("without storage, or with nonsense in it, there is no seat and no fault", () => {
  const none = new Seats(undefined, undefined);
  none.keep("RK7T", SEAT);
  none.forget("RK7T");
  assert.equal(none.find("RK7T"), undefined);
  const broken = storage();
  broken.setItem("tickbox.seat.RK7T", "{");
  assert.equal(new Seats(broken, undefined).find("RK7T"), undefined);
});

test("tabs that share a seat share its newest token, and others do not", () => {
  /** @type {any[]} */
  const tabs = [];
  const [first, second, other] = [7, 7, 8].map((person) => {
    const tab = {
      onmessage: /** @type {any} */ (null),
      postMessage: (/** @type {any} */ data) => {
        for (const one of tabs) if (one !== tab) one.onmessage({ data });
      },
    };
    tabs.push(tab);
    const seats = new Seats(storage(), tab);
    seats.store("RK7T", { ...SEAT, person });
    return seats;
  });
  second.keep("RK7T", { ...SEAT, token: "b".repeat(32) });
  assert.equal(first.find("RK7T")?.token, "b".repeat(32));
  assert.equal(other.find("RK7T")?.token, "a".repeat(32));
});

test("a press is told once, and so is its release, whatever lets go", () => {
  /** @type {string[]} */
  const told = [];
  const holds = new Holds((name, down) => told.push(`${down ? "+" : "-"}${name}`));
  holds.hold("left");
  holds.hold("left");
  holds.hold("jump");
  holds.release("left");
  holds.release("left");
  holds.releaseAll();
  holds.releaseAll();
  assert.deepEqual(told, ["+left", "+jump", "-left", "-jump"]);
});

/** A world with positions since time 0: one's own box 3, and box 4. */
function world() {
  const positions = new Positions((_width, _height, left, top) => ({ left, top, scale: 65536 }));
  positions.welcome({ id: 3, tick: 100, tick_rate: 30 }, 20, 0);
  assert.equal(positions.isReady(), false);
  positions.setMap({ box: 800 });
  positions.apply({ tick: 102, boxes: [place(3, 1000, 0), place(4, 5000, 0)] }, 0);
  return positions;
}

/** @param {number} id @param {number} x @param {number} y */
function place(id, x, y) {
  return { id, x, y };
}

test("boxes glide to where they stand, and stay there when the next message is late", () => {
  const positions = world();
  positions.apply({ tick: 105, boxes: [place(3, 1400, 0), place(4, 5000, 40000)] }, 100);
  const xs = [];
  for (const now of [100, 150, 200, 400, 1000]) {
    positions.advance(0, now);
    xs.push(positions.draw()[0].x);
  }
  assert.equal(xs[0], 1000);
  assert.ok(xs[0] < xs[1] && xs[1] < xs[2] && xs[2] < 1400, String(xs));
  assert.deepEqual(xs.slice(3), [1400, 1400]);
  assert.deepEqual(
    positions.draw().map(({ id, own }) => [id, own]),
    [
      [3, 1],
      [4, 0],
    ],
  );
});

test("who is put elsewhere does not glide there, and who comes anew stands at once", () => {
  const positions = world();
  positions.apply({ tick: 105, boxes: [place(4, 5000, 40000), place(9, 7, 7)] }, 100);
  positions.advance(0, 101);
  assert.deepEqual(
    positions.draw().map(({ id, x, y }) => [id, x, y]),
    [
      [4, 5000, 40000],
      [9, 7, 7],
    ],
  );
});

test("inputs are sent when the buttons change and repeated, counted from one on each connection", () => {
  const positions = world();
  const sent = [];
  for (let now = 0; now <= 2 * LIMITS.INPUT_REPEAT_MS; now += 50) {
    sent.push(...positions.advance(now >= 100 ? BUTTONS.LEFT : 0, now).map((input) => [now, input.seq, input.buttons]));
  }
  assert.deepEqual(sent, [
    [0, 1, 0],
    [100, 2, BUTTONS.LEFT],
    [600, 3, BUTTONS.LEFT],
  ]);
  positions.welcome({ id: 3, tick: 9, tick_rate: 30 }, 20, 2000);
  assert.equal(positions.isReady(), false);
  assert.equal(positions.advance(BUTTONS.LEFT, 2000)[0].seq, 1);
});

test("the clock goes on between two messages", () => {
  const positions = world();
  positions.advance(0, 1000);
  assert.equal(positions.stats().tick, 132);
});
