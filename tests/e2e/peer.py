"""A client that names what it sends and hears, in either format: for tests of what members of a room tell each other."""

import contextlib
import json
import threading
import time

import ws

BY_NAME = {message["name"]: message["fields"] for message in ws.SCHEMA["messages"]}
STRUCTS = {struct["name"]: struct["fields"] for struct in ws.SCHEMA["structs"]}
FLAGS = {flag["name"]: 1 << flag["bit"] for flag in ws.SCHEMA["seat_flags"]}
WAITING, COUNTDOWN, PLAYING, RESULTS = range(4)


def limit(value):
    return ws.LIMITS.get(value, value)


def default(field):
    if field["type"] == "str":
        return ""
    return [] if field["type"] == "list" else max(0, limit(field["min"]))


def flat(fields, values):
    """The fields in their order, as MessagePack has them; lists of records in one."""
    unknown = set(values) - {field["name"] for field in fields}
    if unknown:
        raise ValueError(f"no fields {unknown}")
    items = []
    for field in fields:
        value = values.get(field["name"], default(field))
        items.append([item for record in value for item in flat(STRUCTS[field["of"]], record)] if field["type"] == "list" else value)
    return items


def named(fields, items):
    """And back. Fields that are left out at the end are 0 or empty."""
    values = {field["name"]: default(field) for field in fields}
    for field, item in zip(fields, items):
        if field["type"] == "list":
            inner = STRUCTS[field["of"]]
            item = [named(inner, item[at : at + len(inner)]) for at in range(0, len(item), len(inner))]
        values[field["name"]] = item
    return values


def read(socket):
    """The next message as an object with its name. Of frames only the bare list: their records need a replica."""
    found = socket.read()
    if isinstance(found, dict):
        return found
    name = ws.NAMES[found[0]]
    if name == "frame":
        return {"message": name, "items": found[1:]}
    return {"message": name, **named(BY_NAME[name], found[1:])}


def tell(socket, message, is_json, /, **fields):
    if is_json:
        socket.send_frame(ws.TEXT, json.dumps({"message": message, **fields}).encode())
    else:
        socket.send(ws.message(message, *flat(BY_NAME[message], fields)))


class Peer:
    """Says hello; from then on it is alive, and keeps all that it hears."""

    def __init__(self, port, name="Ada", is_json=True, **hello):
        self.is_json, self.heard, self.news = is_json, [], threading.Condition()
        self.closed, self.sending = None, threading.Lock()
        self.socket = ws.Socket(port, subprotocol=ws.JSON_SUBPROTOCOL if is_json else ws.SUBPROTOCOL)
        self.tell("hello", **{"kind": "test", "name": name, **({} if is_json else {"version": ws.protocol_version()}), **hello})
        threading.Thread(target=self.listen, daemon=True).start()
        self.me = self.wait("welcome")["id"]
        threading.Thread(target=self.live, daemon=True).start()

    def listen(self):
        while self.closed is None:
            try:
                found = read(self.socket)
            except (ws.Closed, OSError, ValueError) as end:
                self.closed = end
                found = {"message": ""}
            with self.news:
                self.heard.append(found)
                self.news.notify_all()

    def live(self):
        with contextlib.suppress(OSError):
            while self.closed is None:
                time.sleep(2)
                self.tell("ping", time=1)

    def tell(self, message, /, **fields):
        with self.sending:
            tell(self.socket, message, self.is_json, **fields)

    def of(self, name):
        return [message for message in self.heard if message["message"] == name]

    def wait(self, name, is_wanted=lambda message: True, seconds=8.0, since=0):
        """The first such message of all after the `since` first ones, heard already or coming."""
        end, at = time.monotonic() + seconds, since
        with self.news:
            while True:
                while at < len(self.heard):
                    if self.heard[at]["message"] == name and is_wanted(self.heard[at]):
                        return self.heard[at]
                    at += 1
                if self.closed is not None or not self.news.wait(end - time.monotonic()):
                    last = [message["message"] for message in self.heard[-5:]]
                    raise TimeoutError(f"no such {name}; {self.closed or 'still open'}; last came {last}")

    def standings(self):
        """The newest of each id."""
        return {one["id"]: one for message in self.of("roster") for one in message["standings"]}

    def lines(self):
        return [line for message in self.of("talk") for line in message["lines"]]

    def close(self):
        self.closed = self.closed or "by us"
        self.socket.close()


def make_room(port, **create):
    """The code of a new room."""
    maker = Peer(port, "Maker", watch=1)
    maker.tell("create", **create)
    code = maker.wait("created")["code"]
    maker.tell("leave")
    maker.close()
    return code
