#!/usr/bin/env python3
"""Long polling against a real server: what it refuses, and that nothing is lost or doubled on a bad way.

    TICKBOX_BUILD=build/release tests/e2e/test_polling.py
"""

import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import edge  # noqa: E402
import ws  # noqa: E402
from edge import LOCAL, Server, check, equal, get, patient_test, plain_environment, raw, test  # noqa: E402

ALONE = ("--practice-bots", "0")
RIGHT, LEFT = 8, 4
NOBODY = {"Authorization": "Bearer " + 32 * "0"}
LINES = 30
LOST_IN_A_ROW = 5
# Said at once; then one a second, as many as may be. What a lost request holds back comes in one burst, of which the server
# takes ten lines: so there is room for the pauses before a sixth try, and the proxy loses no more in a row.
QUICK_LINES = 4


class Poller:
    """A client that polls, one request at a time."""

    def __init__(self, server, name="Poll", **hello):
        self.server, self.after, self.batch, self.heard = server, 0, 0, []
        answer = get(server, "/poll/join", "POST", json.dumps({"message": "hello", "kind": "test", "name": name, **hello}))
        equal(answer.status, 200, answer.body)
        self.key = {"Authorization": "Bearer " + json.loads(answer.body)["session"]}

    def ask_once(self, after=None):
        return get(self.server, "/poll/messages", Tickbox_After=str(self.after if after is None else after), **self.key)

    def ask(self):
        answer = self.ask_once()
        equal(answer.status, 200, answer.body)
        news = json.loads(answer.body)
        self.after = news["batch"]
        self.heard += news["messages"]
        return news["messages"]

    def ask_until(self, wanted, seconds=8):
        """The first message that is `wanted`, heard before or now."""
        end = time.monotonic() + seconds
        while not (found := [message for message in self.heard if wanted(message)]):
            check(time.monotonic() < end, "not told in time, but", [message["message"] for message in self.heard])
            self.ask()
        return found[0]

    def say_once(self, *messages, batch):
        return get(self.server, "/poll/send", "POST", json.dumps({"batch": batch, "messages": messages}), **self.key)

    def say(self, *messages):
        self.batch += 1
        answer = self.say_once(*messages, batch=self.batch)
        equal((answer.status, json.loads(answer.body)), (200, {"batch": self.batch}))

    def join(self):
        self.welcome = self.ask_until(lambda message: message["message"] == "welcome")
        return self

    def place(self):
        """Where the own box stands, in what is told next."""
        for _ in range(50):
            for message in reversed(self.ask()):
                if message["message"] == "positions":
                    return next(box["x"] for box in message["boxes"] if box["id"] == self.welcome["id"])
        raise AssertionError("no positions")


def of_talk(text):
    return lambda message: message["message"] == "talk" and any(line["text"] == text for line in message["lines"])


# --- refusals ---------------------------------------------------------------------------------------------------

REFUSALS = [  # name, method, path, body, headers, status, words
    ("no session", "GET", "/poll/messages", None, {}, 401, "no such session"),
    ("a guess", "GET", "/poll/messages", None, NOBODY, 401, "no such session"),
    ("a guess that speaks", "POST", "/poll/send", "{}", NOBODY, 401, "no such session"),
    ("the session in the URL", "GET", "/poll/messages?session=" + 32 * "0", None, {}, 401, "no such session"),
    ("another place", "GET", "/poll/elsewhere", None, {}, 404, "POST /poll/join"),
    ("join by GET", "GET", "/poll/join", None, {}, 404, "POST /poll/join"),
    ("ask by POST", "POST", "/poll/messages", "{}", {}, 404, "POST /poll/join"),
    ("an empty hello", "POST", "/poll/join", "", {}, 400, "not a hello"),
    ("a large body", "POST", "/poll/join", 9000 * "x", {}, 413, "too large"),
    ("another page's join", "POST", "/poll/join", "{}", {"Origin": "http://evil.example"}, 403, "another origin"),
    ("another page's question", "GET", "/poll/messages", None, {"Origin": "null"}, 403, "another origin"),
    ("a long header", "GET", "/poll/messages", None, {"Authorization": 300 * "x"}, 431, "too long"),
]


@test
def every_bad_request_is_refused_by_status_and_words():
    with Server(*ALONE) as server:
        for name, method, path, body, headers, status, words in REFUSALS:
            answer = get(server, path, method, body, **headers)
            check(answer.status == status and words in json.loads(answer.body)["error"], name, answer.status, answer.body)
            equal(answer.headers["content-type"], "application/json", name)
        for name, head, status in [("no length", "", "411"), ("chunked", "Transfer-Encoding: chunked\r\n", "411"),
                                   ("a length that is none", "Content-Length: x\r\n", "4"),
                                   ("a length of a gigabyte", "Content-Length: 1073741824\r\n", "413")]:
            answer = raw(server, f"POST /poll/join HTTP/1.1\r\nHost: {LOCAL}:{server.port}\r\n{head}\r\n", 3)
            check(answer.startswith(f"HTTP/1.1 {status}".encode()), name, answer[:60])
        equal(server.health()["clients"], 0)


@test
def bad_batches_end_the_client_with_the_byte_and_the_reason():
    with Server(*ALONE) as server:
        for body, words in [("{", "byte 1: "), ('{"batch":1,"messages":[{"a":1,"a":2}]}', "byte 30: a key stands twice"),
                            ('{"batch":1}', "not a batch"), ("\xff", "byte 0: not UTF-8")]:
            poller = Poller(server).join()
            answer = get(server, "/poll/send", "POST", body.encode("latin-1"), **poller.key)
            check(answer.status == 400 and words in json.loads(answer.body)["error"], body, answer.status, answer.body)
            poller.ask_until(lambda message: message["message"] == "goodbye" and ws.CODES[message["code"]] == "bad_json")
            answer = poller.ask_once()
            equal((answer.status, json.loads(answer.body)), (410, {"closed": "bad_json"}))
        poller = Poller(server).join()
        poller.say({"message": "input", "sqe": 1})
        goodbye = poller.ask_until(lambda message: message["message"] == "goodbye")
        equal(goodbye["param"], "byte 21: input has no field sqe")
        equal(server.log().count("input has no field sqe"), 1, "lines of the log")


@patient_test
def a_body_that_never_comes_is_given_up():
    with Server(*ALONE) as server:
        start = time.monotonic()
        answer = raw(server, f"POST /poll/join HTTP/1.1\r\nHost: {LOCAL}:{server.port}\r\nContent-Length: 100\r\n\r\n{{", 12)
        check(time.monotonic() - start < 12 and b"200" not in answer, "it was awaited for long")
        Poller(server).join()


# --- playing ----------------------------------------------------------------------------------------------------


@test
def who_polls_walks_and_talks_with_who_has_a_websocket():
    with Server(*ALONE) as server:
        other = ws.Socket(server.port)
        other.join("Other")
        poller = Poller(server).join()
        start = poller.place()
        way = RIGHT if start < 19200 else LEFT
        for _ in range(4):
            poller.say({"message": "input", "buttons": way}, {"message": "ping", "time": 1})
            time.sleep(0.2)
        check(abs(poller.place() - start) > 500, "it did not walk:", start)
        poller.say({"message": "say", "text": "over plain HTTP"})
        poller.ask_until(of_talk("over plain HTTP"))
        poller.ask_until(lambda message: message["message"] == "pong")
        while not any("over plain HTTP" in str(field) for field in other.read_until("talk")):
            pass
        other.close()


@test
def a_repeated_question_tells_the_same_and_a_repeated_batch_does_nothing():
    with Server(*ALONE) as server:
        poller = Poller(server).join()
        first = poller.ask_once(poller.after - 1)
        equal(first.status, 200)
        equal(first.body, poller.ask_once(poller.after - 1).body)
        for _ in range(3):
            equal(poller.say_once({"message": "say", "text": "once"}, batch=1).status, 200)
        equal(poller.say_once({"message": "say", "text": "skipped"}, batch=3).status, 409)
        equal(poller.say_once({"message": "say", "text": "last"}, batch=2).status, 200)
        poller.ask_until(of_talk("last"))
        told = [line["text"] for message in poller.heard if message["message"] == "talk" for line in message["lines"]]
        equal([text for text in told if text in ("once", "skipped", "last")], ["once", "last"])


@patient_test
def who_asks_no_more_but_speaks_is_away_and_comes_back_to_the_seat():
    with Server(*ALONE) as server:
        watcher = Poller(server, "Watcher").join()
        gone = Poller(server, "Gone").join()
        end = time.monotonic() + 14
        while not any(map(of_talk("Gone lost the connection."), watcher.heard)):
            check(time.monotonic() < end, "nobody noticed")
            watcher.say({"message": "ping", "time": 1})
            gone.batch += 1
            gone.say_once({"message": "ping", "time": 1}, batch=gone.batch)  # refused once it is away
            watcher.ask()
            time.sleep(0.1)
        equal(gone.ask_once().status, 401)
        back = Poller(server, "Gone", token=gone.welcome["token"]).join()
        equal((back.welcome["id"], back.welcome["resumed"]), (gone.welcome["id"], 1))


@test
def a_server_that_stops_tells_who_polls():
    server = Server(*ALONE)
    poller = Poller(server).join()
    stopper = threading.Thread(target=server.stop)
    stopper.start()
    goodbye = poller.ask_until(lambda message: message["message"] == "goodbye")
    equal(ws.CODES[goodbye["code"]], "shutting_down")
    stopper.join()
    equal(server.process.returncode, 0)
    server.process.stdout.close()


# --- a bad way --------------------------------------------------------------------------------------------------


class Proxy:
    """Stores each answer whole before it forwards it, and loses some requests and some answers."""

    def __init__(self, port, loss):
        self.target, self.loss, self.lost, self.random = port, loss, 0, random.Random(1)
        self.row = {}  # lost in a row, by what was asked
        self.listener = socket.create_server((LOCAL, 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.serve, args=[self.listener.accept()[0]], daemon=True).start()

    def unlucky(self, path):
        unlucky = self.random.random() < self.loss and self.row.get(path, 0) < LOST_IN_A_ROW
        self.row[path] = self.row.get(path, 0) + 1 if unlucky else self.row.get(path, 0)
        self.lost += unlucky
        return unlucky

    def serve(self, client):
        with client, contextlib.suppress(OSError, ValueError):
            request = client.makefile("rb")
            method, path, _ = request.readline().decode().split()
            headers = {}
            while (line := request.readline().strip()):
                name, value = line.decode().split(":", 1)
                headers[name.lower()] = value.strip()
            body = request.read(int(headers.get("content-length", 0)))
            if self.unlucky(path):
                return
            upstream = http.client.HTTPConnection(LOCAL, self.target, timeout=30)
            upstream.request(method, path, body or None, {**headers, "connection": "close"})
            answer = upstream.getresponse()
            text = answer.read()
            if self.unlucky(path):
                return
            self.row[path] = 0
            client.sendall(f"HTTP/1.1 {answer.status} x\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode() + text)

    def close(self):
        self.listener.close()


# The page's own polling, which says numbers and prints the numbers that it is told.
CLIENT = """
import { PollingSocket } from "%s/client-web/polling.js";
const [origin, lines] = [process.argv[1], Number(process.argv[2])];
const socket = new PollingSocket(origin);
const told = [];
socket.onopen = () => socket.send({ message: "hello", kind: "web", name: "Page" });
socket.onclose = (event) => { console.log("closed", event.reason); process.exit(1); };
socket.onmessage = ({ data }) => {
  if (data.message === "welcome") speak(1);
  if (data.message === "notice") console.error("notice", data.code);
  if (data.message !== "talk") return;
  for (const { text } of data.lines) if (/^\\d+$/.test(text)) told.push(Number(text));
  if (told.at(-1) === lines) { console.log(JSON.stringify(told)); process.exit(0); }
};
function speak(number) {
  socket.send({ message: "say", text: String(number) });
  socket.send({ message: "ping", time: number });
  if (number < lines) setTimeout(speak, number < %d ? 20 : 1000, number + 1);
}
"""


def page_says_lines_over(port, lines):
    result = subprocess.run(["timeout", "-k", "1", "80", "node", "--input-type=module", "-e", CLIENT % (ws.ROOT, QUICK_LINES),
                             f"http://{LOCAL}:{port}", str(lines)], capture_output=True, text=True, env=plain_environment())
    equal(result.returncode, 0, result.stdout, result.stderr)
    check("notice" not in result.stderr, result.stderr)
    return json.loads(result.stdout)


@patient_test
def the_pages_polling_loses_and_doubles_nothing_behind_a_proxy_that_buffers_and_loses():
    with Server(*ALONE) as server:
        proxy = Proxy(server.port, 0.1)
        equal(page_says_lines_over(proxy.port, LINES), list(range(1, LINES + 1)))
        check(proxy.lost >= 5, "the proxy lost only", proxy.lost)
        proxy.close()


if __name__ == "__main__":
    edge.main(__doc__)
