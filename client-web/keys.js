// The page's own keys, beside those that walk: Enter writes, Tab shows the scores while the arena has the focus, Esc
// goes to the menu and so on to all other buttons, and a spectator's arrows look at the next one.

import { takesKeys } from "./input.js";

/**
 * @param {HTMLElement} arena
 * @param {{write: () => void, scores: (on: boolean) => void, menu: () => void, look: (step: number) => boolean}} actions
 */
export function listenToPageKeys(arena, actions) {
  addEventListener("keydown", (event) => {
    const free = event.target === arena || event.target === document.body;
    if (takesKeys(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (free && takeKey(event, actions)) event.preventDefault();
  });
  addEventListener("keyup", ({ code }) => code === "Tab" && actions.scores(false));
  addEventListener("blur", () => actions.scores(false));
}

/** @param {KeyboardEvent} event @param {Parameters<typeof listenToPageKeys>[1]} actions */
function takeKey({ code, shiftKey }, actions) {
  if (code === "Enter" || code === "NumpadEnter") actions.write();
  else if (code === "Tab" && !shiftKey) actions.scores(true);
  else if (code === "Escape") actions.menu();
  else if (code === "ArrowLeft") return actions.look(-1);
  else if (code === "ArrowRight") return actions.look(1);
  else return false;
  return true;
}
