"""Tests of every message that a client may send, made from the schema so that none is forgotten: each field of each
wrong in every way that its kind allows, in both formats; and the refusals that leave a connection open."""

import collections
import json
import re

import peer
import ws
from edge import Bystander, Server, check, equal, get, test, until

JSON = {"subprotocol": ws.JSON_SUBPROTOCOL}
MESSAGES = [message for message in ws.SCHEMA["messages"] if message["from"] == "client"]
ALONE = ("--practice-bots", "0")


def record(fields):
    """The smallest valid values, with one record in every list."""
    return {field["name"]: [record(peer.STRUCTS[field["of"]])] if field["type"] == "list" else peer.default(field) for field in fields}


def wrong_numbers(field):
    low, high = peer.limit(field["min"]), peer.limit(field["max"])
    return [(low - 1, "out_of_range"), (high + 1, "out_of_range"), (1 << 63, "out_of_range"), ("1", "bad_message"), (None, "bad_message"),
            (low + 0.5, "bad_message"), ([], "bad_message")]


def wrong_texts(field):
    return [("x" * (peer.limit(field["max"]) + 1), "bad_message"), (7, "bad_message"), (None, "bad_message"), ([], "bad_message"),
            ("a\0b", "bad_message")]


def wrong_lists(field):
    """Too many records, unless they would not fit a message anyhow; no list; and whatever can be wrong inside one."""
    inner, most = peer.STRUCTS[field["of"]], peer.limit(field["max"])
    rows = [(7, "bad_message"), ("x", "bad_message"), (None, "bad_message")]
    if most * len(inner) < ws.LIMITS["CLIENT_BYTES_MAX"] // 40:
        rows.append(([record(inner)] * (most + 1), "bad_message"))
    for part in inner:
        rows += [([{**record(inner), part["name"]: value}], code) for value, code in wrong_values(part)]
    return rows


def wrong_values(field):
    return {"int": wrong_numbers, "str": wrong_texts, "list": wrong_lists}[field["type"]](field)


def is_whole(fields, values):
    return all(isinstance(values[field["name"]], list) for field in fields if field["type"] == "list")


def packed(message, values):
    """As bytes; a list of what is no list goes as it is."""
    fields = message["fields"]
    if is_whole(fields, values):
        return ws.message(message["name"], *peer.flat(fields, values))
    return ws.message(message["name"], *[values[field["name"]] if not isinstance(values[field["name"]], list) else [] for field in fields])


def rows_in_bytes(message):
    name, fields = message["name"], message["fields"]
    good = record(fields)
    items, whole = peer.flat(fields, good), packed(message, good)
    yield f"{name} truncated", whole[:-1], "bad_message", "truncated"
    yield f"{name} with a byte too many", whole + b"\0", "bad_message", "trailing"
    yield f"{name} with a field too many", ws.message(name, *items, 0), "bad_message", "wrong_count"
    least = message.get("trimmed", len(items))
    if least:
        yield f"{name} with too few fields", ws.message(name, *items[: least - 1]), "bad_message", "wrong_count"
    for field in fields:
        for value, code in wrong_values(field):
            yield f"{name} {field['name']} {str(value)[:50]}", packed(message, {**good, field["name"]: value}), code, ""
        if field["type"] == "str":
            torn = packed(message, {**good, field["name"]: "~~"}).replace(b"~~", b"\xc3~")
            yield f"{name} {field['name']} that is no UTF-8", torn, "bad_message", "bad_text"
        if field["type"] == "list":
            at = fields.index(field)
            torn = ws.message(name, *items[:at], items[at][:-1], *items[at + 1 :])
            yield f"{name} {field['name']} with a torn record", torn, "bad_message", "wrong_count"


def rows_in_json(message):
    name, fields = message["name"], message["fields"]
    good = {"message": name, **record(fields)}
    yield f"{name} with an unknown field", json.dumps({**good, "more": 1}), "bad_json", "byte "
    yield f"{name} truncated", json.dumps(good)[:-1], "bad_json", "byte "
    yield f"{name} twice", json.dumps(good) * 2, "bad_json", "byte "
    yield f"{name} named twice", json.dumps(good)[:-1] + f', "message":"{name}"}}', "bad_json", "byte "
    for field in fields:
        for value, code in wrong_values(field):
            text = json.dumps({**good, field["name"]: value})
            yield f"{name} {field['name']} {str(value)[:50]}", text, "bad_json" if "\\u0000" in text else code, ""


def refused(server, row, is_json, before_hello):
    """The row's socket address, if its message ended it by its name."""
    name, payload, code, param = row
    one = ws.Socket(server.port, **(JSON if is_json else {}))
    address = "{}:{}".format(*one.raw.getsockname())
    if not before_hello:
        peer.tell(one, "hello", is_json, **({} if is_json else {"version": ws.protocol_version()}))
        while peer.read(one)["message"] != "welcome":
            pass
    one.send_frame(ws.TEXT if is_json else ws.BINARY, payload.encode() if is_json else payload)
    try:
        closed, messages = one.read_to_end(5)
    except TimeoutError:
        raise AssertionError(f"{name} is still open") from None
    one.close()
    last = messages[-1] if isinstance(messages[-1], dict) else peer.named(peer.BY_NAME["goodbye"], messages[-1][1:])
    equal((closed.status, closed.reason, last["code"]), (4000 + ws.CODES.index(code), code, ws.CODES.index(code)), name, last["param"])
    check(last["param"].startswith(param), name, "is refused as", last["param"])
    return address


def run_rows(rows, is_json):
    """Each ends its own connection, and leaves one line in the log; somebody plays on undisturbed."""
    with Server(*ALONE, "--log-level", "debug", seconds=200) as server:
        bystander = Bystander(server)
        ended = collections.Counter()  # the system gives a port again
        for row, before_hello in rows:
            ended[refused(server, row, is_json, before_hello), row[2]] += 1
        def logged():
            return collections.Counter(re.findall(r"(127\.0\.0\.1:\d+) ends: (\w+)", server.log()))
        until(lambda: logged().total() >= ended.total(), "a line in the log for each")
        equal(logged(), ended, "lines in the log")
        equal(bystander.trouble, None)
        check(bystander.frames > 50 and bystander.held_up() < 0.5, f"the bystander waited {bystander.held_up():.3f} s for a frame")
        bystander.finish()
        until(lambda: server.health()["clients"] == 0, "nobody is left")
    print(f"# {len(rows)} rows", flush=True)


@test
def every_message_of_the_schema_wrong_in_every_way_is_refused_by_name():
    named = {message["name"] for message in MESSAGES}
    check({"say", "relay", "report", "option", "create", "kick"} <= named and len(named) >= 23, "messages", named)
    rows = [(row, message["name"] == "hello") for message in MESSAGES for row in rows_in_bytes(message)]
    rows += [((f"{message['name']} before hello", packed(message, record(message["fields"])), "hello_first", ""), True)
             for message in MESSAGES if message["name"] != "hello"]
    run_rows(rows, False)


@test
def every_message_of_the_schema_wrong_in_json_is_refused_by_name():
    rows = [(row, message["name"] == "hello") for message in MESSAGES for row in rows_in_json(message)]
    rows += [((f"{message['name']} before hello", json.dumps({"message": message["name"], **record(message["fields"])}), "hello_first", ""), True)
             for message in MESSAGES if message["name"] != "hello"]
    rows += [(("a message that nobody knows", '{"message":"dance"}', "unknown_message", ""), False),
             (("a message of the server's", '{"message":"welcome"}', "unknown_message", ""), False),
             (("a message without a name", "{}", "bad_message", ""), False)]
    run_rows(rows, True)


# --- refusals that leave the connection open ------------------------------------------------------------------------


def notice_of(member, code, message, **fields):
    """That message is answered by this notice, and by nothing else."""
    before = len(member.of("notice"))
    at = len(member.heard)
    member.tell(message, **fields)
    found = member.wait("notice", since=at)
    equal(ws.CODES[found["code"]], code, message, fields)
    member.tell("ping", time=5)
    member.wait("pong", since=at)
    equal(len(member.of("notice")), before + 1, "notices after", message, fields)
    return found["param"]


def pass_limit(member, code, times, message, **fields):
    """More often than allowed; the notice names the limit."""
    at = len(member.heard)
    for _ in range(times):
        member.tell(message, **fields)
    found = member.wait("notice", lambda news: ws.CODES[news["code"]] == code, since=at)
    check(found["param"].isdigit(), code, "names no limit:", found)


@test
def what_cannot_be_done_is_told_by_name_and_the_connection_stays():
    for is_json in (False, True):
        with Server(*ALONE, "--max-rooms", "4") as server:
            code = peer.make_room(server.port, game="tag")
            host = peer.Peer(server.port, "Host", is_json, room=code)
            guest = peer.Peer(server.port, "Guest", is_json, room=code)
            host.wait("roster", lambda news: any(one["id"] == guest.me for one in news["joined"]))
            for message, fields in (("start", {}), ("stop", {}), ("pause", {"on": 1}), ("lock", {"on": 1}), ("kick", {"id": host.me}),
                                    ("promote", {"id": guest.me}), ("choose", {"game": "hill"}), ("option", {"name": "seconds", "value": 30})):
                notice_of(guest, "not_host", message, **fields)
            notice_of(host, "not_now", "stop")
            notice_of(host, "not_now", "pause", on=1)
            notice_of(host, "not_now", "kick", id=host.me)
            notice_of(host, "not_now", "relay", data="x")
            notice_of(host, "not_now", "report", phase=2)
            equal(notice_of(host, "unknown_game", "choose", game="chess"), "chess")
            equal(notice_of(host, "unknown_game", "create", game="chess"), "chess")
            equal(notice_of(host, "unknown_option", "option", name="gravity", value=1), "gravity")
            for message, fields in (("kick", {"id": 999}), ("promote", {"id": 999}), ("say", {"channel": 2, "to": 999999, "text": "psst"})):
                notice_of(host, "nobody_there", message, **fields)
            relay = peer.make_room(server.port, relay=1)
            screen, phone = (peer.Peer(server.port, kind, is_json, kind=kind, room=relay) for kind in ("display", "controller"))
            notice_of(phone, "nobody_there", "relay", to=999, data="x")
            notice_of(phone, "nobody_there", "relay", kind="robot", data="x")
            notice_of(phone, "not_now", "report", phase=2)
            notice_of(screen, "not_now", "report", phase=2, standings=[{"id": phone.me, "role": 3}])
            notice_of(screen, "not_now", "choose", game="tag")
            pass_limit(guest, "talk_too_fast", 14, "say", channel=0, text="spam")
            pass_limit(phone, "relay_too_fast", 200, "relay", kind="display", data="x")
            pass_limit(host, "too_many_rooms", 3, "create", public=1)
            for member in (host, guest, screen, phone):
                equal(member.closed, None, "closed")
                member.close()
            check(get(server, "/healthz").status == 200, "the server is gone")
