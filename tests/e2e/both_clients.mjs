// Takes the README's picture: the native window and a browser tab at the same moment of the same match of tag.
//   node tests/e2e/both_clients.mjs BUILD PICTURE
// Ada stands in the window; Grace walks up to her in the tab, by keys, while practice bots chase and run.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { launchChromium } from "../web/chromium.js";

const [build, picture] = process.argv.slice(2);
const PORT = "18765";
const SEED = "9";
const SIZE = { width: 1280, height: 720 };
const WIDE = 800; // of each half, with a gap of 8 between
const READY = 240; // ticks after Ada joined: by then Grace is there and ready
const TICK = 510; // of the window's picture: some seconds of the match
const folder = mkdtempSync(join(tmpdir(), "tickbox-pictures-"));
const windowPicture = join(folder, "window.png");
const script = join(folder, "ada.txt");
writeFileSync(script, `20 type /set bots 30\n30 type /set chasers 15\n${READY} ready\n${TICK - 90} type Good luck, Grace!\n`);
// Without our own variables: the server takes them for misspelt options.
const plain = Object.entries(process.env).filter(([name]) => !name.startsWith("TICKBOX_"));
const environment = { ...Object.fromEntries(plain), SDL_VIDEODRIVER: "offscreen" };

function start(program, ...words) {
  const child = spawn("timeout", ["-k", "1", "60", join(build, program), ...words], { stdio: "ignore", env: environment });
  return { stop: () => child.exitCode === null && (child.kill(), once(child, "exit")) };
}

async function until(holds, what) {
  for (const end = Date.now() + 30000; !(await holds()); await sleep(20))
    if (Date.now() > end) throw new Error(`not within 30 s: ${what}`);
}

const isListening = () => fetch(`http://127.0.0.1:${PORT}/healthz`).then((answer) => answer.ok, () => false);

/** Holds the keys that lead from Grace to a place beside Ada, and lets go of the others. */
async function walk(page, held) {
  const [grace, ada] = await page.evaluate(() => {
    const { items, own } = window.tickbox.trace.at(-1);
    return [items.find((item) => item[0] === own), items.reduce((one, other) => (other[0] < one[0] ? other : one))];
  });
  const [across, down] = [ada[1] + 2400 - grace[1], ada[2] + 1200 - grace[2]];
  const wanted = { KeyD: across > 320, KeyA: across < -320, KeyS: down > 320, KeyW: down < -320 };
  for (const [key, isDown] of Object.entries(wanted)) {
    if (isDown && !held.has(key)) await page.keyboard.down(key);
    if (!isDown && held.has(key)) await page.keyboard.up(key);
    held[isDown ? "add" : "delete"](key);
  }
}

const running = [start("tickbox-server", "--host", "127.0.0.1", "--port", PORT, "--seed", SEED, "--practice-bots", "0", "--rooms", "yard:tag")];
const browser = await launchChromium();
try {
  await until(isListening, "the server listens");
  running.push(start("tickbox", `127.0.0.1:${PORT}/r/yard`, "--name", "Ada", "--script", script, "--screenshot-at", `${TICK}=${windowPicture}`));
  await sleep(1000);
  const page = await browser.newPage({ viewport: SIZE });
  await page.goto(`http://127.0.0.1:${PORT}/r/yard?trace&name=Grace`);
  await until(() => page.evaluate(() => window.tickbox?.trace.length > 5), "the tab plays");
  await page.evaluate(() => window.tickbox.send("ready", { on: 1 }));
  const held = new Set();
  while (!existsSync(windowPicture)) await walk(page, held);
  const tab = await page.screenshot();
  await sleep(200); // the window's file may still be growing
  const images = [readFileSync(windowPicture), tab].map((png) => `<img src="data:image/png;base64,${png.toString("base64")}">`);
  const sheet = await browser.newPage({ viewport: { width: 2 * WIDE + 8, height: (WIDE * SIZE.height) / SIZE.width } });
  await sheet.setContent(`<style>body{margin:0;display:flex;gap:8px}img{width:${WIDE}px}</style>${images.join("")}`);
  mkdirSync(dirname(picture), { recursive: true });
  await sheet.screenshot({ path: picture, omitBackground: true });
} finally {
  await browser.close();
  for (const one of running.reverse()) await one.stop();
  rmSync(folder, { recursive: true, force: true });
}
