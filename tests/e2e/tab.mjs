// One browser tab that plays: opens the page, presses keys as a person would, and keeps the draw lists.
//   node tests/e2e/tab.mjs URL KEYS TRACE PICTURE
// KEYS is JSON: [[ms, "down"|"up", code], ..., [ms, "picture"], [ms, "end"]]. Says "joined" once it plays, and presses
// keys from the moment that a line comes by standard input. The first frame drawn after a key event says so: `pressed`
// holds the codes of the keys that went down since the frame before.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { launchChromium } from "../web/chromium.js";

const [url, keys, tracePath, picturePath] = process.argv.slice(2);
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 960, height: 540 } });
  page.on("pageerror", (error) => console.error("page error:", error.message));
  page.on("console", (message) => message.type() === "error" && console.error("console:", message.text()));
  await page.goto(url);
  // Polled from here: the page's own policy forbids evaluating text in it.
  const joined = () => window.tickbox?.state === "playing" && window.tickbox.trace.length > 5;
  for (const until = Date.now() + 30000; !(await page.evaluate(joined)); await sleep(50))
    if (Date.now() > until) throw new Error(`not playing: ${await page.evaluate(() => document.body.innerText)}`);
  await page.evaluate(() => {
    window.presses = [];
    addEventListener("keydown", ({ code }) => window.presses.push({ code, next: window.tickbox.trace.length }), true);
  });
  console.log("joined");
  await once(process.stdin, "data");
  process.stdin.pause();
  const start = performance.now();
  for (const [ms, action, code] of JSON.parse(keys)) {
    await sleep(Math.max(0, start + ms - performance.now()));
    if (action === "down") await page.keyboard.down(code);
    if (action === "up") await page.keyboard.up(code);
    if (action === "picture") await page.screenshot({ path: picturePath });
  }
  const trace = await page.evaluate(() => {
    const { trace } = window.tickbox;
    for (const { code, next } of window.presses) if (trace[next]) (trace[next].pressed ??= []).push(code);
    return trace.map((frame) => JSON.stringify(frame)).join("\n");
  });
  writeFileSync(tracePath, `${trace}\n`);
} finally {
  await browser.close();
}
