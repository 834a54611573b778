// Talk, rooms, seats and controllers in Chromium, against a made-up server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS, SEAT } from "../../../client-web/gen/protocol.js";
import { Fake, MATCH, player, ROOM, standing } from "./fake.js";
import { payloads } from "./payloads.js";
import { until, untilState } from "./server.js";
import { codeOf, enter, hides, PHONE, shows, stage, wait } from "./stage.js";

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
  await until(async () => /\/r\/HHT7\?name=Ada$/.test(page.url()), "the address says so");
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

test("a reload comes back to the seat with its token, which is in no address and in no log", async () => {
  const context = await stage.browser.newContext();
  const asked = await Fake.open(context);
  /** @type {string[]} */
  const told = [];
  asked.page.on("console", (message) => told.push(message.text()));
  asked.page.on("request", (request) => told.push(request.url()));
  const token = "5ec4e7".padEnd(32, "0");
  asked.onHello = (one, hello) => one.welcome(hello, { token });
  await asked.page.goto(`${stage.files.url}/r/rk7t`);
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
  const context = await stage.browser.newContext();
  const [first, second] = [await Fake.open(context), await Fake.open(context)];
  let made = 0;
  const welcomed = (/** @type {Fake} */ one, /** @type {any} */ hello) =>
    one.welcome(hello, { token: String(++made).padEnd(32, "0"), resumed: hello.token ? 1 : 0 });
  first.onHello = second.onHello = welcomed;
  await first.page.goto(`${stage.files.url}/r/RK7T?name=Ada`);
  await untilState(first.page, "playing");
  const stored = await first.page.evaluate("JSON.stringify(sessionStorage)");
  await second.page.addInitScript(
    `Object.entries(${stored}).forEach(([key, value]) => sessionStorage.setItem(key, value))`,
  );
  await second.page.goto(`${stage.files.url}/r/RK7T?name=Ada`);
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
  await until(async () => new URL(fake.page.url()).pathname === "/", "the address says so");
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

/** In the page: keeps every result and every event, as an event stands for three seconds only. */
function noteWhatIsShown() {
  const shown = { results: /** @type {string[]} */ ([]), events: /** @type {string[]} */ ([]) };
  Object.assign(globalThis, { shown });
  const [results, event] = ["results", "event"].map((id) => /** @type {HTMLElement} */ (document.getElementById(id)));
  new MutationObserver(() => shown.results.push(results.querySelector("h2")?.textContent ?? "")).observe(results, {
    childList: true,
  });
  new MutationObserver(() => shown.events.push(event.textContent ?? "")).observe(event, { childList: true });
}

/** What was shown, once the last text was. @param {import("playwright-core").Page} page @param {string} last */
async function untilShown(page, last) {
  /** @type {any} */
  let shown;
  await until(async () => {
    shown = await page.evaluate("shown");
    return shown.results.includes(last) && shown.events.includes(last);
  }, "the last result and the last event");
  return shown;
}

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
  await page.evaluate(noteWhatIsShown);
  for (const text of texts) {
    fake.roster([player(2, text.slice(0, 60))], [standing(2, SEAT.PLAYS)]);
    fake.say("room", { ...ROOM, name: text.slice(0, 60), roles: [{ name: text.slice(0, 30), color: 1 }] });
    fake.say("match", { ...MATCH, phase: 3, result: text });
    fake.say("event", { text });
    fake.say("notice", { code: codeOf("unknown_game"), param: text.slice(0, 100) });
  }
  const last = texts[texts.length - 1];
  const shown = /** @type {{results: string[], events: string[]}} */ (await untilShown(page, last));
  for (const [where, seen] of Object.entries(shown)) {
    assert.deepEqual(
      texts.filter((text) => !seen.includes(text)),
      [],
      `${where} that were never shown`,
    );
  }
  assert.ok(((await page.locator("#results tbody").textContent()) ?? "").includes(last.slice(0, 60)));
  assert.equal(
    await page.evaluate("document.querySelectorAll('main :is(script, img, iframe, svg, object, a, b b)').length"),
    0,
  );
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate("globalThis.ran"), 0);
  await page.context().close();
});
