// The room, who is in it, and what follows from both.

import assert from "node:assert/strict";
import { test } from "node:test";
import { wordsOfListed } from "../../client-web/directory.js";
import { Game } from "../../client-web/game.js";
import { COLORS, LOOK, SEAT } from "../../client-web/gen/protocol.js";
import { isLocal } from "../../client-web/lobby.js";
import { pathOfRoom, roomOfPath } from "../../client-web/place.js";
import { clockOf, Room, rgbOf } from "../../client-web/room.js";

const ROOM = {
  ...{ message: "room", code: "RK7T", name: "Friday", game: "tag", sandbox: 0, relay: 0, public: 1, locked: 0 },
  ...{ members_max: 16, players_min: 2, choices: [], buttons: [], offers: [] },
  roles: [
    { name: "runner", color: 12 },
    { name: "chaser", color: 1 },
  ],
  teams: [{ name: "Red", color: 1, score: 0 }],
};
const MATCH = { message: "match", phase: 2, paused: 0, until: 0, number: 1, result: "", teams: [] };
const WELCOME = { message: "welcome", id: 1, person: 101, tick: 500, tick_rate: 30, resumed: 0 };

/** @param {number} id @param {string} name */
function player(id, name) {
  return { id, color: id, name, kind: "web", person: 100 + id };
}

/** @param {number} id @param {number} flags @param {Record<string, number>} [more] */
function standing(id, flags, more) {
  return { id, flags, role: 0, team: 0, score: 0, victories: 0, ...more };
}

/** A game with these standings; everybody has a name. @param {ReturnType<typeof standing>[]} standings */
function gameOf(...standings) {
  const game = new Game();
  game.welcome(WELCOME);
  game.apply(ROOM);
  game.apply(MATCH);
  const joined = standings.map(({ id }) => player(id, `P${id}`));
  game.apply({ message: "roster", players: joined.length, joined, left: [], standings });
  return game;
}

test("a roster keeps the newest standing of each, and forgets who left", () => {
  const game = gameOf(standing(1, SEAT.HOST), standing(2, SEAT.READY));
  assert.ok(game.isHost && game.hostName === "P1");
  const left = [{ id: 1 }];
  game.apply({ message: "roster", players: 1, joined: [], left, standings: [standing(2, SEAT.HOST | SEAT.AWAY)] });
  assert.deepEqual([game.isHost, game.hostName], [false, "P2"]);
  assert.deepEqual(
    game.roster.members().map(({ id }) => id),
    [2],
  );
  assert.equal(game.roster.is(2, SEAT.READY), false);
  assert.equal(game.roster.standingOf(9).score, 0);
});

test("a box is marked by a role with a color of its own, while a match is on", () => {
  const game = gameOf(standing(1, SEAT.PLAYS));
  assert.equal(game.room.markedRole(0), undefined); // whose color is the player's own
  assert.equal(game.room.markedRole(1)?.name, "chaser");
  assert.equal(game.room.markedRole(7), undefined);
  game.apply({ ...MATCH, phase: 0 });
  assert.equal(game.room.markedRole(1), undefined);
});

test("a link to one's own machine is told apart from one for friends", () => {
  for (const name of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) assert.ok(isLocal(name), name);
  for (const name of ["192.168.1.20", "127.example.org", "host.local"]) assert.ok(!isLocal(name), name);
});

test("the ranking has those who play, winners first, then by points, then by victories", () => {
  const game = gameOf(
    standing(1, SEAT.PLAYS, { score: 5 }),
    standing(2, SEAT.PLAYS | SEAT.WON, { score: 1 }),
    standing(3, SEAT.WATCHING, { score: 9 }),
    standing(4, SEAT.PLAYS, { score: 5, victories: 1 }),
  );
  assert.deepEqual(
    game.roster.ranking().map(({ id }) => id),
    [2, 4, 1],
  );
});

test("a box has its role's color while a match is on, or its player's own", () => {
  const room = new Room();
  room.apply(ROOM);
  room.apply(MATCH);
  assert.equal(room.boxColor(1, "#123456"), COLORS[1].rgb);
  assert.equal(room.boxColor(0, "#123456"), "#123456");
  assert.equal(room.boxColor(7, "#123456"), "#123456");
  room.apply({ ...MATCH, phase: 0 });
  assert.equal(room.boxColor(1, "#123456"), "#123456");
  assert.deepEqual([rgbOf(1), rgbOf(12)], [COLORS[1].rgb, LOOK.DIM]);
});

test("teams are counted from one, and have their points as soon as a match tells them", () => {
  const room = new Room();
  room.apply(ROOM);
  assert.equal(room.teamOf(0), undefined);
  assert.equal(room.teamOf(1)?.score, 0);
  room.apply({ ...MATCH, teams: [{ name: "Red", color: 1, score: 7 }] });
  assert.equal(room.teamOf(1)?.score, 7);
});

test("of a game's teams those are told that somebody is in, or that have points", () => {
  const game = gameOf(standing(1, SEAT.PLAYS, { team: 3 }));
  const teams = ["Blue", "Red", "Green", "Yellow"].map((name, color) => ({
    name,
    color,
    score: name === "Red" ? 2 : 0,
  }));
  game.apply({ ...MATCH, teams });
  assert.deepEqual(
    game.teamsInPlay.map(({ name, number }) => [name, number]),
    [
      ["Red", 2],
      ["Green", 3],
    ],
  );
});

test("the clock runs from the match's end and the tick", () => {
  const game = gameOf(standing(1, SEAT.PLAYS));
  assert.equal(game.secondsLeft, -1);
  game.apply({ ...MATCH, until: 500 + 30 * 65 });
  assert.equal(game.secondsLeft, 65);
  assert.equal(clockOf(game.secondsLeft), "1:05");
  assert.equal(clockOf(0.2), "0:01");
  game.tick = 90000;
  assert.equal(game.secondsLeft, 0);
});

test("a room without a match life shows none: nothing is told yet, or it is a sandbox", () => {
  const room = new Room();
  assert.equal(room.hasMatches, false);
  room.apply({ ...ROOM, sandbox: 1 });
  assert.deepEqual([room.hasMatches, room.hasParts], [false, false]);
});

test("a spectator looks at one player after the other, round, and never at one who is out", () => {
  const game = gameOf(
    ...[standing(1, SEAT.WATCHING), standing(2, SEAT.PLAYS), standing(3, SEAT.PLAYS | SEAT.OUT)],
    ...[standing(4, SEAT.PLAYS), standing(5, SEAT.PLAYS)],
  );
  game.keepFollowing();
  const seen = [game.followed];
  for (const step of [1, 1, 1, -1, -1]) {
    game.follow(step);
    seen.push(game.followed);
  }
  assert.deepEqual(seen, [2, 4, 5, 2, 5, 4]);
  game.apply({ message: "roster", players: 4, joined: [], left: [{ id: 4 }], standings: [] });
  game.keepFollowing();
  assert.equal(game.followed, 2);
  game.apply({ message: "roster", players: 4, joined: [], left: [], standings: [standing(1, SEAT.PLAYS)] });
  game.keepFollowing();
  assert.equal(game.followed, 0);
});

test("a seat that comes back keeps its talk, a new one starts anew", () => {
  const game = gameOf(standing(1, 0));
  game.talk.add({ lines: [{ id: 7, person: 1 }] });
  game.welcome({ ...WELCOME, resumed: 1 });
  assert.equal(game.talk.heard, 7);
  assert.equal(game.roster.members().length, 0);
  game.welcome(WELCOME);
  assert.equal(game.talk.heard, 0);
});

test("the room stands in the path, and general has none", () => {
  assert.deepEqual(["/r/RK7T", "/r/RK7T/", "/", "/index.html", "/r/"].map(roomOfPath), ["RK7T", "RK7T", "", "", ""]);
  assert.equal(roomOfPath("/r/a%20b"), "a b");
  assert.equal(roomOfPath("/r/%zz"), "%zz");
  assert.deepEqual(["RK7T", "", "general", "a/b"].map(pathOfRoom), ["/r/RK7T", "/", "/", "/r/a%2Fb"]);
});

test("a listed room is told in words", () => {
  const listed = { code: "RK7T", name: "", game: "", phase: 2, players: 3, members_max: 8, locked: 0 };
  assert.deepEqual(wordsOfListed(listed), { title: "RK7T", game: "by a display", state: "Playing", players: "3 of 8" });
  assert.equal(wordsOfListed({ ...listed, locked: 1 }).state, "locked");
});
