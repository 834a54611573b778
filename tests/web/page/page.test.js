// The page in Chromium, against a real server.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { BUTTONS, LIMITS, LOOK, STATES, VERSION } from "../../../client-web/gen/protocol.js";
import { decode } from "../../../client-web/wire.js";
import { house, newContext, textOf } from "./house.js";
import {
  lastOf,
  launchPlainBrowser,
  openTab,
  placeOf,
  Server,
  stateOf,
  until,
  untilAgreed,
  untilPlace,
  untilState,
} from "./server.js";

const FIRST_LOAD_MAX = 80 * 1024;
/** Who has not moved for so many ticks stands. */
const STANDS_TICKS = 12;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Who the page is, once it was told. @param {import("playwright-core").Page} page @returns {Promise<any>} */
async function seatOf(page) {
  await until(async () => Boolean(await page.evaluate("tickbox.game.roster.nameOf(tickbox.game.ownId)")), "a name");
  return page.evaluate("({ id: tickbox.game.ownId, name: tickbox.game.roster.nameOf(tickbox.game.ownId) })");
}

test("the prompt asks for a name, Enter joins, and the name is remembered", async () => {
  const context = await newContext();
  const page = await context.newPage();
  await page.goto(house.server.url);
  const field = page.getByLabel("Your name");
  await field.waitFor();
  assert.equal(await field.evaluate((element) => element === document.activeElement), true);
  await page.keyboard.type("<b>Wasd</b>");
  await page.keyboard.press("Enter");
  await untilState(page, "playing");
  await until(async () => /^You are: \w+ <b>Wasd<\/b>/.test(await textOf(page, "#who")), "the corner tells");
  await until(async () => /ping \d+ ms · \d+ players?/.test(await textOf(page, "#count")), "the ping is measured");
  const { id } = await seatOf(page);
  await page.reload();
  await untilState(page, "playing");
  assert.deepEqual(await seatOf(page), { id, name: "<b>Wasd</b>" }, "a reload comes back to the seat");
  const other = await context.newPage();
  await other.goto(house.server.url);
  const again = other.getByLabel("Your name");
  await again.waitFor();
  assert.equal(await again.inputValue(), "<b>Wasd</b>");
  await context.close();
});

test("the first load is small, without a fault, and within the page's own policy", async () => {
  const context = await newContext();
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send("Network.enable");
  let bytes = 0;
  wire.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  /** @type {string[]} */
  const faults = [];
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("response", (answer) => answer.status() >= 400 && faults.push(`${answer.status()} ${answer.url()}`));
  await page.goto(`${house.server.url}?name=Small`);
  await untilState(page, "playing");
  assert.deepEqual(faults, []);
  assert.ok(bytes > 10000 && bytes <= FIRST_LOAD_MAX, `${bytes} bytes`);
  console.log(`first load: ${bytes} bytes`);
  await context.close();
});

test("keys move one's box, here and in another's tab, to the place that both agree on", async () => {
  const context = await newContext();
  const mover = await openTab(context, house.server.url, "Mover");
  const watcher = await openTab(await newContext(), house.server.url, "Watcher");
  const { own } = await lastOf(mover);
  const start = await placeOf(mover, own);
  const [across, down] = start.x < 19200 ? ["ArrowRight", "KeyS"] : ["ArrowLeft", "KeyW"];
  for (const [key, axis] of /** @type {const} */ ([
    [across, "x"],
    [down, "y"],
  ])) {
    const { [axis]: from } = await placeOf(mover, own);
    await mover.keyboard.down(key);
    await untilPlace(mover, own, (place) => Math.abs(place[axis] - from) > 640, `${key} walks`);
    await mover.keyboard.up(key);
  }
  await untilAgreed(mover, watcher, own);
  await until(async () => (await lastOf(mover)).checks > 0, "a checksum");
  const last = await lastOf(mover);
  assert.equal(last.desyncs, 0);
  assert.deepEqual(last.error, [0, 0]);
  await context.close();
  await watcher.context().close();
});

test("at the arena's corner the edge, the outline's gap and the whole name are in the window", async () => {
  const context = await newContext();
  const seeded = await Server.start("--seed", "1", "--practice-bots", "0"); // a free way up, then left
  const page = await openTab(context, seeded.url, "Corner");
  const { own } = await lastOf(page);
  await page.keyboard.down("KeyW");
  await untilPlace(page, own, ({ y }) => y === 0, "the box is at the top");
  await page.keyboard.up("KeyW");
  await page.keyboard.down("KeyA");
  await untilPlace(page, own, ({ x }) => x === 0, "the box is in the corner");
  await page.keyboard.up("KeyA");
  /** The colors of an area of the canvas. @type {(area: number[]) => Promise<string[]>} */
  const colorsIn = (area) =>
    page.evaluate(([left, top, width, height]) => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("arena"));
      const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(
        left,
        top,
        width,
        height,
      );
      const hex = (/** @type {number} */ at) => data[at].toString(16).padStart(2, "0");
      const colors = new Set();
      for (let at = 0; at < data.length; at += 4) colors.add(`#${hex(at)}${hex(at + 1)}${hex(at + 2)}`);
      return [...colors];
    }, area);
  assert.deepEqual(await colorsIn([200, 0, 10, 3]), [LOOK.EDGE]);
  assert.ok((await colorsIn([4, 10, 42, 30])).includes(LOOK.OUTSIDE));
  assert.ok((await colorsIn([0, 54, 80, 26])).includes(LOOK.TEXT), "the name stands below the box");
  await context.close();
  await seeded.stop();
});

/** Where a box stands, once it does. @param {import("playwright-core").Page} page @param {number} id */
async function atRest(page, id) {
  const seen = async () => ({ tick: (await lastOf(page)).tick, place: await placeOf(page, id) });
  let since = await seen();
  await until(async () => {
    const now = await seen();
    const stands = now.place !== undefined && now.place.x === since.place?.x && now.place.y === since.place?.y;
    if (!stands) since = now;
    return stands && now.tick >= since.tick + STANDS_TICKS;
  }, "it stands");
  return since.place;
}

/** The inputs that the next page of a context sends. @param {import("playwright-core").BrowserContext} context */
function inputsSent(context) {
  /** @type {{tick: number, buttons: number}[]} */
  const inputs = [];
  context.once("page", (page) =>
    page.on("websocket", (socket) =>
      socket.on("framesent", ({ payload }) => {
        const message = decode(new Uint8Array(/** @type {Buffer} */ (payload)), "client");
        if (message.message === "input") inputs.push({ tick: message.tick, buttons: message.buttons });
      }),
    ),
  );
  return inputs;
}

test("a tap of a few milliseconds moves the box, for two readings of the keys however slow they are", async () => {
  const context = await newContext();
  const inputs = inputsSent(context);
  const page = await openTab(context, house.server.url, "Tapper");
  const { own } = await lastOf(page);
  const start = await placeOf(page, own);
  const isAhead =
    "tickbox.trace.length > 60 && tickbox.trace.slice(-60).every(({ predicted, tick }) => predicted > tick)";
  await until(async () => Boolean(await page.evaluate(isAhead)), "the clocks have settled");
  await page.evaluate(() => {
    const code = "ArrowRight";
    for (const type of ["keydown", "keyup"]) dispatchEvent(new KeyboardEvent(type, { code }));
  });
  const turnsSent = () => inputs.filter(({ buttons }, at) => buttons !== (inputs[at - 1]?.buttons ?? 0));
  await until(async () => turnsSent().length > 1, "pressed and let go");
  const place = await atRest(page, own);
  assert.ok(place.x > start.x, `${JSON.stringify(inputs)} from ${JSON.stringify(start)} to ${JSON.stringify(place)}`);
  const turns = turnsSent();
  const [press, release] = turns;
  assert.deepEqual(
    turns.map(({ buttons }) => buttons),
    [BUTTONS.RIGHT, 0],
  );
  // The tick under way turns with the press, and so does the next one that is read: see hold() in common/replica_own.c.
  const readings = await page.evaluate(
    ([from, until]) => {
      /** @type {{predicted: number}[]} */
      const drawn = /** @type {any} */ (globalThis).tickbox.trace;
      return new Set(drawn.map(({ predicted }) => predicted).filter((tick) => tick >= from && tick < until)).size;
    },
    [press.tick, release.tick],
  );
  assert.ok(readings <= 2, `held for ${readings} readings`);
  await context.close();
});

test("a drag of a finger walks", async () => {
  const context = await newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await openTab(context, house.server.url, "Phone");
  const { own } = await lastOf(page);
  const start = await placeOf(page, own);
  const touch = await context.newCDPSession(page);
  const x = start.x < 19200 ? 280 : 120;
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: 200, y: 400 }] });
  await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x, y: 400 }] });
  await untilPlace(page, own, (place) => (place.x - start.x) * Math.sign(x - 200) > 640, "it walks that way");
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  assert.equal((await atRest(page, own)).y, start.y);
  await context.close();
});

test("the canvas follows the window in true pixels, and the game goes on", async () => {
  const context = await newContext({ deviceScaleFactor: 2 });
  const page = await openTab(context, house.server.url, "Resizer");
  const { own } = await lastOf(page);
  for (const [width, height] of [
    [500, 800],
    [1600, 400],
    [320, 320],
  ]) {
    await page.setViewportSize({ width, height });
    const size = () =>
      page.evaluate(() => {
        const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("arena"));
        return [canvas.width, canvas.height, document.documentElement.scrollWidth > innerWidth].join();
      });
    await until(
      async () => (await size()) === [2 * width, 2 * height, false].join(),
      `${width} x ${height} in true pixels`,
    );
  }
  assert.equal(await stateOf(page), "playing");
  assert.equal((await lastOf(page)).own, own);
  await context.close();
});

test("a hidden tab stays in the game, and comes back without a jump", async () => {
  const plain = await launchPlainBrowser();
  const inputs = inputsSent(plain.context);
  const page = await openTab(plain.context, house.server.url, "Hider");
  const watcher = await openTab(await newContext(), house.server.url, "Seeker");
  const { own } = await lastOf(page);
  await page.keyboard.down((await placeOf(page, own)).x < 19200 ? "ArrowRight" : "ArrowLeft");
  await until(async () => (inputs.at(-1)?.buttons ?? 0) !== 0, "it walks");
  const front = await plain.context.newPage();
  await front.bringToFront();
  await until(async () => page.evaluate("document.hidden"), "the tab is hidden");
  const drawn = Number(await page.evaluate("tickbox.trace.length"));
  const before = await lastOf(page);
  await until(async () => inputs.at(-1)?.buttons === 0, "a key that was down when the tab hid is let go");
  const left = await atRest(watcher, own);
  await watcher.waitForTimeout(LIMITS.SILENT_MS + 2000);
  assert.deepEqual(await placeOf(watcher, own), left, "nobody walks while hidden");
  assert.ok(Number(await page.evaluate("tickbox.trace.length")) <= drawn + 1, "nothing is drawn while hidden");

  await page.bringToFront();
  await until(async () => Number(await page.evaluate("tickbox.trace.length")) > drawn + 10, "it draws again");
  assert.equal(await stateOf(page), "playing");
  const [first] = /** @type {any[]} */ (await page.evaluate(`tickbox.trace.slice(${drawn + 1})`));
  const last = await lastOf(page);
  assert.equal(last.own, own, "it is the same box, so it was never dropped");
  assert.ok(first.tick > before.tick + 300, "the first picture is of now, not a burst of what was missed");
  assert.equal(last.desyncs, 0);
  await untilAgreed(page, watcher, own);
  await plain.close();
  await watcher.context().close();
});

/** All that the panel says from now on, as each sentence stands only until the next try. @param {import("playwright-core").Page} page */
async function wordsOf(page) {
  await page.evaluate(() => {
    const words = /** @type {HTMLElement} */ (document.getElementById("words"));
    /** @type {any} */ (window).said = words.textContent;
    new MutationObserver(() => {
      /** @type {any} */ (window).said += ` ${words.textContent}`;
    }).observe(words, { childList: true });
  });
  return () => /** @type {Promise<string>} */ (page.evaluate("said"));
}

test("a server that stops and comes back is joined again", async () => {
  const own = await Server.start("--practice-bots", "0");
  const context = await newContext();
  const page = await openTab(context, own.url, "Patient");
  const words = await wordsOf(page);
  await own.stop();
  await untilState(page, "nobody");
  assert.match(await words(), /stopped by its operator.*again in \d+ s.*Nobody answers at 127.0.0.1:\d+/s);
  await own.run();
  await untilState(page, "playing");
  await until(async () => / Patient$/.test(await textOf(page, "#who")), "the same name");
  assert.equal(await page.locator("#panel").isVisible(), false);
  await context.close();
  await own.stop();
});

test("a full server says so, and is joined when a place is free", async () => {
  const small = await Server.start("--max-clients", "1", "--practice-bots", "0");
  const context = await newContext();
  const first = await openTab(context, small.url, "First");
  const second = await context.newPage();
  await second.goto(`${small.url}?name=Second`);
  const words = await wordsOf(second);
  await until(async () => /full: all 1 places.*again in \d+ s/s.test(await words()), "it says so");
  assert.equal(await second.getByRole("button").isVisible(), false);
  await first.close();
  await untilState(second, "playing");
  await context.close();
  await small.stop();
});

test("a page of another version reloads itself once, then says both versions", async () => {
  const context = await newContext();
  const page = await context.newPage();
  let loads = 0;
  await page.route("**/gen/protocol.js", async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    await route.fulfill({ response: answer, body: text.replace(/VERSION = 0x\w+/, "VERSION = 0x0badcafe") });
    loads++;
  });
  await page.goto(`${house.server.url}?name=Old`);
  await until(async () => loads === 2, "the page reloads");
  await untilState(page, "refused");
  assert.match(await textOf(page, "#words"), new RegExp(`0badcafe.*${VERSION.toString(16).padStart(8, "0")}`, "s"));
  await page.waitForTimeout(1000);
  assert.equal(loads, 2);
  await context.close();
});

test("axe finds nothing to complain about, in the prompt and in the game", async () => {
  const context = await newContext({ bypassCSP: true });
  const page = await context.newPage();
  const complaints = async () => {
    await page.evaluate(axe);
    const { violations } = /** @type {any} */ (await page.evaluate("axe.run()"));
    return violations.map(
      (/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => node.html)}`,
    );
  };
  await page.goto(house.server.url);
  await page.getByLabel("Your name").waitFor();
  assert.deepEqual(await complaints(), []);
  await page.keyboard.press("Enter");
  await untilState(page, "playing");
  await until(async () => page.locator("#corner").isVisible(), "the corner");
  assert.deepEqual(await complaints(), []);
  assert.equal(await page.locator("#live").getAttribute("aria-live"), "polite");
  assert.equal(await page.locator("#live").textContent(), STATES.playing);
  await context.close();
});
