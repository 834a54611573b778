// Big buttons for thumbs: those that a display defines, relayed to it as +name and -name; and on a touch screen the
// two that act in a game. A thumb that slides off, a hidden page or a lost connection lets go.

import { find, make, redraw } from "./dom.js";

/** @typedef {import("./game.js").Game} Game */
/** @typedef {(name: string, down: boolean) => void} Press */

/** Which buttons are held, so that each press is told once, and its release. */
export class Holds {
  /** @param {Press} press */
  constructor(press) {
    this.press = press;
    /** @type {Set<string>} */
    this.held = new Set();
  }

  /** @param {string} name */
  hold(name) {
    if (this.held.has(name)) return;
    this.held.add(name);
    this.press(name, true);
  }

  /** @param {string} name */
  release(name) {
    if (this.held.delete(name)) this.press(name, false);
  }

  releaseAll() {
    for (const name of [...this.held]) this.release(name);
  }
}

/** @param {HTMLElement} element @param {string} name @param {Holds} holds */
export function holdable(element, name, holds) {
  const set = (/** @type {boolean} */ down) => {
    element.classList.toggle("held", down);
    if (down) holds.hold(name);
    else holds.release(name);
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    set(true);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) {
    element.addEventListener(end, () => set(false));
  }
  element.addEventListener("contextmenu", (event) => event.preventDefault());
  element.addEventListener("keydown", (event) => {
    if (event.key === " " || event.key === "Enter") set(true);
  });
  element.addEventListener("keyup", (event) => {
    if (event.key === " " || event.key === "Enter") set(false);
  });
}

export class Controller {
  /** @param {Press} press */
  constructor(press) {
    this.panel = find("controller");
    this.holds = new Holds(press);
    addEventListener("blur", () => this.releaseAll());
    document.addEventListener("visibilitychange", () => this.releaseAll());
  }

  releaseAll() {
    this.holds.releaseAll();
    for (const element of this.panel.querySelectorAll(".held")) element.classList.remove("held");
  }

  /** @param {Game} game @param {boolean} shown */
  show(game, shown) {
    if (!shown && !this.panel.hidden) this.releaseAll();
    this.panel.hidden = !shown;
    if (shown) redraw(this.panel, game.room.room.buttons, () => this.draw(game));
  }

  /** @param {Game} game */
  draw(game) {
    this.releaseAll();
    const { buttons } = game.room.room;
    if (buttons.length === 0) return [make("p", {}, "The buttons come when a display tells them.")];
    return buttons.map((/** @type {any} */ { name, words }) => {
      const element = make("button", { type: "button" }, words || name);
      holdable(element, name, this.holds);
      return element;
    });
  }
}
