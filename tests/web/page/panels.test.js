// The panels of a match in Chromium, against a made-up server: what they show, and what they say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { SEAT } from "../../../client-web/gen/protocol.js";
import { player, standing } from "./fake.js";
import { until } from "./server.js";
import { codeOf, enter, hides, PHONE, play, shows, stage, wait } from "./stage.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

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
  assert.equal(await fake.page.getByLabel("Link for friends").inputValue(), `${stage.files.url}/r/RK7T`);
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
  await shows(fake, "#banner", /^3 You are: chaser\b/);
  await hides(fake, "#lobby");
  play(fake, 2);
  await hides(fake, "#banner");
  await shows(fake, "#bar", /0:4[12] You: chaserPoints 3/);
  fake.say("event", { text: "Bob was caught" });
  await shows(fake, "#event", /^Bob was caught$/);
  await fake.page.getByRole("button", { name: "Pause" }).click();
  assert.deepEqual(await fake.last("pause"), { on: 1 });
  play(fake, 2, { paused: 1 });
  await shows(fake, "#banner", /^Paused/);
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
  await shows(fake, "#results .outcome", /^You lost\.$/);
  fake.say("event", { text: "Bob was caught" });
  await hides(fake, "#event");
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

test("a notice leaves the line to write in free, in a window of any width", async () => {
  for (const viewport of [
    { width: 960, height: 540 },
    { width: 1280, height: 720 },
  ]) {
    const fake = await enter(undefined, { viewport });
    fake.say("notice", { code: codeOf("talk_too_fast"), param: "60" });
    await shows(fake, "#notices", /too fast/);
    const [notice, line] = await Promise.all(
      ["#notices p", "#say"].map((what) => fake.page.locator(what).boundingBox()),
    );
    assert.ok(notice && line && notice.y + notice.height <= line.y, JSON.stringify({ notice, line }));
    await fake.page.context().close();
  }
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
