// Asks for a name, and remembers it.

const KEY = "tickbox.name";

/** The name used last, or an empty one. */
export function rememberedName() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // storage may be switched off
  }
}

/** @param {string} name */
function remember(name) {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // then it is asked again next time
  }
}

/** The name that the player types; empty means: give me one. @returns {Promise<string>} */
export function askName() {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("prompt"));
  const field = /** @type {HTMLInputElement} */ (document.getElementById("name"));
  field.value = rememberedName();
  dialog.showModal();
  field.select();
  return new Promise((resolve) => {
    const close = () => {
      const name = field.value.trim();
      remember(name);
      resolve(name);
    };
    dialog.addEventListener("close", close, { once: true });
  });
}
