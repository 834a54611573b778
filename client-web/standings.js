// The table of who has how many points, on the scoreboard and under the results.

import { chip, make } from "./dom.js";
import { COLORS, SEAT } from "./gen/protocol.js";
import { rgbOf } from "./room.js";

/** @typedef {import("./game.js").Game} Game */

/** Everything that the table shows. @param {Game} game */
export function standingsFacts({ room, roster, ownId }) {
  return [ownId, roster.ranking(), room.room.roles, room.teams, room.phase];
}

/** @param {string} words @param {Node[]} children @param {string} [className] */
function cell(words, children = [], className = "") {
  return make("td", { className }, ...children, words);
}

/** @param {Game} game @param {ReturnType<import("./roster.js").Roster["ranking"]>[number]} member */
function row({ room, ownId }, member) {
  const team = room.teamOf(member.team);
  const roles = room.room.roles.length > 0;
  const won = room.phase === "results" && member.flags & SEAT.WON;
  const out = member.flags & SEAT.OUT ? " (out)" : "";
  const cells = [cell(`${member.name}${out}`, [chip(COLORS[member.color].rgb)], "name")];
  const marked = room.markedRole(member.role);
  if (roles) cells.push(cell(room.roleOf(member.role)?.name ?? "", marked ? [chip(rgbOf(marked.color))] : []));
  if (room.teams.length > 0) cells.push(cell(team?.name ?? "", team ? [chip(rgbOf(team.color))] : []));
  cells.push(cell(String(member.score), [], "number"), cell(String(member.victories), [], "number"));
  if (won) cells[0].append(" ", make("b", { className: "won" }, "★ won"));
  return make("tr", { className: member.id === ownId ? "own" : "" }, ...cells);
}

/** @param {Game} game @param {string} caption */
export function standingsTable(game, caption) {
  const heads = ["Player"];
  if (game.room.room.roles.length > 0) heads.push("Role");
  if (game.room.teams.length > 0) heads.push("Team");
  heads.push("Points", "Wins");
  const numbers = heads.length - 2;
  const head = heads.map((words, at) => make("th", { scope: "col", className: at >= numbers ? "number" : "" }, words));
  return make(
    "table",
    {},
    make("caption", { className: "unseen" }, caption),
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...game.roster.ranking().map((member) => row(game, member))),
  );
}

/** The teams with their points, the best first. @param {Game} game */
export function teamsList(game) {
  const teams = game.teamsInPlay.sort((one, other) => other.score - one.score);
  return make(
    "ul",
    { className: "teams" },
    ...teams.map((team) => make("li", {}, chip(rgbOf(team.color)), `${team.name} `, make("b", {}, String(team.score)))),
  );
}
