// The page: it alone knows everybody. Frames are taken when they come, pictures are drawn when the browser
// asks. A hidden tab gets no pictures and few timers, so frames also let time pass: it stays in the game.

import { Connection } from "./connection.js";
import { Holds, holdable } from "./controller.js";
import { browserDoors } from "./doors.js";
import { fitCanvas, Picture } from "./draw.js";
import { Game } from "./game.js";
import { BUTTONS } from "./gen/protocol.js";
import { Input, listenToKeys } from "./input.js";
import { listenToPageKeys } from "./keys.js";
import { KIND, moveTo, NAME, roomOfPath, TRACE, WATCH } from "./place.js";
import { Positions } from "./positions.js";
import { askName } from "./prompt.js";
import { compileReplica, createReplica } from "./replica.js";
import { Screen } from "./screen.js";
import { listenToTouch } from "./stick.js";
import { traceOf } from "./trace.js";
import { wordsOfCode } from "./words.js";

/** @typedef {import("./wire.js").Message} Message */

/** The longest time without an advance while frames come, in ms. */
const ADVANCE_MS = 100;
/** How often the rest is looked after, in ms. */
const STEP_MS = 250;

const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("arena"));
const replica = await createReplica(await compileReplica());
const positions = new Positions((width, height, x, y) => replica.fit(width, height, x, y));
const game = new Game();
const input = new Input();
const picture = new Picture(canvas);
const heard = () => game.talk.heard;
const doors = browserDoors(location);
const connection = new Connection(doors, { onWelcome, onMessage, onState, heard });
const screen = new Screen(game, { send, go, look: lookOn, press, left: () => canvas.focus() });

/** The boxes: foretold from frames, or merely told. @type {import("./replica.js").Replica | Positions} */
let world = replica;
let advancedAt = 0;
/** What the server knows of the window. */
let shown = { width: 0, height: 0, follow: 0 };

/** @type {any[] | undefined} */
const trace = TRACE ? [] : undefined;
/** For tests, and for a page of one's own around a display. */
const seen = { state: connection.state, polls: false, trace, game, send };
Object.assign(window, { tickbox: seen });

/** @param {string} name @param {Message} [message] */
function send(name, message) {
  if (connection.state === "playing") connection.send(name, message);
}

/** @param {Message} message @param {number} roundTrip @param {number} now */
function onWelcome(message, roundTrip, now) {
  shown = { width: 0, height: 0, follow: 0 };
  if (!message.resumed) screen.chat.clear();
  game.welcome(message);
  world = connection.polls ? positions : replica;
  replica.welcome(message, roundTrip, now); // in any case: it fits the view
  if (world === positions) positions.welcome(message, roundTrip, now);
  moveTo(connection.wish.room, "replaceState");
}

/** @param {Message} message @param {number} now */
function onMessage(message, now) {
  if (message.message === "map") return positions.setMap(message) && replica.setMap(message);
  if (message.message === "step") return world.setStep(message);
  if (message.message === "frame" || message.message === "positions") return takeFrame(message, now);
  if (game.apply(message)) game.keepFollowing();
  else takeWords(message, now);
  screen.show(connection, now);
  return true;
}

/** Messages that are shown once. @param {Message} message @param {number} now */
function takeWords(message, now) {
  if (message.message === "talk") screen.chat.add(game.talk.add(message));
  else if (message.message === "typist") game.talk.hearTyping(message, now);
  else if (message.message === "event") screen.banner.tell(message.text, now);
  else if (message.message === "notice") screen.notices.tell(wordsOfCode(message.code, message.param, ""));
  else if (message.message === "created") screen.rooms.leaveFor(message.code);
  else if (message.message === "relayed") dispatchEvent(new CustomEvent("tickbox-relay", { detail: message }));
}

/** @param {Message} message @param {number} now */
function takeFrame(message, now) {
  if (!world.map) return false;
  if (message.message === "positions") positions.apply(message, now);
  else replica.applyFrame(message, now);
  if (now - advancedAt >= ADVANCE_MS) advance(now);
  connection.step();
  return true;
}

function onState() {
  seen.state = connection.state;
  seen.polls = connection.polls;
  if (connection.state !== "playing") input.releaseAll();
  screen.hud.sayState(connection);
  screen.show(connection, doors.now());
}

/** Lets time pass for the boxes, and sends what they want sent. @param {number} now */
function advance(now) {
  advancedAt = now;
  if (connection.state !== "playing" || !world.isReady()) return;
  for (const held of world.advance(input.take(), now)) connection.send("input", held);
  showView();
  const cell = world.wantedCell();
  if (cell >= 0) connection.send("resync", { cell });
}

/** Tells the server the shape of the window and who is looked at, whenever it is not what the server knows. */
function showView() {
  const view = { width: canvas.width || 1, height: canvas.height || 1, follow: game.followed };
  if (view.width === shown.width && view.height === shown.height && view.follow === shown.follow) return;
  shown = view;
  connection.send("view", view);
}

function drawFrame() {
  requestAnimationFrame(drawFrame);
  advance(performance.now());
  fitCanvas(canvas);
  if (!world.isReady()) {
    picture.clear();
    return;
  }
  const items = world.draw();
  picture.draw(world, items, game);
  if (trace && connection.state === "playing") trace.push(traceOf(advancedAt, world, items, game.ownId));
}

function step() {
  connection.step();
  if (world.isReady()) game.tick = world.stats().tick;
  screen.show(connection, doors.now());
}

/** Goes to another room. @param {string} room */
function go(room) {
  connection.leave();
  moveTo(room, "pushState");
  join(room, connection.wish.name);
}

/** @param {string} room @param {string} name */
function join(room, name) {
  connection.join({ room: room === "general" ? "" : room, name, kind: KIND, watch: WATCH });
}

/** A spectator looks at the next one; false if this is none. @param {number} step */
function lookOn(step) {
  if (game.followed === 0) return false;
  game.follow(step);
  screen.show(connection, doors.now());
  return true;
}

/** A button that a display defined. @param {string} name @param {boolean} down */
function press(name, down) {
  send("relay", { to: 0, kind: "display", data: `${down ? "+" : "-"}${name}` });
}

function listenToThumbs() {
  const holds = new Holds(() => {
    const bits = [...holds.held].map((name) => BUTTONS[/** @type {keyof typeof BUTTONS} */ (name)]);
    input.setThumbs(bits.reduce((all, bit) => all | bit, 0));
  });
  for (const element of document.querySelectorAll("#thumbs button")) {
    holdable(/** @type {HTMLElement} */ (element), /** @type {HTMLElement} */ (element).dataset.button ?? "", holds);
  }
}

function listen() {
  listenToKeys(input);
  listenToTouch(canvas, input);
  listenToThumbs();
  const write = () => screen.chat.focus();
  const scores = (/** @type {boolean} */ on) => screen.wantScores(on);
  listenToPageKeys(canvas, { write, scores, menu: () => screen.focusMenu(), look: lookOn });
  document.getElementById("again")?.addEventListener("click", () => connection.retryNow());
  document.getElementById("home")?.addEventListener("click", () => go(""));
  addEventListener("popstate", () => {
    connection.leave();
    join(roomOfPath(location.pathname), connection.wish.name);
  });
  addEventListener("online", () => connection.hurry());
  addEventListener("pagehide", () => connection.pause());
  addEventListener("pageshow", (event) => event.persisted && connection.join(connection.wish));
  setInterval(step, STEP_MS);
}

requestAnimationFrame(drawFrame);
const room = roomOfPath(location.pathname);
const seat = doors.seats.find(room);
const name = NAME ?? seat?.name ?? (await askName());
listen();
join(room, name);
canvas.focus();
