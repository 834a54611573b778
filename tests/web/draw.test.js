// What of the picture can be told without a canvas.

import assert from "node:assert/strict";
import { test } from "node:test";
import { darker, keptWithin } from "../../client-web/draw.js";

test("a name stays within the window, and its beginning if it is wider", () => {
  assert.equal(keptWithin(100, 50, 640), 100);
  assert.equal(keptWithin(-20, 50, 640), 0);
  assert.equal(keptWithin(620, 50, 640), 590);
  assert.equal(keptWithin(30, 300, 200), 0);
});

test("darker is three fifths of each part, in whole steps as in the window", () => {
  assert.equal(darker("#ff8001"), "rgb(153 76 0)");
});
