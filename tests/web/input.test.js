import assert from "node:assert/strict";
import { test } from "node:test";
import { BUTTONS } from "../../client-web/gen/protocol.js";
import { Input } from "../../client-web/input.js";
import { buttonsOf } from "../../client-web/stick.js";

const { UP, DOWN, LEFT, RIGHT } = BUTTONS;

test("arrows and WASD are physical keys, and others mean nothing", () => {
  const rows = [
    ["ArrowUp", UP],
    ["KeyW", UP],
    ["ArrowDown", DOWN],
    ["KeyS", DOWN],
    ["ArrowLeft", LEFT],
    ["KeyA", LEFT],
    ["ArrowRight", RIGHT],
    ["KeyD", RIGHT],
  ];
  for (const [code, button] of rows) {
    const input = new Input();
    assert.ok(input.press(String(code)));
    assert.equal(input.take(), button);
  }
  assert.equal(new Input().press("KeyQ"), false);
});

test("a tap between two readings is held once, and once only", () => {
  const input = new Input();
  input.press("ArrowLeft");
  input.release("ArrowLeft");
  assert.equal(input.take(), LEFT);
  assert.equal(input.take(), 0);
});

test("a held key stays held, and two keys make a diagonal", () => {
  const input = new Input();
  input.press("KeyW");
  input.press("ArrowRight");
  assert.equal(input.take(), UP | RIGHT);
  assert.equal(input.take(), UP | RIGHT);
  input.release("KeyW");
  assert.equal(input.take(), RIGHT);
});

test("a button is held until the last of its keys is up", () => {
  const input = new Input();
  input.press("KeyW");
  input.press("ArrowUp");
  input.release("KeyW");
  input.take();
  assert.equal(input.take(), UP);
});

test("who looks away holds nothing", () => {
  const input = new Input();
  input.press("KeyW");
  input.setStick(LEFT);
  input.releaseAll();
  assert.equal(input.take(), 0);
});

test("the stick has eight directions and a dead middle", () => {
  assert.equal(buttonsOf(5, -5), 0);
  const rows = [
    [40, 0, RIGHT],
    [40, 40, RIGHT | DOWN],
    [0, 40, DOWN],
    [-40, 40, LEFT | DOWN],
    [-40, 0, LEFT],
    [-40, -1, LEFT],
    [-40, 1, LEFT],
    [-40, -40, LEFT | UP],
    [0, -40, UP],
    [40, -40, RIGHT | UP],
    [40, 10, RIGHT],
  ];
  for (const [x, y, buttons] of rows) assert.equal(buttonsOf(x, y), buttons, `${x}, ${y}`);
});

test("a short drag between two readings counts as a tap", () => {
  const input = new Input();
  input.setStick(DOWN);
  input.setStick(0);
  assert.equal(input.take(), DOWN);
  assert.equal(input.take(), 0);
});
