// A whole evening: three browsers, two native windows and ten bots meet by link in a room, make ready, play tag to its
// end, see the same roles, scores and winner, and play again with victories counted.
//   node tests/e2e/match.mjs BUILD PICTURES
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { launchChromium } from "../web/chromium.js";

const [build, pictures] = process.argv.slice(2);
const SEAT = { HOST: 1, READY: 2, PLAYS: 16, WON: 64 };
const [WAITING, COUNTDOWN, PLAYING, RESULTS] = [0, 1, 2, 3];
const TABS = ["Tab Ada", "Tab Bea", "Tab Cid"];
const WINDOWS = ["Window Dan", "Window Eve"];
const BOTS = 10;
const EVERYBODY = TABS.length + WINDOWS.length + BOTS;
const SECONDS = 20;
const folder = mkdtempSync(join(tmpdir(), "tickbox-match-"));
mkdirSync(pictures, { recursive: true });

let failed = 0;

/** @param {boolean} holds @param {string} words */
function claim(holds, words) {
  if (!holds) failed++;
  console.log(`${holds ? "ok" : "not ok"} - ${words}`);
}

/** Waits for what `look` gives; it must come in time. */
async function wait(words, look, seconds = 30, explain = () => "") {
  for (const until = Date.now() + seconds * 1000; ; await sleep(50)) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > until) throw new Error(`this never came: ${words} ${JSON.stringify(await explain())}`);
  }
}

// --- processes -------------------------------------------------------------------------------------------------

const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TICKBOX_")));
const processes = [];

function start(program, words, environment = {}) {
  const child = spawn(join(build, program), words, { env: { ...plain, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  child.said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (child.said += bytes));
  processes.push(child);
  return child;
}

/** Ends a process, and gives its status. */
async function end(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
  return child.exitCode;
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

// --- what each of them knows -----------------------------------------------------------------------------------

/** A native window: what the server told it, as it wrote it down. */
class Window {
  constructor(name, link) {
    this.name = name;
    const file = (ending) => join(folder, `${name.replace(" ", "-")}.${ending}`);
    this.events = file("jsonl");
    this.script = file("txt");
    const ready = Array.from({ length: 100 }, (_, at) => `${60 + at * 30} ready`);
    writeFileSync(this.script, `20 type Good evening, I am ${name}\n${ready.join("\n")}\n`);
    const shots = [];
    for (let tick = 30; tick < 1800 && name === WINDOWS[0]; tick += 60) shots.push(tick);
    this.shots = shots.slice(0, 30).map((tick) => ({ tick, path: file(`${tick}.png`) }));
    const words = this.shots.flatMap(({ tick, path }) => ["--screenshot-at", `${tick}=${path}`]);
    this.process = start("tickbox", [link, "--name", name, "--script", this.script, "--events", this.events, ...words, "--seconds", "200"], {
      SDL_VIDEODRIVER: "offscreen",
      SDL_RENDER_DRIVER: "software",
    });
  }

  messages() {
    try {
      const lines = readFileSync(this.events, "utf8").split("\n");
      return lines.slice(0, -1).map((line) => JSON.parse(line));
    } catch {
      return [];
    }
  }

  /** How match and standings were when the last message so far had come. */
  state() {
    const names = new Map();
    const standings = new Map();
    let match = { phase: WAITING, number: 0, result: "" };
    for (const message of this.messages()) {
      if (message.message === "match") match = message;
      if (message.message !== "roster") continue;
      for (const player of message.joined) names.set(player.id, player.name);
      for (const standing of message.standings) standings.set(standing.id, standing);
      for (const { id } of message.left) standings.delete(id);
    }
    const members = [...standings.values()].map((one) => ({ ...one, name: names.get(one.id) }));
    return { ...match, members };
  }
}

/** A browser's tab. */
class Tab {
  constructor(name, page) {
    this.name = name;
    this.page = page;
  }

  /** @returns {Promise<any>} */
  state() {
    return this.page.evaluate(() => {
      const { game } = window.tickbox;
      const members = game.roster.members().map(({ id, flags, role, team, score, victories, name }) => ({ id, flags, role, team, score, victories, name }));
      return { phase: game.room.match.phase, number: game.room.match.number, result: game.room.match.result, members };
    });
  }

  picture(words) {
    return this.page.screenshot({ path: join(pictures, `match-${words}-page.png`) });
  }
}

/** All that must be the same for everybody. */
const shared = ({ phase, number, result, members }) =>
  JSON.stringify({ phase, number, result, members: members.map(({ id, flags, role, team, score, victories, name }) => [id, flags, role, team, score, victories, name]).sort((a, b) => a[0] - b[0]) });

async function press(page, button) {
  await page.keyboard.down(button);
  await sleep(700);
  await page.keyboard.up(button);
}

// --- the evening -----------------------------------------------------------------------------------------------

async function join_(browser, url, name) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 640 } });
  const page = await context.newPage();
  page.on("pageerror", (error) => claim(false, `${name}: ${error.message}`));
  await page.goto(`${url}?name=${encodeURIComponent(name)}`);
  await wait(`${name} plays`, () => page.evaluate(() => window.tickbox?.state === "playing"));
  return new Tab(name, page);
}

/** The first tab makes a room by hand, as a person would, and the room's address is then in its address bar. */
async function makeRoom(browser, address) {
  const tab = await join_(browser, `${address}/`, TABS[0]);
  await tab.page.click("#open-rooms");
  await tab.page.fill("#create-name", "Evening");
  await tab.page.selectOption("#create-game", "tag");
  await tab.page.click("#create-form button[type=submit]");
  const link = await wait("the room's link", () => /\/r\/\w{4}/.exec(tab.page.url())?.[0]);
  await wait("the room", () => tab.page.evaluate(() => window.tickbox.state === "playing" && window.tickbox.game.room.room.game === "tag"));
  return { tab, link: address + link };
}

async function playMatch(number, everybody, tabs) {
  const begins = ({ phase, number: now }) => phase >= COUNTDOWN && now === number;
  await wait(`match ${number} begins`, async () => begins(await tabs[0].state()), 60, () => tabs[0].state());
  if (number === 1) await tabs[1].picture("countdown");
  await wait(`match ${number} is played`, async () => (await tabs[0].state()).phase === PLAYING, 10, () => tabs[0].state());
  const moves = tabs.map((tab, at) => press(tab.page, ["ArrowRight", "ArrowDown", "ArrowLeft"][at]));
  await Promise.all(moves);
  const roles = await Promise.all(everybody.map((one) => one.state()));
  const dealt = roles.map(({ members }) => JSON.stringify(members.filter(({ flags }) => flags & SEAT.PLAYS).map(({ id }) => id).sort()));
  claim(new Set(dealt).size === 1, `match ${number}: everybody sees the same players`);
  const chasers = roles[0].members.filter(({ flags, role }) => flags & SEAT.PLAYS && role === 0).length;
  const players = roles[0].members.filter(({ flags }) => flags & SEAT.PLAYS).length;
  claim(players === EVERYBODY && chasers > 0 && chasers < players, `match ${number}: ${players} play, ${chasers} of them in the first role`);
  if (number === 1) await tabs[1].picture("playing");
  await wait(`match ${number} ends`, async () => (await tabs[0].state()).phase === RESULTS, SECONDS + 20);
  await sleep(1000);
  const ends = await Promise.all(everybody.map((one) => one.state()));
  claim(ends[0].result !== "", `match ${number}: ${ends[0].result}`);
  claim(new Set(ends.map(shared)).size === 1, `match ${number}: ${everybody.length} clients see the same roles, scores and winner`);
  claim(ends[0].members.some(({ flags }) => flags & SEAT.WON), `match ${number}: ${ends[0].members.filter(({ flags }) => flags & SEAT.WON).length} won`);
  claim(ends[0].members.some(({ score }) => score > 0), `match ${number}: points were made`);
  await tabs[1].picture(number === 1 ? "results" : "results-again");
  return ends[0];
}

async function evening(browser, port) {
  const address = `http://127.0.0.1:${port}`;
  const { tab, link } = await makeRoom(browser, address);
  const code = link.slice(-4);
  const tabs = [tab];
  for (const name of TABS.slice(1)) tabs.push(await join_(browser, link, name));
  await tab.page.keyboard.press("Enter");
  await tab.page.keyboard.type(`/set seconds ${SECONDS}`);
  await tab.page.keyboard.press("Enter");
  await tab.page.keyboard.press("Escape");
  await wait("the option", () => tab.page.evaluate(() => window.tickbox.game.room.room.choices.some(({ name, value }) => name === "seconds" && value === 20)));
  const windows = WINDOWS.map((name) => new Window(name, link));
  const bots = start("tickbox-bots", ["--url", `ws://127.0.0.1:${port}`, "--bots", `${BOTS}`, "--room", code, "--seconds", "110", "--json"]);
  await wait("everybody is here", async () => (await tab.state()).members.length === EVERYBODY, 40);
  const everybody = [...tabs, ...windows];
  await wait("everybody knows everybody", async () => {
    const states = await Promise.all(everybody.map((one) => one.state()));
    return states.every(({ members }) => members.length === EVERYBODY && members.every(({ name }) => name));
  });
  claim(true, `${EVERYBODY} met by ${link.slice(-7)}`);
  await tabs[1].picture("waiting");
  await wait("two greetings", () => tabs[2].page.evaluate(() => document.getElementById("log")?.textContent.match(/Good evening/g)?.length === 2));
  claim(true, "what the windows said stands in the page");
  for (const { page } of tabs) await page.evaluate(() => window.tickbox.send("ready", { on: 1 }));
  const first = await playMatch(1, everybody, tabs);
  await wait("waiting again", async () => (await tab.state()).phase !== RESULTS, 20);
  for (const { page } of tabs) await page.evaluate(() => window.tickbox.send("ready", { on: 1 }));
  const second = await playMatch(2, everybody, tabs);
  const sum = ({ members }) => members.reduce((all, { victories }) => all + victories, 0);
  const won = ({ members }) => members.filter(({ flags }) => flags & SEAT.WON).length;
  claim(sum(first) === won(first) && sum(second) === won(first) + won(second), `victories are counted: ${sum(first)}, then ${sum(second)}`);
  await nativePictures(windows[0]);
  for (const window of windows) claim((await end(window.process)) === 0, `${window.name} ended well`);
  const report = await botsReport(bots);
  claim(report.desyncs === 0 && report.checks > 0, `the bots checked ${report.checks} sums, ${report.desyncs} differed`);
}

/** The window took pictures all the time; those of each phase are kept. */
async function nativePictures(window) {
  const { copyFileSync, existsSync } = await import("node:fs");
  const taken = window.shots.filter(({ path }) => existsSync(path));
  claim(taken.length > 5, `the window took ${taken.length} pictures`);
  for (const { tick, path } of taken) copyFileSync(path, join(pictures, `match-window-${String(tick).padStart(4, "0")}.png`));
}

/** They would stay longer than the evening. */
async function botsReport(bots) {
  bots.kill("SIGTERM");
  if (bots.exitCode === null) await Promise.race([once(bots, "exit"), sleep(10000)]);
  claim(bots.exitCode === 0, `the bots ended with ${bots.exitCode}`);
  return JSON.parse(bots.said.slice(bots.said.indexOf("{")));
}

const browser = await launchChromium();
const port = await freePort();
const server = start("tickbox-server", ["--port", `${port}`, "--host", "127.0.0.1", "--practice-bots", "0", "--seed", "5"]);
try {
  await wait("the server", () => fetch(`http://127.0.0.1:${port}/healthz`).then(({ ok }) => ok).catch(() => false));
  await evening(browser, port);
} catch (problem) {
  claim(false, `${problem.stack}`);
} finally {
  await browser.close();
  for (const child of processes.slice(1)) await end(child);
  claim((await end(server)) === 0, "the server ended well");
  if (failed) console.log(server.said.split("\n").slice(-30).join("\n"));
  rmSync(folder, { recursive: true });
}
process.exit(failed ? 1 : 0);
