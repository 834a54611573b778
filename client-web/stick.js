// Steering by touch: the finger's way from where it went down is the direction, in eight steps.

import { BUTTONS } from "./gen/protocol.js";

const DEAD_ZONE = 14;
const FULL = 60;

/** Clockwise from the right, as angles grow on a screen. */
const DIRECTIONS = [
  BUTTONS.RIGHT,
  BUTTONS.RIGHT | BUTTONS.DOWN,
  BUTTONS.DOWN,
  BUTTONS.DOWN | BUTTONS.LEFT,
  BUTTONS.LEFT,
  BUTTONS.LEFT | BUTTONS.UP,
  BUTTONS.UP,
  BUTTONS.UP | BUTTONS.RIGHT,
];

/** The buttons for a finger this far, in CSS pixels, from where it went down. @param {number} x @param {number} y */
export function buttonsOf(x, y) {
  if (Math.hypot(x, y) < DEAD_ZONE) return 0;
  return DIRECTIONS[(Math.round(Math.atan2(y, x) / (Math.PI / 4)) + 8) % 8];
}

/**
 * @param {HTMLElement} surface
 * @param {import("./input.js").Input} input
 */
export function listenToTouch(surface, input) {
  /** @type {{id: number, x: number, y: number} | undefined} */
  let finger;

  surface.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" || finger) return;
    finger = { id: event.pointerId, x: event.clientX, y: event.clientY };
    surface.setPointerCapture(event.pointerId);
  });
  surface.addEventListener("pointermove", (event) => {
    if (!finger || event.pointerId !== finger.id) return;
    const x = event.clientX - finger.x;
    const y = event.clientY - finger.y;
    input.setStick(buttonsOf(x, y));
    // The middle follows a finger that went far, so that turning back is short.
    const far = Math.hypot(x, y) - FULL;
    if (far > 0) {
      finger.x += (x * far) / (far + FULL);
      finger.y += (y * far) / (far + FULL);
    }
  });
  const lift = (/** @type {PointerEvent} */ event) => {
    if (!finger || event.pointerId !== finger.id) return;
    finger = undefined;
    input.setStick(0);
  };
  surface.addEventListener("pointerup", lift);
  surface.addEventListener("pointercancel", lift);
}
