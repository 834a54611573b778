// The picture: floor, blocks, boxes and names on a canvas that fills the window.

import { LIMITS, LOOK, SEAT } from "./gen/protocol.js";
import { rgbOf } from "./room.js";

/** @typedef {import("./replica.js").Replica} Replica */
/** @typedef {import("./replica.js").DrawItem} DrawItem */
/** @typedef {import("./game.js").Game} Game */
/** @typedef {Pick<Replica, "map" | "fit">} World */

/** Of marks on the ground, and of boxes whose players are away. */
const MARK_ALPHA = 0.22;
const AWAY_ALPHA = 0.4;
const GRID_UNITS = 100;
const EDGE_UNITS = 4;
const OUTLINE_UNITS = 3;
const GAP_UNITS = 2;
const TEAM_UNITS = 5;
const MARK_UNITS = 28;
const NAME_UNITS = 16;
const NAME_GAP_UNITS = 5;
/** The square in the middle of a box that has its role's color, as a part of the box. */
const HEART = 0.5;
const NAME_LEAST_PX = 11;
/** From the top of a line of text to the foot of its letters, as a part of their size. */
const ASCENT = 0.93;
const FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";

/** From lengths of the world, in 1/16 unit, to pixels of the canvas. */
class Lens {
  /** @param {import("./replica.js").Fit} fit */
  constructor(fit) {
    this.left = fit.left;
    this.top = fit.top;
    this.scale = fit.scale / 65536 / LIMITS.SUBUNITS;
  }

  /** @param {number} x */
  x(x) {
    return Math.round((x - this.left) * this.scale);
  }

  /** @param {number} y */
  y(y) {
    return Math.round((y - this.top) * this.scale);
  }

  /** Pixels for a length in units, at least one. @param {number} units */
  length(units) {
    return Math.max(1, Math.round(units * LIMITS.SUBUNITS * this.scale));
  }
}

/** @param {string} rgb as #rrggbb */
export function darker(rgb) {
  const parts = [1, 3, 5].map((at) => Math.floor(Number.parseInt(rgb.slice(at, at + 2), 16) * 0.6));
  return `rgb(${parts.join(" ")})`;
}

/**
 * `wanted`, moved as little as keeps `length` within the window; its beginning counts more than its end.
 * @param {number} wanted @param {number} length @param {number} window
 */
export function keptWithin(wanted, length, window) {
  return Math.max(0, Math.min(wanted, window - length));
}

/** Makes the canvas as large as its place in the window, in true pixels. @param {HTMLCanvasElement} canvas */
export function fitCanvas(canvas) {
  const ratio = devicePixelRatio || 1;
  const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  if (canvas.width === width && canvas.height === height) return;
  canvas.width = width;
  canvas.height = height;
}

export class Picture {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
    this.middle = { x: 0, y: 0 };
  }

  /** Nothing but the outside. */
  clear() {
    this.pen.fillStyle = LOOK.OUTSIDE;
    this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** @param {World} world @param {DrawItem[]} items @param {Game} game */
  draw(world, items, game) {
    this.clear();
    const map = world.map;
    if (!map) return;
    this.look(items, map, game.followed);
    const lens = new Lens(world.fit(this.canvas.width, this.canvas.height, this.middle.x, this.middle.y));
    this.floor(lens, map);
    for (const mark of game.room.marks) this.mark(lens, mark);
    this.blocks(lens, map);
    this.edge(lens, map);
    const inOrder = [...items.filter((item) => !item.own), ...items.filter((item) => item.own)];
    for (const item of inOrder) this.box(lens, item, map.box, game);
    for (const item of inOrder) this.name(lens, item, map.box, game);
  }

  /** Whom the picture follows: oneself, or whom a spectator looks at, or nobody. @param {DrawItem[]} items @param {import("./wire.js").Message} map @param {number} followed */
  look(items, map, followed) {
    const seen = items.find((item) => item.own) ?? items.find((item) => item.id === followed);
    if (seen) this.middle = { x: seen.x + (map.box >> 1), y: seen.y + (map.box >> 1) };
    else if (followed === 0) this.middle = { x: map.width >> 1, y: map.height >> 1 };
  }

  /** @param {Lens} lens @param {import("./wire.js").Message} map */
  floor(lens, map) {
    const [left, top, right, bottom] = [lens.x(0), lens.y(0), lens.x(map.width), lens.y(map.height)];
    this.pen.fillStyle = LOOK.FLOOR;
    this.pen.fillRect(left, top, right - left, bottom - top);
    this.pen.fillStyle = LOOK.GRID;
    const step = GRID_UNITS * LIMITS.SUBUNITS;
    const line = Math.max(1, Math.floor(devicePixelRatio || 1));
    for (let x = step; x < map.width; x += step) this.pen.fillRect(lens.x(x), top, line, bottom - top);
    for (let y = step; y < map.height; y += step) this.pen.fillRect(left, lens.y(y), right - left, line);
  }

  /** @param {Lens} lens @param {import("./wire.js").Message} map */
  blocks(lens, map) {
    this.pen.fillStyle = LOOK.BLOCK;
    for (const { x, y, w, h } of map.blocks) {
      const [left, top] = [lens.x(x), lens.y(y)];
      this.pen.fillRect(left, top, lens.x(x + w) - left, lens.y(y + h) - top);
    }
  }

  /** @param {Lens} lens @param {import("./wire.js").Message} map */
  edge(lens, map) {
    const [left, top] = [lens.x(0), lens.y(0)];
    this.outline(left, top, lens.x(map.width) - left, lens.y(map.height) - top, lens.length(EDGE_UNITS), LOOK.EDGE);
  }

  /**
   * The inner `line` pixels of a rectangle's border.
   * @param {number} left @param {number} top @param {number} width @param {number} height
   * @param {number} line @param {string} color
   */
  outline(left, top, width, height, line, color) {
    this.pen.strokeStyle = color;
    this.pen.lineWidth = line;
    this.pen.strokeRect(left + line / 2, top + line / 2, width - line, height - line);
  }

  /** @param {number} left @param {number} top @param {number} width @param {number} height */
  isSeen(left, top, width, height) {
    return left < this.canvas.width && top < this.canvas.height && left + width > 0 && top + height > 0;
  }

  /** An area that means something, with its words in the middle. @param {Lens} lens @param {import("./wire.js").Message} mark */
  mark(lens, { x, y, w, h, color, words }) {
    const [left, top] = [lens.x(x), lens.y(y)];
    const [width, height] = [lens.x(x + w) - left, lens.y(y + h) - top];
    if (!this.isSeen(left, top, width, height)) return;
    const rgb = rgbOf(color);
    this.pen.globalAlpha = MARK_ALPHA;
    this.pen.fillStyle = rgb;
    this.pen.fillRect(left, top, width, height);
    this.pen.globalAlpha = 1;
    this.outline(left, top, width, height, lens.length(OUTLINE_UNITS), rgb);
    const pixels = lens.length(MARK_UNITS);
    this.pen.font = `${pixels}px ${FONT}`;
    const across = Math.ceil(this.pen.measureText(words).width);
    this.text(words, left + ((width - across) >> 1), top + ((height + Math.round(pixels * 0.7)) >> 1), pixels);
  }

  /** @param {Lens} lens @param {DrawItem} item @param {number} box @param {Game} game */
  box(lens, item, box, { room, roster }) {
    const size = lens.length(box / LIMITS.SUBUNITS); // never a pixel more or less while it moves
    const [left, top] = [lens.x(item.x), lens.y(item.y)];
    if (!this.isSeen(left, top, size, size)) return;
    const { flags, role, team } = roster.standingOf(item.id);
    const rgb = room.boxColor(role, roster.colorOf(item.id).rgb);
    const side = room.hasParts ? room.teamOf(team) : undefined;
    this.pen.globalAlpha = flags & SEAT.AWAY ? AWAY_ALPHA : 1;
    this.pen.fillStyle = rgb;
    this.pen.fillRect(left, top, size, size);
    this.border(lens, left, top, size, side ? rgbOf(side.color) : darker(rgb), side !== undefined, item.own === 1);
    if (room.markedRole(role)) this.heart(lens, left, top, size, roster.colorOf(item.id).rgb);
    this.pen.globalAlpha = 1;
  }

  /**
   * A box in its role's color has the player's own in its middle: so a red runner is no chaser in red.
   * @param {Lens} lens @param {number} left @param {number} top @param {number} size @param {string} rgb
   */
  heart(lens, left, top, size, rgb) {
    const inset = Math.round((size * (1 - HEART)) / 2);
    const edge = size - 2 * inset;
    this.pen.fillStyle = rgb;
    this.pen.fillRect(left + inset, top + inset, edge, edge);
    this.outline(left + inset, top + inset, edge, edge, lens.length(OUTLINE_UNITS), LOOK.OUTSIDE);
  }

  /**
   * The border of a box: in its team's color, or a darker one of its own; one's own is white, around the team's.
   * @param {Lens} lens @param {number} left @param {number} top @param {number} size
   * @param {string} rgb @param {boolean} hasTeam @param {boolean} own
   */
  border(lens, left, top, size, rgb, hasTeam, own) {
    const line = lens.length(OUTLINE_UNITS);
    const gap = own ? line + lens.length(GAP_UNITS) : 0;
    if (hasTeam) this.outline(left, top, size, size, gap + lens.length(TEAM_UNITS), rgb);
    else if (!own) this.outline(left, top, size, size, line, rgb);
    if (!own) return;
    // A dark gap keeps the outline apart from boxes of its own color.
    this.outline(left, top, size, size, gap, LOOK.OUTSIDE);
    this.outline(left, top, size, size, line, LOOK.OWN);
  }

  /**
   * The name above the box, or below it where the window ends; and below, what its role is if it is marked by that.
   * @param {Lens} lens @param {DrawItem} item @param {number} box @param {Game} game
   */
  name(lens, item, box, { room, roster }) {
    const size = lens.length(box / LIMITS.SUBUNITS);
    const [left, top] = [lens.x(item.x), lens.y(item.y)];
    if (!this.isSeen(left, top, size, size)) return;
    const pixels = Math.max(lens.length(NAME_UNITS), Math.round(NAME_LEAST_PX * (devicePixelRatio || 1)));
    const gap = lens.length(NAME_GAP_UNITS);
    const line = Math.floor((pixels * 7) / 6);
    const middle = lens.x(item.x + (box >> 1));
    const isBelow = top - gap - line < 0;
    this.label(roster.nameOf(item.id), middle, isBelow ? top + size + gap : top - gap - line, pixels);
    const role = room.markedRole(roster.standingOf(item.id).role);
    if (role) this.label(role.name, middle, top + size + gap + (isBelow ? line : 0), pixels, rgbOf(role.color));
  }

  /**
   * Words around `middle`, as far as the window is wide enough.
   * @param {string} words @param {number} middle @param {number} y of the letters' top @param {number} pixels
   * @param {string} [color]
   */
  label(words, middle, y, pixels, color = LOOK.TEXT) {
    this.pen.font = `${pixels}px ${FONT}`;
    const width = Math.ceil(this.pen.measureText(words).width);
    const x = keptWithin(middle - (width >> 1), width, this.canvas.width);
    this.text(words, x, y + Math.round(pixels * ASCENT), pixels, color);
  }

  /**
   * With a dark shadow, so that it can be read on any ground.
   * @param {string} words @param {number} x @param {number} y of the letters' foot @param {number} pixels
   * @param {string} [color]
   */
  text(words, x, y, pixels, color = LOOK.TEXT) {
    const shift = Math.floor(pixels / 14) + 1;
    this.pen.fillStyle = `${LOOK.OUTSIDE}c8`;
    this.pen.fillText(words, x + shift, y + shift);
    this.pen.fillStyle = color;
    this.pen.fillText(words, x, y);
  }
}
