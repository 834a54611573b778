// A page in Chromium before a made-up server, in the states that the panels' tests start from.

import { after, before } from "node:test";
import { CODES, SEAT } from "../../../client-web/gen/protocol.js";
import { launchChromium } from "../chromium.js";
import { Fake, MATCH, player, ROOM, servePage, standing } from "./fake.js";
import { until, untilState } from "./server.js";

const PEOPLE = [player(1, "Ada"), player(2, "Bob"), player(3, "Grace"), player(4, "Otto", { kind: "practice" })];
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** What the tests of a file share. */
export const stage = {
  browser: /** @type {import("playwright-core").Browser} */ (/** @type {unknown} */ (undefined)),
  files: /** @type {Awaited<ReturnType<typeof servePage>>} */ (/** @type {unknown} */ (undefined)),
};

before(async () => {
  stage.browser = await launchChromium();
  stage.files = await servePage();
});

after(async () => {
  await stage.browser?.close();
  stage.files?.close();
});

/** @param {string} name */
export function codeOf(name) {
  return CODES.findIndex((code) => code.name === name);
}

/** @param {string} [path] @param {import("playwright-core").BrowserContextOptions} [options] */
export async function enter(path = "/r/RK7T?name=Ada", options) {
  const context = await stage.browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
  const fake = await Fake.open(context);
  await fake.page.goto(stage.files.url + path);
  await untilState(fake.page, "playing");
  return fake;
}

/** @param {Fake} fake @param {number} own flags of one's own seat @param {Record<string, any>} [room] */
export function wait(fake, own, room = {}) {
  fake.say("room", { ...ROOM, ...room });
  fake.say("match", MATCH);
  const others = [standing(2, SEAT.READY, { victories: 2 }), standing(3, SEAT.AWAY), standing(4, SEAT.PRACTICE)];
  fake.roster(PEOPLE, [standing(1, own), ...others]);
}

/** @param {Fake} fake @param {number} phase @param {Record<string, any>} [more] */
export function play(fake, phase, more = {}) {
  fake.say("match", { ...MATCH, phase, number: 1, until: fake.tick + 30 * 42, ...more });
  const all = [standing(1, SEAT.HOST | SEAT.PLAYS, { role: 1, score: 3 }), standing(2, SEAT.PLAYS, { score: 5 })];
  fake.roster(PEOPLE, [...all, standing(3, SEAT.PLAYS | SEAT.WON, { score: 4, victories: 3 })]);
}

/** @param {Fake} fake @param {string} selector @param {RegExp} words */
export async function shows(fake, selector, words) {
  const element = fake.page.locator(selector);
  const text = async () =>
    (await element.isVisible()) ? ((await element.textContent()) ?? "").replace(/\s+/g, " ").trim() : "";
  await until(async () => words.test(await text()), `${selector} shows ${words}`);
}

/** @param {Fake} fake @param {string} selector */
export async function hides(fake, selector) {
  await until(async () => !(await fake.page.locator(selector).isVisible()), `${selector} is hidden`);
}
