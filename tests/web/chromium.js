// The system's Chromium, and how tests start it: without a screen, and asking nobody on the network.

import { chromium } from "playwright-core";

export const CHROMIUM = process.env.TICKBOX_CHROMIUM ?? "/usr/bin/chromium";
export const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser of our own; the caller closes it. */
export function launchChromium() {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}
