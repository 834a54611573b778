// The page: it alone knows everybody. Frames are taken when they come, pictures are drawn when the browser
// asks. A hidden tab gets no pictures and few timers, so frames also let time pass: it stays in the game.

import { browserDoors, Connection } from "./connection.js";
import { fitCanvas, Picture } from "./draw.js";
import { Hud } from "./hud.js";
import { Input, listenToKeys } from "./input.js";
import { askName } from "./prompt.js";
import { compileReplica, createReplica } from "./replica.js";
import { Roster } from "./roster.js";
import { listenToTouch } from "./stick.js";
import { traceOf } from "./trace.js";

/** The longest time without an advance while frames come, in ms. */
const ADVANCE_MS = 100;
/** How often the rest is looked after, in ms. */
const STEP_MS = 250;

const query = new URLSearchParams(location.search);
const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("arena"));
const replica = await createReplica(await compileReplica());
const roster = new Roster();
const input = new Input();
const picture = new Picture(canvas);
const hud = new Hud();
const connection = new Connection(browserDoors(location), { onWelcome, onMessage, onState });

let ownId = 0;
let advancedAt = 0;
/** The window's shape as the server knows it. */
let shown = { width: 0, height: 0 };

/** @type {any[] | undefined} */
const trace = query.has("trace") ? [] : undefined;
const seen = { state: connection.state, trace };
Object.assign(window, { tickbox: seen });

/** @param {import("./wire.js").Message} message @param {number} roundTrip @param {number} now */
function onWelcome(message, roundTrip, now) {
  ownId = message.id;
  shown = { width: 0, height: 0 };
  roster.clear();
  replica.welcome(message, roundTrip, now);
}

/** @param {import("./wire.js").Message} message @param {number} now */
function onMessage(message, now) {
  if (message.message === "roster") roster.apply(message);
  else if (message.message === "map") return replica.setMap(message);
  else if (message.message === "step") return replica.setStep(message);
  else if (message.message === "frame") return takeFrame(message, now);
  return true;
}

/** @param {import("./wire.js").Message} message @param {number} now */
function takeFrame(message, now) {
  if (!replica.map) return false;
  replica.applyFrame(message, now);
  if (now - advancedAt >= ADVANCE_MS) advance(now);
  connection.step();
  return true;
}

function onState() {
  seen.state = connection.state;
  if (connection.state !== "playing") input.releaseAll();
  hud.sayState(connection);
}

/** Lets time pass for the replica, and sends what it wants sent. @param {number} now */
function advance(now) {
  advancedAt = now;
  if (connection.state !== "playing" || !replica.isReady()) return;
  for (const held of replica.advance(input.take(), now)) connection.send("input", held);
  showView();
  const cell = replica.wantedCell();
  if (cell >= 0) connection.send("resync", { cell });
}

/** Tells the server the shape of the window, whenever it is not what the server knows. */
function showView() {
  const view = { width: canvas.width || 1, height: canvas.height || 1 };
  if (view.width === shown.width && view.height === shown.height) return;
  shown = view;
  connection.send("view", view);
}

function drawFrame() {
  requestAnimationFrame(drawFrame);
  advance(performance.now());
  fitCanvas(canvas);
  if (!replica.isReady()) {
    picture.clear();
    return;
  }
  const items = replica.draw();
  picture.draw(replica, items, roster);
  if (trace && connection.state === "playing") trace.push(traceOf(replica, items, ownId));
}

function step() {
  connection.step();
  hud.showState(connection);
  hud.showCorner(connection, roster, ownId);
}

function listen() {
  listenToKeys(input);
  listenToTouch(canvas, input);
  document.getElementById("again")?.addEventListener("click", () => connection.retryNow());
  addEventListener("online", () => connection.retryNow());
  addEventListener("pagehide", () => connection.leave());
  addEventListener("pageshow", (event) => event.persisted && connection.join(connection.name));
  setInterval(step, STEP_MS);
}

requestAnimationFrame(drawFrame);
const name = query.get("name") ?? (await askName());
listen();
connection.join(name);
canvas.focus();
