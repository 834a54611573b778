// The page's panels in Chromium, against a made-up server: what they show, and what they say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { CODES, LIMITS, SEAT } from "../../../client-web/gen/protocol.js";
import { launchChromium } from "../chromium.js";
import { Fake, MATCH, player, ROOM, servePage, standing } from "./fake.js";
import { payloads } from "./payloads.js";
import { until, untilState } from "./server.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PEOPLE = [player(1, "Ada"), player(2, "Bob"), player(3, "Grace"), player(4, "Otto", { kind: "practice" })];
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof servePage>>} */
let files;

before(async () => {
  browser = await launchChromium();
  files = await servePage();
});

after(async () => {
  await browser?.close();
  files?.close();
});

/** @param {string} name */
function codeOf(name) {
  return CODES.findIndex((code) => code.name === name);
}

/** @param {string} [path] @param {import("playwright-core").BrowserContextOptions} [options] */
async function enter(path = "/r/RK7T?name=Ada", options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
  const fake = await Fake.open(context);
  await fake.page.goto(files.url + path);
  await untilState(fake.page, "playing");
  return fake;
}

/** @param {Fake} fake @param {number} own flags of one's own seat @param {Record<string, any>} [room] */
function wait(fake, own, room = {}) {
  fake.say("room", { ...ROOM, ...room });
  fake.say("match", MATCH);
  const others = [standing(2, SEAT.READY, { victories: 2 }), standing(3, SEAT.AWAY), standing(4, SEAT.PRACTICE)];
  fake.roster(PEOPLE, [standing(1, own), ...others]);
}

/** @param {Fake} fake @param {number} phase @param {Record<string, any>} [more] */
function play(fake, phase, more = {}) {
  fake.say("match", { ...MATCH, phase, number: 1, until: fake.tick + 30 * 42, ...more });
  const all = [standing(1, SEAT.HOST | SEAT.PLAYS, { role: 1, score: 3 }), standing(2, SEAT.PLAYS, { score: 5 })];
  fake.roster(PEOPLE, [...all, standing(3, SEAT.PLAYS | SEAT.WON, { score: 4, victories: 3 })]);
}

/** @param {Fake} fake @param {string} selector @param {RegExp} words */
async function shows(fake, selector, words) {
  const element = fake.page.locator(selector);
  const text = async () =>
    (await element.isVisible()) ? ((await element.textContent()) ?? "").replace(/\s+/g, " ").trim() : "";
  await until(async () => words.test(await text()), `${selector} shows ${words}`);
}

/** @param {Fake} fake @param {string} selector */
async function hides(fake, selector) {
  await until(async () => !(await fake.page.locator(selector).isVisible()), `${selector} is hidden`);
}

test("the address says where to and as what", async () => {
  const fake = await enter("/r/RK7T?name=Ada&kind=display&watch");
  const { room, name, kind, watch, token } = await fake.last("hello");
  assert.deepEqual([room, name, kind, watch, token], ["RK7T", "Ada", "display", 1, ""]);
  await fake.page.context().close();
});

test("the waiting room tells who is here and how they stand, and lets one be ready", async () => {
  const fake = await enter();
  wait(fake, 0);
  await shows(fake, "#lobby", /Friday.*Code RK7T · 4 of 16 here/);
  const rows = await fake.page.locator("#lobby-members li").allTextContents();
  assert.deepEqual(rows, ["Adayou", "Bob2 victories✓ ready", "Graceaway", "Otto"]);
  assert.equal(await fake.page.getByLabel("Link for friends").inputValue(), `${files.url}/r/RK7T`);
  assert.equal(await fake.page.getByRole("button", { name: "Start" }).count(), 0);
  assert.equal(await fake.page.getByRole("button", { name: "Send Bob away" }).count(), 0);
  await fake.page.getByRole("button", { name: "Ready" }).click();
  assert.deepEqual(await fake.last("ready"), { on: 1 });
  wait(fake, SEAT.READY);
  await until(
    async () => fake.page.getByRole("button", { name: "✓ Ready", pressed: true }).isVisible(),
    "it is pressed",
  );
  await fake.page.keyboard.press("Enter");
  assert.deepEqual(await fake.last("ready", 2), { on: 0 });
  await fake.page.context().close();
});

test("the host starts, chooses the game, sets options, locks, makes another the host and sends away", async () => {
  const fake = await enter();
  const { page } = fake;
  wait(fake, SEAT.HOST);
  await page.getByRole("button", { name: "Start" }).click();
  await fake.last("start");
  await page.locator("#lobby").getByLabel("Game").selectOption("hill");
  assert.deepEqual(await fake.last("choose"), { game: "hill" });
  await page.getByLabel("Seconds of a match").fill("90");
  await page.keyboard.press("Enter");
  assert.deepEqual(await fake.last("option"), { name: "seconds", value: 90 });
  await page.getByLabel("Fog").check();
  assert.deepEqual(await fake.last("option", 2), { name: "fog", value: 1 });
  await page.getByLabel("Let nobody new in").check();
  assert.deepEqual(await fake.last("lock"), { on: 1 });
  await page.getByRole("button", { name: "Make Bob the host" }).click();
  assert.deepEqual(await fake.last("promote"), { id: 2 });
  await page.getByRole("button", { name: "Send Grace away" }).click();
  assert.deepEqual(await fake.last("kick"), { id: 3 });
  await page.context().close();
});

test("an option outside its range is not sent, and one that is being typed survives others' news", async () => {
  const fake = await enter();
  wait(fake, SEAT.HOST);
  const field = fake.page.getByLabel("Seconds of a match");
  await field.fill("5");
  fake.roster([player(5, "Zoe")], [standing(5, 0)]);
  await shows(fake, "#lobby-members", /Zoe/);
  assert.equal(await field.inputValue(), "5");
  await field.blur();
  await fake.page.waitForTimeout(300);
  assert.equal(fake.said("option").length, 0);
  await fake.page.context().close();
});

test("a match is counted down, played with its clock, role and events, and paused or ended by the host", async () => {
  const fake = await enter();
  wait(fake, SEAT.HOST);
  play(fake, 1, { until: fake.tick + 80 });
  await shows(fake, "#banner", /^3 You are chaser\.$/);
  await hides(fake, "#lobby");
  play(fake, 2);
  await hides(fake, "#banner");
  await shows(fake, "#bar", /0:4[12] You: chaserPoints 3/);
  fake.say("event", { text: "Bob was caught" });
  await shows(fake, "#event", /^Bob was caught$/);
  await fake.page.getByRole("button", { name: "Pause" }).click();
  assert.deepEqual(await fake.last("pause"), { on: 1 });
  play(fake, 2, { paused: 1 });
  await fake.page.getByRole("button", { name: "Go on" }).click();
  assert.deepEqual(await fake.last("pause", 2), { on: 0 });
  await shows(fake, "#bar", /Paused/);
  await fake.page.getByRole("button", { name: "End", exact: true }).click();
  await fake.last("stop");
  await hides(fake, "#event");
  await fake.page.context().close();
});

test("the results tell who won and let the host play again", async () => {
  const fake = await enter();
  wait(fake, SEAT.HOST);
  play(fake, 3, { result: "The runners win" });
  await shows(fake, "#results h2", /^The runners win$/);
  const rows = await fake.page.locator("#results tbody tr").allTextContents();
  assert.deepEqual(rows, ["Grace ★ wonrunner43", "Bobrunner50", "Adachaser30"]);
  await fake.page.getByRole("button", { name: "Play again" }).click();
  await fake.last("start");
  await fake.page.context().close();
});

test("Tab shows the scores while it is held, and Esc goes to the menu", async () => {
  const fake = await enter();
  wait(fake, 0);
  play(fake, 2);
  await fake.page.focus("#arena");
  await fake.page.keyboard.down("Tab");
  await shows(fake, "#scores", /Bob.*5/);
  await fake.page.keyboard.up("Tab");
  await hides(fake, "#scores");
  await fake.page.keyboard.press("Escape");
  assert.equal(await fake.page.evaluate("document.activeElement.id"), "open-rooms");
  await fake.page.context().close();
});

test("a sandbox shows no match", async () => {
  const fake = await enter();
  wait(fake, SEAT.HOST, { sandbox: 1 });
  await shows(fake, "#corner", /Ada/);
  for (const panel of ["#lobby", "#bar", "#results", "#banner", "#open-scores"]) await hides(fake, panel);
  await fake.page.context().close();
});

test("talk has history, writers, channels and private lines; what is typed does not walk", async () => {
  const fake = await enter();
  const { page } = fake;
  wait(fake, 0);
  const line = { channel: 0, person: 102, to: 0, time: 1760000000, name: "Bob" };
  const history = Array.from({ length: LIMITS.TALK_HISTORY }, (_, at) => ({
    ...line,
    id: at + 1,
    text: `line ${at + 1}`,
  }));
  fake.say("talk", { lines: history });
  fake.say("talk", { lines: [{ ...line, id: 100, text: "line 100" }] });
  fake.say("talk", { lines: [{ ...line, id: 101, channel: 2, to: 101, text: "psst" }] });
  await until(async () => (await page.locator("#log p").count()) === 101, "each line once");
  assert.match((await page.locator("#log p").last().textContent()) ?? "", /private Bob: psst$/);
  fake.say("typist", { channel: 0, person: 103, name: "Grace" });
  await shows(fake, "#writing", /^Grace is writing …$/);

  await page.focus("#arena");
  const inputs = fake.said("input").filter(({ buttons }) => buttons !== 0).length;
  await page.keyboard.press("Enter");
  await page.keyboard.type("wasd, all of you");
  assert.deepEqual(await fake.last("typing"), { channel: 0, to: 0 });
  await page.keyboard.press("Enter");
  assert.deepEqual(await fake.last("say"), { channel: 0, to: 0, text: "wasd, all of you" });
  assert.equal(fake.said("input").filter(({ buttons }) => buttons !== 0).length, inputs, "letters do not walk");
  await page.getByLabel("To whom").selectOption({ label: "to everybody" });
  await page.fill("#text", "hello, world");
  await page.press("#text", "Enter");
  assert.deepEqual(await fake.last("say", 2), { channel: 1, to: 0, text: "hello, world" });
  await page.getByLabel("To whom").selectOption({ label: "to Grace" });
  await page.fill("#text", "psst");
  await page.press("#text", "Enter");
  assert.deepEqual(await fake.last("say", 3), { channel: 2, to: 103, text: "psst" });
  await page.fill("#text", "/kick nobody");
  await page.press("#text", "Enter");
  await shows(fake, "#log p:last-child", /There is nobody called nobody here/);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate("document.activeElement.id"), "arena");
  await page.context().close();
});

test("a text longer than a message may be is cut while it is typed", async () => {
  const fake = await enter();
  wait(fake, 0);
  await fake.page.fill("#text", "🎮".repeat(400));
  await fake.page.press("#text", "Enter");
  const { text } = await fake.last("say");
  assert.equal([...text].length, LIMITS.TALK_CHARACTERS_MAX);
  await fake.page.context().close();
});

test("rooms are listed and joined by a new connection; the old seat is given up, and Back leads back", async () => {
  const fake = await enter();
  const { page } = fake;
  wait(fake, 0);
  await page.getByRole("button", { name: "Rooms" }).click();
  await fake.last("list");
  const listed = { name: "", game: "hill", phase: 2, players: 3, members_max: 8, locked: 0 };
  fake.say("rooms", {
    rooms: [
      { ...listed, code: "HHT7" },
      { ...listed, code: "RK7T", name: "Friday" },
    ],
  });
  await page.getByRole("button", { name: "Join HHT7" }).click();
  await until(async () => fake.said("hello").length === 2, "a hello there");
  assert.equal(fake.said("leave").length, 1);
  assert.equal(fake.said("hello")[1].room, "HHT7");
  assert.match(page.url(), /\/r\/HHT7\?name=Ada$/);
  await untilState(page, "playing");
  await page.goBack();
  await until(async () => fake.said("hello").length === 3, "a hello back");
  assert.deepEqual([fake.said("hello")[2].room, fake.said("hello")[2].token], ["RK7T", ""]);
  await page.context().close();
});

test("a room is made with its name and game, and entered", async () => {
  const fake = await enter();
  const { page } = fake;
  wait(fake, 0);
  await page.getByRole("button", { name: "Rooms" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Ours");
  await page.locator("#create-game").selectOption("hill");
  await page.getByLabel("Stands in the list of rooms").uncheck();
  await page.getByRole("button", { name: "Make it" }).click();
  assert.deepEqual(await fake.last("create"), { name: "Ours", game: "hill", public: 0, relay: 0 });
  fake.say("created", { code: "WW7K" });
  await until(async () => page.url().includes("/r/WW7K"), "the address says so");
  assert.equal((await fake.last("hello", 2)).room, "WW7K");
  await page.context().close();
});

test("people on the server can be written to", async () => {
  const fake = await enter();
  wait(fake, 0);
  await fake.page.getByRole("button", { name: "People" }).click();
  await fake.last("who");
  fake.say("people", { count: 9, people: [{ person: 300, name: "Zoe", room: "" }] });
  await shows(fake, "#people-list", /Zoe.*and 8 more/);
  await fake.page.getByRole("button", { name: "Write to Zoe" }).click();
  await fake.page.keyboard.type("hello Zoe");
  await fake.page.keyboard.press("Enter");
  assert.deepEqual(await fake.last("say"), { channel: 2, to: 300, text: "hello Zoe" });
  await fake.page.context().close();
});

test("a spectator chooses whom to look at, and the server is told", async () => {
  const fake = await enter("/r/RK7T?name=Ada&watch");
  wait(fake, SEAT.WATCHING);
  play(fake, 2);
  fake.roster([], [standing(1, SEAT.WATCHING)]);
  await shows(fake, "#follow", /Watching Bob/);
  await until(async () => fake.said("view").at(-1)?.follow === 2, "view says whom");
  await fake.page.focus("#arena");
  await fake.page.keyboard.press("ArrowRight");
  await shows(fake, "#follow", /Watching Grace/);
  await fake.page.getByRole("button", { name: "The one before" }).click();
  await until(async () => fake.said("view").at(-1)?.follow === 2, "view says whom again");
  await fake.page.getByRole("button", { name: "Play", exact: true }).click();
  assert.deepEqual(await fake.last("watch"), { on: 0 });
  await fake.page.context().close();
});

test("notices are told in words and go away", async () => {
  const fake = await enter();
  fake.say("notice", { code: codeOf("not_now"), param: "too few players" });
  await shows(fake, "#notices", /^That cannot be done now \(too few players\)\.$/);
  await until(async () => (await fake.page.locator("#notices p").count()) === 0, "it goes away");
  await fake.page.context().close();
});

test("a reload comes back to the seat with its token, which is in no address and in no log", async () => {
  const context = await browser.newContext();
  const asked = await Fake.open(context);
  /** @type {string[]} */
  const told = [];
  asked.page.on("console", (message) => told.push(message.text()));
  asked.page.on("request", (request) => told.push(request.url()));
  const token = "5ec4e7".padEnd(32, "0");
  asked.onHello = (one, hello) => one.welcome(hello, { token });
  await asked.page.goto(`${files.url}/r/rk7t`);
  await asked.page.getByLabel("Your name").fill("Ada");
  await asked.page.keyboard.press("Enter");
  await untilState(asked.page, "playing");
  await asked.page.reload();
  await until(async () => asked.said("hello").length === 2, "a second hello");
  assert.deepEqual([asked.said("hello")[1].token, asked.said("hello")[1].name], [token, "Ada"]);
  assert.equal(asked.said("leave").length, 0);
  assert.ok(told.length > 10 && !told.some((text) => text.includes("5ec4e7")), "the token stays out of sight");
  await context.close();
});

test("a seat taken over says so for good, and is taken back with the newest token", async () => {
  const context = await browser.newContext();
  const [first, second] = [await Fake.open(context), await Fake.open(context)];
  let made = 0;
  const welcomed = (/** @type {Fake} */ one, /** @type {any} */ hello) =>
    one.welcome(hello, { token: String(++made).padEnd(32, "0"), resumed: hello.token ? 1 : 0 });
  first.onHello = second.onHello = welcomed;
  await first.page.goto(`${files.url}/r/RK7T?name=Ada`);
  await untilState(first.page, "playing");
  const stored = await first.page.evaluate("JSON.stringify(sessionStorage)");
  await second.page.addInitScript(
    `Object.entries(${stored}).forEach(([key, value]) => sessionStorage.setItem(key, value))`,
  );
  await second.page.goto(`${files.url}/r/RK7T?name=Ada`);
  await untilState(second.page, "playing");
  first.say("goodbye", { code: codeOf("taken_over"), param: "" });
  await shows(first, "#words", /^You went on playing elsewhere/);
  await first.page.waitForTimeout(1500);
  assert.equal(first.said("hello").length, 1, "nothing is tried by itself");
  await first.page.getByRole("button", { name: "Play here again" }).click();
  const { token } = await first.last("hello", 2);
  assert.equal(token, "2".padEnd(32, "0"));
  await context.close();
});

test("who was sent away can go to the general room", async () => {
  const fake = await enter();
  fake.say("goodbye", { code: codeOf("kicked"), param: "" });
  await shows(fake, "#words", /^The host of this room sent you away\.$/);
  await fake.page.getByRole("button", { name: "Go to the general room" }).click();
  await until(async () => fake.said("hello").length === 2, "a hello there");
  assert.deepEqual([fake.said("hello")[1].room, fake.said("hello")[1].token], ["", ""]);
  assert.equal(new URL(fake.page.url()).pathname, "/");
  await fake.page.context().close();
});

test("a controller's buttons are relayed to the display, pressed and released, also when the page is left", async () => {
  const buttons = [
    { name: "left", words: "◀" },
    { name: "jump", words: "Jump" },
  ];
  const fake = await enter("/r/RK7T?name=Ada&kind=controller", PHONE);
  wait(fake, 0, { relay: 1, buttons });
  const jump = fake.page.getByRole("button", { name: "Jump" });
  await jump.dispatchEvent("pointerdown", { pointerId: 1 }).catch(() => {});
  const touch = await fake.page.context().newCDPSession(fake.page);
  const box = await jump.boundingBox();
  const touchPoints = [{ x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 20 }];
  const said = () => fake.said("relay").map(({ to, kind, data }) => `${to} ${kind} ${data}`);
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await until(async () => said().at(-1) === "0 display +jump", "it is pressed");
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await until(async () => said().at(-1) === "0 display -jump", "it is released");
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await until(async () => said().at(-1) === "0 display +jump", "it is pressed again");
  await fake.page.evaluate(() => dispatchEvent(new Event("blur")));
  await until(async () => said().at(-1) === "0 display -jump", "leaving the page lets go");
  assert.equal(
    said().filter((one) => one.endsWith("+jump")).length,
    said().filter((one) => one.endsWith("-jump")).length,
  );
  await fake.page.context().close();
});

test("a display hears what is relayed, and reports", async () => {
  const fake = await enter("/r/RK7T?name=Screen&kind=display");
  wait(fake, SEAT.WATCHING, { relay: 1 });
  await fake.page.evaluate(() => {
    addEventListener("tickbox-relay", (event) => {
      document.title = JSON.stringify(/** @type {CustomEvent} */ (event).detail);
      const report = {
        phase: 2,
        result: "",
        standings: [],
        roles: [],
        teams: [],
        buttons: [{ name: "go", words: "Go" }],
      };
      /** @type {any} */ (window).tickbox.send("report", report);
    });
  });
  fake.say("relayed", { from: 2, data: "+<b>jump</b>" });
  const { buttons } = await fake.last("report");
  assert.deepEqual(buttons, [{ name: "go", words: "Go" }]);
  await hides(fake, "#controller");
  await fake.page.context().close();
});

test("500 texts that would be scripts are shown literally, as lines, names, events and results", async () => {
  const fake = await enter();
  const { page } = fake;
  const texts = payloads();
  assert.equal(new Set(texts).size, 500);
  await page.evaluate("globalThis.ran = 0; globalThis.pwned = () => globalThis.ran++;");
  wait(fake, SEAT.HOST);
  const line = { channel: 0, person: 102, to: 0, time: 1760000000, name: "Bob" };
  for (let at = 0; at < texts.length; at += 100) {
    const part = texts
      .slice(at, at + 100)
      .map((text, index) => ({ ...line, id: at + index + 1, text, name: text.slice(0, 60) }));
    fake.say("talk", { lines: part });
    const last = texts[at + part.length - 1];
    await until(
      async () => ((await page.locator("#log p").last().textContent()) ?? "").endsWith(`: ${last}`),
      "all lines",
    );
    const shown = await page.locator("#log p").allTextContents();
    const expected = part.map(({ name, text }) => `${name}: ${text}`);
    assert.deepEqual(
      shown.slice(-part.length).map((text) => text.slice(6)),
      expected,
    );
  }
  for (const text of texts) {
    fake.roster([player(2, text.slice(0, 60))], [standing(2, SEAT.PLAYS)]);
    fake.say("room", { ...ROOM, name: text.slice(0, 60), roles: [{ name: text.slice(0, 30), color: 1 }] });
    fake.say("match", { ...MATCH, phase: 3, result: text });
    fake.say("event", { text });
    fake.say("notice", { code: codeOf("unknown_game"), param: text.slice(0, 100) });
  }
  const last = texts[texts.length - 1];
  await until(async () => (await page.locator("#results h2").textContent()) === last, "the last result");
  await until(async () => (await page.locator("#event").textContent()) === last, "the last event");
  assert.ok(((await page.locator("#results tbody").textContent()) ?? "").includes(last.slice(0, 60)));
  assert.equal(
    await page.evaluate("document.querySelectorAll('main :is(script, img, iframe, svg, object, a, b b)').length"),
    0,
  );
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate("globalThis.ran"), 0);
  await page.context().close();
});

test("axe finds nothing to complain about in any panel, at either size", async () => {
  for (const options of [{}, PHONE]) {
    const fake = await enter(undefined, { bypassCSP: true, ...options });
    const { page } = fake;
    await page.evaluate(axe);
    const complaints = async (/** @type {string} */ where) => {
      const { violations } = /** @type {any} */ (await page.evaluate("axe.run()"));
      const told = (/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => node.html)}`;
      assert.deepEqual(violations.map(told), [], where);
    };
    wait(fake, SEAT.HOST);
    const line = { channel: 1, person: 102, to: 0, time: 1760000000, name: "Bob", id: 1, text: "hello" };
    fake.say("talk", { lines: [line, { ...line, id: 2, person: 0, channel: 0, text: "Bob joined." }] });
    await shows(fake, "#lobby", /Friday/);
    await complaints("waiting");
    play(fake, 1, { until: fake.tick + 80 });
    await shows(fake, "#banner", /chaser/);
    await complaints("countdown");
    play(fake, 2);
    fake.say("event", { text: "Bob was caught" });
    await shows(fake, "#bar", /chaser/);
    await complaints("playing");
    play(fake, 3, { result: "Nobody wins" });
    await shows(fake, "#results", /Nobody wins/);
    await complaints("results");
    await page.getByRole("button", { name: "Rooms" }).click();
    await complaints("rooms");
    await page.keyboard.press("Escape");
    wait(fake, 0, { relay: 1, buttons: [{ name: "go", words: "Go" }] });
    await shows(fake, "#controller", /Go/);
    await complaints("controller");
    fake.say("goodbye", { code: codeOf("kicked"), param: "" });
    await shows(fake, "#words", /sent you away/);
    await complaints("kicked");
    await page.context().close();
  }
});
