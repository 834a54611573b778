// What was said, and what can be typed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../client-web/commands.js";
import { COMMANDS, LIMITS } from "../../client-web/gen/protocol.js";
import { LINES_MAX, limited, Talk, Typing } from "../../client-web/talk.js";
import { encode } from "../../client-web/wire.js";

const NAMES = {
  members: [
    { id: 2, name: "Bob" },
    { id: 3, name: "Bob the Builder" },
    { id: 4, name: "Ada" },
    { id: 5, name: "Äda" },
  ],
  people: [
    { id: 102, name: "Bob" },
    { id: 200, name: "Zoe" },
    { id: 201, name: "zed" },
  ],
};

/** @param {...number} ids */
function lines(...ids) {
  return { lines: ids.map((id) => ({ id, person: 1, text: `line ${id}` })) };
}

test("each line is shown once and in order, whatever is told again after coming back", () => {
  const talk = new Talk();
  assert.equal(talk.add(lines(1, 2, 5)).length, 3);
  assert.deepEqual(
    talk.add(lines(2, 5, 6)).map((/** @type {any} */ { id }) => id),
    [6],
  );
  assert.deepEqual(
    talk.lines.map(({ id }) => id),
    [1, 2, 5, 6],
  );
  assert.equal(talk.heard, 6);
});

test("old lines make way", () => {
  const talk = new Talk();
  for (let id = 1; id <= LINES_MAX + 50; id++) talk.add(lines(id));
  assert.equal(talk.lines.length, LINES_MAX);
  assert.equal(talk.lines[0].id, 51);
});

test("who is writing fades, and ends with their line", () => {
  const talk = new Talk();
  talk.hearTyping({ person: 1, name: "Ada", channel: 0 }, 0);
  assert.equal(talk.typing(LIMITS.TYPING_MS - 1), "Ada is writing …");
  assert.equal(talk.typing(LIMITS.TYPING_MS), "");
  talk.hearTyping({ person: 1, name: "Ada", channel: 0 }, 5000);
  talk.hearTyping({ person: 2, name: "Bob", channel: 0 }, 5000);
  assert.equal(talk.typing(5001), "Ada and Bob are writing …");
  talk.add(lines(9));
  assert.equal(talk.typing(5001), "Bob is writing …");
});

test("writing is told while it lasts, not at every letter, and never of a command", () => {
  const typing = new Typing();
  assert.equal(typing.isDue("", 0), false);
  assert.equal(typing.isDue("/kick", 0), false);
  assert.equal(typing.isDue("h", 0), true);
  assert.equal(typing.isDue("he", 100), false);
  assert.equal(typing.isDue("hel", LIMITS.TYPING_MS - 1), true);
  typing.stop();
  assert.equal(typing.isDue("n", LIMITS.TYPING_MS), true);
});

test("what is typed is cut to what fits, in whole characters", () => {
  assert.equal([...limited("🎮".repeat(300))].length, LIMITS.TALK_CHARACTERS_MAX);
  assert.equal(limited("short"), "short");
  assert.doesNotThrow(() => encode("say", { channel: 0, to: 0, text: limited("李".repeat(300)) }));
});

test("a line is said as it is, and an empty one is nothing", () => {
  assert.deepEqual(parse("  hello all ", NAMES), {
    kind: "message",
    name: "say",
    message: { channel: 0, to: 0, text: "hello all" },
  });
  assert.deepEqual(parse(" \t", NAMES), { kind: "nothing" });
});

/** @param {string} line @returns {any} */
function messageOf(line) {
  const parsed = parse(line, NAMES);
  assert.equal(parsed.kind, "message", `${line}: ${JSON.stringify(parsed)}`);
  return parsed;
}

test("commands are messages of the schema", () => {
  /** @type {[string, string, Record<string, any>][]} */
  const rows = [
    ["/ready", "ready", { on: 1 }],
    ["/UNREADY", "ready", { on: 0 }],
    ["/kick bob", "kick", { id: 2 }],
    ["/kick bob the builder", "kick", { id: 3 }],
    ["/host ad", "promote", { id: 4 }],
    ["/set seconds -90", "option", { name: "seconds", value: -90 }],
    ["/create tag Friday night", "create", { name: "Friday night", game: "tag", public: 1, relay: 0 }],
    ["/private", "create", { name: "", game: "", public: 0, relay: 0 }],
    ["/relay Big screen", "create", { name: "Big screen", game: "", public: 0, relay: 1 }],
    ["/msg zo  are you there?", "say", { channel: 2, to: 200, text: "are you there?" }],
    ["/all good game", "say", { channel: 1, to: 0, text: "good game" }],
    ["/rooms", "list", {}],
    ["/lab 150", "lab", { latency: 150, jitter: 0, stall: 0, stall_every: 0 }],
    ["/LAB  150 40 ", "lab", { latency: 150, jitter: 40, stall: 0, stall_every: 0 }],
    ["/lab 0 0 1000/10000", "lab", { latency: 0, jitter: 0, stall: 1000, stall_every: 10000 }],
    ["/lab 5 5 0/1", "lab", { latency: 5, jitter: 5, stall: 0, stall_every: 1 }],
    ["/lab OFF", "lab", { latency: 0, jitter: 0, stall: 0, stall_every: 0 }],
  ];
  for (const [line, name, message] of rows) {
    const parsed = messageOf(line);
    assert.deepEqual([parsed.name, parsed.message], [name, message], line);
    encode(name, parsed.message);
  }
});

test("every command of the table can be typed", () => {
  /** @type {Record<string, string>} */
  const samples = {
    member: "Ada",
    person: "Zoe",
    word: "tag",
    number: "7",
    delay: "7",
    share: "7/9",
    rest: "some words",
  };
  for (const { words, message, args } of COMMANDS) {
    const typed = [words, ...args.map((argument) => samples[argument.split(":")[1]])].join(" ");
    const parsed = messageOf(typed);
    assert.equal(parsed.name, message);
    encode(parsed.name, parsed.message);
  }
});

test("what cannot be done is told in words", () => {
  /** @type {[string, string][]} */
  const rows = [
    ["/kick", "Write /kick NAME: host: send a member away."],
    ["/kick nobody", "There is nobody called nobody here."],
    ["/kick b", "Several names begin with b."],
    ["/msg z hi", "Several names begin with z."],
    ["/set seconds many", "This is not a number: many"],
    ["/set seconds 9999999999", "This number is out of range: 9999999999"],
    ["/set seconds 99999999999999999999999", "This number is out of range: 99999999999999999999999"],
    ["/set seconds 999999999999999999999999", "This is not a number: 999999999999999999999999"],
    ["/ready now", "There is too much here: now"],
    ["/dance", "There is no command /dance. /help lists them."],
    [`/game ${"g".repeat(40)}`, `That is too long: ${"g".repeat(40)}`],
    ["/lab", "Write /lab MS [JITTER [STALL/EVERY]] or off: a bad network."],
    ["/lab fast", "This is not a number: fast"],
    ["/lab 2001", "This number is out of range: 2001"],
    ["/lab off 5", "There is too much here: 5"],
    ["/lab 5 off", "This is not a number: off"],
    ["/lab 5 5 5", "These are not two numbers such as 1000/10000: 5"],
    ["/lab 5 5 /5", "This is not a number: "],
    ["/lab 5 5 5/", "This is not a number: "],
    ["/lab 5 5 5/6/7", "This is not a number: 6/7"],
    ["/lab 5 5 1/3600001", "This number is out of range: 3600001"],
    ["/lab 5 5 5/5", "The first number must be below the second: 5/5"],
    ["/lab 5 5 5/6 7", "There is too much here: 7"],
    ["/join", "Write /join and the code of a room."],
  ];
  for (const [line, words] of rows) assert.deepEqual(parse(line, NAMES), { kind: "fault", words }, line);
});

test("help and join stay here", () => {
  assert.deepEqual(parse("/help", NAMES), { kind: "help" });
  assert.deepEqual(parse("/join rk-7t", NAMES), { kind: "join", room: "rk-7t" });
});
