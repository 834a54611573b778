// Rooms in Chromium, against a real server: a match by link, play without WebSockets, and phones as controllers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SEAT } from "../../../client-web/gen/protocol.js";
import { house, newContext, textOf } from "./house.js";
import { lastOf, openTab, placeOf, until, untilAgreed, untilPlace, untilState } from "./server.js";

/** Makes a room from a page, and goes there. @param {import("playwright-core").Page} page @param {string} game */
async function makeRoom(page, game) {
  await page.getByRole("button", { name: "Rooms" }).click();
  await page.locator("#create-name").fill("Ours");
  await until(async () => (await page.locator("#create-game option").count()) > 0, "games are offered");
  await page.locator("#create-game").selectOption(game);
  await page.getByRole("button", { name: "Make it" }).click();
  await page.waitForURL(/\/r\//);
  await untilState(page, "playing");
  await until(async () => page.locator("#lobby").isVisible(), "the waiting room");
  return new URL(page.url()).pathname;
}

/** @param {import("playwright-core").Page} page @returns {Promise<any>} */
function gameOf(page) {
  return page.evaluate(
    "({ phase: tickbox.game.room.phase, own: tickbox.game.ownId, all: tickbox.game.roster.members() })",
  );
}

/** WebSockets that fail at once, as behind a proxy that does not pass them on. */
const BLOCKED = `globalThis.WebSocket = class {
  constructor() { setTimeout(() => this.onclose?.({})); }
  send() {}
  close() {}
};`;

test("friends meet by link, play a match, and a reload keeps seat, role and what was said", async () => {
  const context = await newContext();
  const host = await openTab(context, house.server.url, "Host");
  const path = (await makeRoom(host, "tag")).slice(1);
  const guest = await openTab(await newContext(), `${house.server.url}${path}`, "Guest");
  await guest.fill("#text", "hello <b>there</b>");
  await guest.press("#text", "Enter");
  await until(async () => (await textOf(host, "#log")).includes("Guest: hello <b>there</b>"), "it is heard");
  await guest.getByRole("button", { name: "Ready" }).click();
  await until(async () => (await textOf(host, "#lobby-members")).includes("✓ ready"), "the host sees who is ready");
  await host.getByRole("button", { name: "Start" }).click();
  await until(async () => guest.locator("#banner").isVisible(), "the countdown is shown");
  await until(async () => (await gameOf(guest)).phase === "playing", "the match");
  const before = await gameOf(guest);
  await until(async () => /You: (chaser|runner)/.test(await textOf(guest, "#bar")), "the bar tells the role");
  await guest.reload();
  await untilState(guest, "playing");
  await until(async () => (await gameOf(guest)).all.length === 2, "both are told");
  const after = await gameOf(guest);
  const roles = (/** @type {any} */ { all }) => all.map((/** @type {any} */ one) => [one.id, one.role, one.name]);
  assert.deepEqual([after.own, roles(after)], [before.own, roles(before)]);
  await until(async () => (await textOf(guest, "#log")).split("hello <b>there</b>").length === 2, "said once");
  await host.getByRole("button", { name: "End", exact: true }).click();
  await until(async () => guest.locator("#lobby").isVisible(), "back to waiting");
  await context.close();
  await guest.context().close();
});

test("where WebSockets are blocked the page polls, says so, walks, talks and plays", async () => {
  const context = await newContext();
  await context.addInitScript(BLOCKED);
  const poller = await openTab(context, house.server.url, "Poller");
  assert.match(await textOf(poller, "#slow"), /^WebSockets are blocked/);
  const path = (await makeRoom(poller, "tag")).slice(1);
  const watcher = await openTab(await newContext(), `${house.server.url}${path}`, "Watcher");
  await poller.fill("#text", "over plain HTTP");
  await poller.press("#text", "Enter");
  await until(async () => (await textOf(watcher, "#log")).includes("Poller: over plain HTTP"), "it is heard");
  await poller.getByRole("button", { name: "Start" }).click();
  await until(async () => (await gameOf(poller)).phase === "playing", "the match");
  const { own } = await gameOf(poller);
  await until(async () => (await placeOf(poller, own)) !== undefined, "its box");
  const start = await placeOf(poller, own);
  await poller.focus("#arena");
  const [across, down] = [start.x < 19200 ? "KeyD" : "KeyA", start.y < 12800 ? "KeyS" : "KeyW"];
  await poller.keyboard.down(across); // a chaser stands still at first
  await untilPlace(poller, own, ({ x }) => Math.abs(x - start.x) > 640, `${across} walks`);
  await poller.keyboard.up(across);
  await poller.keyboard.down(down);
  await untilPlace(poller, own, ({ y }) => Math.abs(y - start.y) > 640, `${down} walks`);
  await poller.keyboard.up(down);
  await untilAgreed(poller, watcher, own);
  assert.equal((await lastOf(watcher)).desyncs, 0);
  await context.close();
  await watcher.context().close();
});

test("a phone's press reaches the display of its relay room, and the display's result reaches the phone", async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const player = await openTab(await newContext(phone), house.server.url, "Thumb");
  await player.getByRole("button", { name: "Rooms" }).click();
  await player.getByLabel("A display runs the game").check();
  await player.getByRole("button", { name: "Make it" }).click();
  await player.waitForURL(/\/r\//);
  await untilState(player, "playing");
  const { own } = await gameOf(player);
  const context = await newContext();
  const display = await context.newPage();
  await display.goto(`${house.server.url}${new URL(player.url()).pathname.slice(1)}?kind=display&name=Screen`);
  await untilState(display, "playing");
  await display.evaluate(() => {
    const { tickbox } = /** @type {any} */ (window);
    tickbox.got = [];
    addEventListener("tickbox-relay", (event) => tickbox.got.push(/** @type {CustomEvent} */ (event).detail.data));
    const buttons = [{ name: "jump", words: "Jump" }];
    tickbox.send("report", { phase: 2, result: "", standings: [], roles: [], teams: [], buttons });
  });
  await player.getByRole("button", { name: "Jump" }).tap();
  await until(async () => (await display.evaluate("tickbox.got.join()")) === "+jump,-jump", "the press is heard");
  const report = { phase: 3, result: "Thumb wins", roles: [], teams: [], buttons: [] };
  const standings = [{ id: own, flags: SEAT.PLAYS | SEAT.WON, role: 0, team: 0, score: 5, victories: 0 }];
  await display.evaluate((told) => /** @type {any} */ (window).tickbox.send("report", told), { ...report, standings });
  for (const page of [player, display]) {
    await until(async () => page.locator("#results").isVisible(), "the results");
    assert.match(await textOf(page, "#results"), /Thumb wins.*Thumb ★ won.*51/s);
  }
  await player.context().close();
  await context.close();
});
