// Which buttons are held: physical keys and the touch stick. A tap that begins and ends between two readings
// is read as held once.

import { BUTTONS } from "./gen/protocol.js";

/** @type {Record<string, number>} */
const KEYS = {
  ArrowUp: BUTTONS.UP,
  KeyW: BUTTONS.UP,
  ArrowDown: BUTTONS.DOWN,
  KeyS: BUTTONS.DOWN,
  ArrowLeft: BUTTONS.LEFT,
  KeyA: BUTTONS.LEFT,
  ArrowRight: BUTTONS.RIGHT,
  KeyD: BUTTONS.RIGHT,
  Space: BUTTONS.ACTION,
  ShiftLeft: BUTTONS.SECOND,
};

/** Is something typed or chosen there? @param {EventTarget | null} target */
export function takesKeys(target) {
  if (!(target instanceof Element)) return false;
  return target.matches("input, select, textarea") || target.closest("dialog") !== null;
}

/** Does this key belong to what has the focus, and not to the game? @param {KeyboardEvent} event */
function isTaken({ target, code }) {
  return takesKeys(target) || (code === "Space" && target instanceof HTMLButtonElement);
}

export class Input {
  constructor() {
    /** Keys that are down, by code: two keys may mean one button. @type {Map<string, number>} */
    this.down = new Map();
    this.stick = 0;
    /** Buttons on the screen that are held. */
    this.thumbs = 0;
    /** Buttons pressed since the last take. */
    this.pressed = 0;
  }

  held() {
    let buttons = this.stick | this.thumbs;
    for (const button of this.down.values()) buttons |= button;
    return buttons;
  }

  /** True if the key means something here. @param {string} code */
  press(code) {
    const button = KEYS[code];
    if (button === undefined) return false;
    this.down.set(code, button);
    this.pressed |= button;
    return true;
  }

  /** @param {string} code */
  release(code) {
    this.down.delete(code);
  }

  /** What the touch stick holds now. @param {number} buttons */
  setStick(buttons) {
    this.stick = buttons;
    this.pressed |= buttons;
  }

  /** What the buttons on the screen hold now. @param {number} buttons */
  setThumbs(buttons) {
    this.pressed |= buttons & ~this.thumbs;
    this.thumbs = buttons;
  }

  /** Lets go of everything: whoever looks away cannot be seen to release. */
  releaseAll() {
    this.down.clear();
    this.stick = 0;
    this.thumbs = 0;
    this.pressed = 0;
  }

  /** The buttons for the time since the last take. */
  take() {
    const buttons = this.held() | this.pressed;
    this.pressed = 0;
    return buttons;
  }
}

/**
 * Listens to the page's keys, but for those typed into a field or meant for the browser.
 * @param {Input} input
 */
export function listenToKeys(input) {
  addEventListener("keydown", (event) => {
    if (isTaken(event) || event.ctrlKey || event.altKey) return;
    // While a Meta key is down some systems tell of no other key's release.
    if (event.metaKey) return input.releaseAll();
    if (input.press(event.code)) event.preventDefault();
  });
  addEventListener("keyup", (event) => input.release(event.code));
  addEventListener("blur", () => input.releaseAll());
  document.addEventListener("visibilitychange", () => input.releaseAll());
}
