// A browser and a real server, from a test file's first test to its last.

import { after, before } from "node:test";
import { launchChromium } from "../chromium.js";
import { Server } from "./server.js";

/** What the tests of a file share. */
export const house = {
  browser: /** @type {import("playwright-core").Browser} */ (/** @type {unknown} */ (undefined)),
  server: /** @type {Server} */ (/** @type {unknown} */ (undefined)),
};

before(async () => {
  house.browser = await launchChromium();
  house.server = await Server.start();
});

after(async () => {
  await house.browser?.close();
  await house.server?.stop();
});

/** @param {import("playwright-core").BrowserContextOptions} [options] */
export function newContext(options) {
  return house.browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
}

/** @param {import("playwright-core").Page} page @param {string} selector */
export async function textOf(page, selector) {
  return (await page.locator(selector).textContent()) ?? "";
}
