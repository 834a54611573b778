// Where this page is: the room in its path, /r/CODE, and what it is opened as.

const QUERY = new URLSearchParams(globalThis.location?.search ?? "");

/** The room that a path names; empty is general. @param {string} path */
export function roomOfPath(path) {
  const code = /^\/r\/([^/]+)\/?$/.exec(path)?.[1] ?? "";
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}

/** @param {string} room */
export function pathOfRoom(room) {
  return room === "" || room === "general" ? "/" : `/r/${encodeURIComponent(room)}`;
}

/** Moves the address to a room without loading the page. @param {string} room @param {"pushState" | "replaceState"} how */
export function moveTo(room, how) {
  const path = pathOfRoom(room);
  if (location.pathname !== path) history[how](null, "", path + location.search);
}

/** What this page is: a person's, unless its address says otherwise. */
export const KIND = QUERY.get("kind") || "web";
export const WATCH = QUERY.has("watch") ? 1 : 0;
export const TRACE = QUERY.has("trace");
/** A name given in the address, for whom the page is opened by a program. */
export const NAME = QUERY.get("name");
