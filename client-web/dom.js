// Small help with elements. Text goes in as text, never as markup.

/** @param {string} id @returns {any} */
export function find(id) {
  return document.getElementById(id);
}

/** Writes only what differs, so that a reader is not told twice. @param {HTMLElement} element @param {string} text */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [properties]
 * @param {(Node | string)[]} children  strings become text
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** A square of a color, told by the words beside it. @param {string} rgb */
export function chip(rgb) {
  const element = make("span", { className: "chip" });
  element.style.background = rgb;
  return element;
}

/** @param {string} words @param {() => void} press @param {string} [className] */
export function button(words, press, className = "") {
  const element = make("button", { type: "button", className }, words);
  element.addEventListener("click", press);
  return element;
}

/** @type {WeakMap<HTMLElement, string>} */
const drawn = new WeakMap();

/**
 * Shows what `draw` makes, anew only when `facts` changed: so fields keep what is being typed while nothing happens.
 * What had the focus gets it back by its data-name.
 * @param {HTMLElement} place @param {any} facts @param {() => (Node | string)[]} draw
 */
export function redraw(place, facts, draw) {
  const key = JSON.stringify(facts);
  if (drawn.get(place) === key) return;
  drawn.set(place, key);
  const focused = place.contains(document.activeElement) && document.activeElement?.getAttribute("data-name");
  place.replaceChildren(...draw());
  if (!focused) return;
  for (const element of place.querySelectorAll("[data-name]")) {
    if (element.getAttribute("data-name") === focused) /** @type {HTMLElement} */ (element).focus();
  }
}

/** Gives an element a name, by which it gets the focus back. @template {HTMLElement} E @param {string} name @param {E} element */
export function named(name, element) {
  element.dataset.name = name;
  return element;
}
