#!/usr/bin/env python3
"""A bad network on request: one connection asks for it, by each of the ways to connect, and nobody else gets it.

    TICKBOX_BUILD=build/release tests/e2e/test_lab.py
"""
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import edge  # noqa: E402
import ws  # noqa: E402
from edge import Server, check, equal, get, plain_environment, test  # noqa: E402
from peer import Peer  # noqa: E402
from pulse import Pulse  # noqa: E402

ALONE = ("--practice-bots", "0", "--tick-rate", "30")
ADDED, TICK_MS = 200, 1000 / 30
ECHOES = 5
ASKED, TURNED = 45, 165  # ticks of the window's script
SCRIPT = f"5 none\n{ASKED} type /lab {ADDED}\n{TURNED - 30} right\n{TURNED} left\n{TURNED + 10} quit\n"


class Poller:
    """As a Peer, by long polling."""

    def __init__(self, server):
        hello = {"message": "hello", "kind": "test", "name": "Polling"}
        answer = get(server, "/poll/join", "POST", json.dumps(hello))
        self.server, self.batch, self.after, self.heard = server, 0, 0, []
        self.key = {"Authorization": "Bearer " + json.loads(answer.body)["session"]}
        self.wait("welcome")

    def tell(self, message, **fields):
        self.batch += 1
        body = json.dumps({"batch": self.batch, "messages": [{"message": message, **fields}]})
        equal(get(self.server, "/poll/send", "POST", body, **self.key).status, 200)

    def wait(self, name, is_wanted=lambda message: True):
        end = time.monotonic() + 8
        while time.monotonic() < end:
            for message in self.heard:
                if message["message"] == name and is_wanted(message):
                    return message
            news = json.loads(get(self.server, "/poll/messages", Tickbox_After=str(self.after), **self.key).body)
            self.after, self.heard = news["batch"], news["messages"]
        raise TimeoutError(f"no such {name}")


def echo_ms(client):
    """The median time that a ping's answer takes."""
    took = []
    for _ in range(ECHOES):
        asked = time.monotonic()
        mark = int(asked * 1e6) % (1 << 32)
        client.tell("ping", time=mark)
        client.wait("pong", lambda pong, mark=mark: pong["time"] == mark)
        took.append((time.monotonic() - asked) * 1000)
    return statistics.median(took)


def told(client, code):
    return client.wait("notice", lambda notice: ws.CODES[notice["code"]] == code)["param"]


def check_echoes(slow, quick):
    for name, client in slow.items():
        echo = echo_ms(client)
        check(ADDED <= echo < 2 * ADDED, f"{name}: the echo takes {echo:.0f} ms")
    for name, client in quick.items():
        echo = echo_ms(client)
        check(echo < ADDED / 2, f"{name}: the echo takes {echo:.0f} ms, though it asked for nothing")


@contextlib.contextmanager
def window(server):
    """The native client plays the script meanwhile; a function that gives the frames it drew."""
    with tempfile.TemporaryDirectory() as folder:
        script, trace = os.path.join(folder, "script.txt"), os.path.join(folder, "trace.jsonl")
        with open(script, "w", encoding="utf-8") as file:
            file.write(SCRIPT)
        words = ["timeout", "-k", "1", "30", os.path.join(edge.BUILD, "tickbox"), f"{edge.LOCAL}:{server.port}",
                 "--name", "Window", "--script", script, "--trace", trace, "--seconds", "25"]
        screenless = plain_environment(SDL_VIDEODRIVER="offscreen", SDL_RENDER_DRIVER="software")
        play = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=screenless)

        def frames():
            equal(play.wait(30), 0, "the window's status")
            with open(trace, encoding="utf-8") as file:
                return [json.loads(line) for line in file]

        yield frames
        if play.poll() is None:
            play.kill()


def ahead_ms(frames, first, last):
    """How far the own box is predicted beyond the newest frame, between these ticks of the script."""
    start = frames[0]["tick"]
    among = [frame for frame in frames if first <= frame["tick"] - start < last]
    return TICK_MS * statistics.median(frame["predicted"] - frame["tick"] for frame in among)


def own_x(frame):
    return next(item[1] for item in frame["items"] if item[3])


@test
def only_who_asks_gets_a_bad_network_and_prediction_hides_it():
    with Pulse() as pulse, Server(*ALONE, "--lab") as server, window(server) as frames:
        packed, plain, polling = Peer(server.port, "Packed", is_json=False), Peer(server.port, "Plain"), Poller(server)
        check_echoes({}, {"packed": packed, "plain": plain, "polling": polling})
        packed.tell("lab", latency=ADDED)
        equal(told(packed, "lab_on"), f"{ADDED} ms slower")
        check_echoes({"packed": packed}, {"plain": plain, "polling": polling})
        for client in (plain, polling):
            client.tell("lab", latency=ADDED)
            told(client, "lab_on")
        packed.tell("lab")
        told(packed, "lab_off")
        check_echoes({"plain": plain, "polling": polling}, {"packed": packed})
        drawn = frames()
        before, after = ahead_ms(drawn, 20, ASKED), ahead_ms(drawn, TURNED - 30, TURNED)
        # Before, the lead may still cover what starting cost: it is the worst need of ten seconds, not the latency alone.
        most = ADDED - TICK_MS + 1.25 * 1000 * pulse.late
        check(before < most and after >= ADDED, f"the window predicts {before:.0f} ms ahead before, {after:.0f} ms then")
        at = next(at for at, frame in enumerate(drawn) if frame["tick"] - drawn[0]["tick"] >= TURNED)
        check(own_x(drawn[at + 1]) < own_x(drawn[at]), "the own box does not turn in the frame after the key")
        packed.close()
        plain.close()


@test
def without_a_lab_it_is_refused_by_name_and_the_connection_stays():
    with Server(*ALONE) as server:
        for is_json in (False, True):
            client = Peer(server.port, is_json=is_json)
            client.tell("lab", latency=ADDED)
            equal(told(client, "no_lab"), "")
            check_echoes({}, {"who asked": client})
            client.close()


@test
def a_request_longer_than_any_message_ends_only_who_sent_it():
    with Server(*ALONE, "--lab") as server:
        other = Peer(server.port, "Other")
        long = {"message": "hello", "name": "x" * (ws.LIMITS["CLIENT_BYTES_MAX"] + 1)}
        key = {"Authorization": "Bearer " + json.loads(get(server, "/poll/join", "POST", json.dumps(long)).body)["session"]}
        refused, end = [json.loads(get(server, "/poll/messages", Tickbox_After=after, **key).body) for after in ("0", "1")]
        equal((refused["messages"][0]["message"], end), ("refused", {"closed": "too_large"}))
        check_echoes({}, {"the other": other})
        other.close()


if __name__ == "__main__":
    edge.main(__doc__)
