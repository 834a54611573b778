// What the connection needs of a browser: its clock, its sockets, and where to keep seats.

import { LIMITS, VERSION } from "./gen/protocol.js";
import { PollingSocket } from "./polling.js";
import { browserSeats } from "./seats.js";

/** @typedef {import("./connection.js").Doors} Doors */
/** @typedef {import("./connection.js").State} State */

/**
 * The doors of a browser.
 * @param {Location} page
 * @returns {Doors}
 */
export function browserDoors(page) {
  return {
    address: page.host,
    now: () => performance.now(),
    random: Math.random,
    open: () => new WebSocket(new URL("/ws", page.href.replace(/^http/, "ws")), "tickbox.msgpack"),
    poll: () => new PollingSocket(page.origin),
    probe: () => probe(new URL("/healthz", page.href)),
    reloadOnce: () => reloadOnce(page),
    seats: browserSeats(),
  };
}

/**
 * A browser does not tell why a WebSocket failed, so ask by HTTP: an answer that is late, missing or not ours
 * says which it was. A server that is well again lets the next attempt succeed.
 * @param {URL} url
 * @returns {Promise<State>}
 */
async function probe(url) {
  try {
    const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(LIMITS.CONNECT_MS) });
    return answer.ok ? "lost" : "not_tickbox";
  } catch (problem) {
    return problem instanceof DOMException && problem.name === "TimeoutError" ? "timed_out" : "nobody";
  }
}

/** A page of another version than the server's is loaded anew, once. @param {Location} page */
function reloadOnce(page) {
  const key = "tickbox.reloaded";
  const version = VERSION.toString(16);
  try {
    if (sessionStorage.getItem(key) === version) return false;
    sessionStorage.setItem(key, version);
  } catch {
    return false; // without storage nobody would know that it already happened
  }
  page.reload();
  return true;
}
