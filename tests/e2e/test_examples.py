#!/usr/bin/env python3
"""The examples against a real server, and what they stand on: JSON, relay rooms, and limits on both.

    TICKBOX_BUILD=build/release tests/e2e/test_examples.py
"""

import collections
import contextlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import edge  # noqa: E402
import ws  # noqa: E402
from edge import Bystander, Server, check, equal, plain_environment, test, until  # noqa: E402
from network import SUDO  # noqa: E402
from peer import COUNTDOWN, FLAGS, PLAYING, RESULTS, Peer, make_room  # noqa: E402
from pulse import Pulse  # noqa: E402

EXAMPLES = os.path.join(ws.ROOT, "examples")
ALONE = ("--practice-bots", "0")


# Debian's package is of Debian's Python, which need not be the one that runs this.
PYTHON = sys.executable if importlib.util.find_spec("websockets") else "/usr/bin/python3"


def address(server):
    return f"ws://127.0.0.1:{server.port}/ws"


# --- Python -----------------------------------------------------------------------------------------------------


@test
def twenty_lines_of_python_join_talk_walk_and_see_themselves_walk():
    with Server(*ALONE, "--seed", "3") as server:
        watcher = Peer(server.port, "Watcher", watch=1)
        walk = subprocess.run(["timeout", "-k", "1", "20", PYTHON, os.path.join(EXAMPLES, "python/walk.py"), address(server)],
                              capture_output=True, text=True, env=plain_environment())
        equal(walk.returncode, 0, walk.stdout, walk.stderr)
        found = re.search(r"walked from \((\S+), (\S+)\) to \((\S+), (\S+)\)", walk.stdout)
        check(found, "no words of a walk in", walk.stdout)
        from_x, from_y, to_x, to_y = map(float, found.groups())
        check(abs(to_x - from_x) + abs(to_y - from_y) > 60, "it hardly moved:", found[0])
        who = watcher.wait("roster", lambda message: any(one["name"] == "Python" for one in message["joined"]))["joined"][0]
        watcher.wait("talk", lambda message: any(line["person"] == who["person"] for line in message["lines"]))
        watcher.wait("positions", lambda message: any(box["id"] == who["id"] and box["x"] / 16 >= to_x and box["y"] / 16 >= to_y
                                                      for box in message["boxes"]))
        seen = [(box["x"], box["y"]) for message in watcher.of("positions") for box in message["boxes"] if box["id"] == who["id"]]
        check(len(set(seen)) >= 5, "others saw it at", set(seen))
        watcher.close()


# --- Godot ------------------------------------------------------------------------------------------------------


class Godot:
    """The display, run by an engine without a window; keeps the lines that it prints."""

    def __init__(self, server, *arguments):
        self.home = tempfile.TemporaryDirectory()
        self.lines, self.news = [], threading.Condition()
        self.process = subprocess.Popen(["timeout", "-k", "1", "80", "godot3-server", "--path", os.path.join(EXAMPLES, "godot3"),
                                         f"--server={address(server)}", *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, env=plain_environment(HOME=self.home.name))
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.rstrip())
                self.news.notify_all()

    def wait(self, pattern, seconds=15, count=1):
        """The last of the first `count` lines that match."""
        end = time.monotonic() + seconds
        with self.news:
            while True:
                found = [match for match in (re.fullmatch(pattern, line) for line in self.lines) if match]
                if len(found) >= count:
                    return found[count - 1]
                if not self.news.wait(end - time.monotonic()):
                    raise TimeoutError(f"{len(found)} of {count} lines '{pattern}' among {self.lines[-20:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        faults = [line for line in self.lines if "SCRIPT ERROR" in line or "Parse Error" in line]
        equal(faults, [], "the engine's words")
        self.process.stdout.close()
        self.home.cleanup()


def press(peer, times):
    for _ in range(times):
        for data in ("+jump", "-jump"):
            peer.tell("relay", kind="display", data=data)
            time.sleep(0.02)


def see_match(peers, number, winner, scores, victories):
    """Everybody was told the same start, scores, roles and winner."""
    for peer in peers:
        peer.wait("match", lambda news: (news["phase"], news["number"]) == (PLAYING, number))
        end = peer.wait("match", lambda news: (news["phase"], news["number"]) == (RESULTS, number))
        equal(end["result"], f"{winner} is on top")
        peer.wait("roster", lambda news: any(one["victories"] == victories for one in news["standings"]
                                             if one["id"] == scores[0][0] and one["flags"] & FLAGS["WON"]))
        standings = peer.standings()
        for at, (who, score) in enumerate(scores):
            one = standings[who]
            equal((one["score"], one["role"], bool(one["flags"] & FLAGS["WON"])), (score, int(at == 0), at == 0), "standing of", who)
            check(one["flags"] & FLAGS["PLAYS"], who, "does not play")


@test
def an_engine_runs_a_game_for_phones_and_everybody_sees_its_result():
    with Server(*ALONE, "--log-level", "debug") as server, Godot(server) as display:
        code = display.wait(r"room (\w{4}) resumed 0")[1]
        page = Peer(server.port, "Page", is_json=False, kind="web", room=code)
        ada, bob = (Peer(server.port, name, kind="controller", room=code) for name in ("Ada", "Bob"))
        peers = (page, ada, bob)
        for peer in peers:
            room = peer.wait("room", lambda news: news["buttons"])
            equal((room["relay"], room["code"], room["game"]), (1, code, ""))
            equal(room["buttons"], [{"name": "jump", "words": "JUMP"}])
            equal([role["name"] for role in room["roles"]], ["climber", "summiteer"])
            peer.wait("match", lambda news: news["phase"] == COUNTDOWN)
            display.wait(rf"member {peer.me} .*")
        display.wait("phase playing")
        press(bob, 4)
        press(ada, 10)
        display.wait(rf"relayed {ada.me} \+jump", count=10)
        display.wait(rf"relayed {ada.me} -jump", count=10)
        display.wait(rf"relayed {bob.me} \+jump", count=4)
        display.wait("result Ada is on top")
        see_match(peers, 1, "Ada", [(ada.me, 10), (bob.me, 4), (page.me, 0)], 1)
        display.wait("phase playing", count=2)
        press(page, 2)
        press(bob, 10)
        see_match(peers, 2, "Bob", [(bob.me, 10), (ada.me, 0), (page.me, 2)], 1)
        for peer in peers:
            equal([peer.standings()[one.me]["victories"] for one in (ada, bob, page)], [1, 1, 0])
            peer.close()


@test
def the_engine_joins_a_room_by_its_code_and_is_back_on_its_seat_after_a_lost_connection():
    with Server(*ALONE) as server:
        code = make_room(server.port, relay=1)
        with Godot(server, f"--room={code}") as display:
            display.wait(rf"room {code} resumed 0")
            guest = Peer(server.port, "Guest", kind="controller", room=code)
            display.wait(rf"member {guest.me} controller Guest")
            lines = subprocess.run(["ss", "-tnpH", "dport", f"= :{server.port}"], capture_output=True, text=True, check=True).stdout
            mine = [re.search(r"127\.0\.0\.1:(\d+)", line)[1] for line in lines.split("\n") if "godot3" in line]
            equal(len(mine), 1, "connections of the engine in", lines)
            subprocess.run([*SUDO, "ss", "-K", "-tnH", "src", "127.0.0.1", "sport", f"= :{mine[0]}"], capture_output=True, check=True)
            display.wait(rf"room {code} resumed 1")
            guest.tell("relay", kind="display", data="+jump")
            display.wait(rf"relayed {guest.me} \+jump")
            guest.close()


# --- relay rooms ------------------------------------------------------------------------------------------------


def relayed(peer):
    return [(message["from"], message["data"]) for message in peer.of("relayed")]


@test
def a_relayed_message_reaches_one_member_a_kind_or_all_and_nobody_else():
    with Server(*ALONE) as server:
        code = make_room(server.port, relay=1)
        screen, sender, other = (Peer(server.port, kind, kind=kind, room=code, is_json=kind == "controller")
                                 for kind in ("display", "controller", "controller"))
        page, stranger = Peer(server.port, kind="web", room=code), Peer(server.port, kind="display")
        everybody = (screen, sender, other, page, stranger)
        sender.tell("relay", to=page.me, data="one \u2603 \" <b>")
        sender.tell("relay", kind="display", data="kind")
        sender.tell("relay", kind="controller", data="own kind")
        sender.tell("relay", data="all")
        screen.tell("relay", to=sender.me, data="x" * ws.LIMITS["RELAY_BYTES_MAX"])
        sender.wait("relayed")
        for peer in everybody:
            peer.tell("ping", time=77)
            peer.wait("pong", lambda news: news["time"] == 77)
        by = sender.me
        equal(relayed(page), [(by, "one \u2603 \" <b>"), (by, "all")], "the page")
        equal(relayed(screen), [(by, "kind"), (by, "all")], "the display")
        equal(relayed(other), [(by, "own kind"), (by, "all")], "the other controller")
        equal(relayed(sender), [(screen.me, "x" * ws.LIMITS["RELAY_BYTES_MAX"])], "the sender")
        equal(relayed(stranger), [], "a display in another room")
        for peer in everybody:
            peer.close()


# --- JSON -------------------------------------------------------------------------------------------------------

BAD_JSON = [
    (b"", 0), (b"{", 1), (b"}", 0), (b"[]", 0), (b"nonsense", 0), (b"7", 0), (b'{"message":"ping"', 17), (b'{"message":"ping"} x', 19),
    (b'{"message":"ping",}', 18), (b'{"message" "ping"}', 11), (b"{'message':'ping'}", 1), (b'{"message":"ping","time":01}', None),
    (b'{"message":"ping","time":1}{}', 27), (b'{"message":"pi\x01ng"}', None), (b'{"message":"ping\\q"}', None),
    (b'{"message":"ping\\u0000"}', None), (b'{"a":' * 600, None), (b"\xef\xbb\xbf{}", 0),
]


def log_lines(server, name):
    return sum(name in line and "bad_json" in line for line in server.log().split("\n"))


@test
def bad_json_is_refused_with_its_byte_and_logged_once():
    with Server(*ALONE, "--log-level", "debug") as server:
        bystander = Bystander(server)
        for text, byte in BAD_JSON:
            peer = ws.Socket(server.port, subprotocol=ws.JSON_SUBPROTOCOL)
            name = "{}:{}".format(*peer.raw.getsockname())
            peer.send_frame(ws.TEXT, b'{"message":"hello","kind":"test"}')
            while peer.read()["message"] != "welcome":
                pass
            peer.send_frame(ws.TEXT, text)
            closed, messages = peer.read_to_end()
            peer.close()
            equal((closed.status, closed.reason), (4000 + ws.CODES.index("bad_json"), "bad_json"), text[:40])
            equal(messages[-1]["message"], "goodbye", text[:40])
            found = re.match(r"byte (\d+): \S", messages[-1]["param"])
            check(found, text[:40], "is refused without its byte:", messages[-1])
            if byte is not None:
                equal(int(found[1]), byte, text[:40], messages[-1]["param"])
            until(lambda: log_lines(server, name), "a line in the log for", text[:40])
            equal(log_lines(server, name), 1, "lines in the log for", text[:40])
        equal(bystander.trouble, None)
        check(bystander.held_up() < 0.25, f"the bystander waited {bystander.held_up():.3f} s for a frame")
        bystander.finish()


# --- floods -----------------------------------------------------------------------------------------------------

FLOOD_SECONDS, FLOOD_RATE, TICK_RATE = 8, 200, 128  # 1024 ticks, over which lateness is measured, last 8 s at that rate


def flood(peer, message, fields):
    end = time.monotonic() + FLOOD_SECONDS
    with contextlib.suppress(OSError):
        while time.monotonic() < end and peer.closed is None:
            peer.tell(message, **fields)
            time.sleep(1 / FLOOD_RATE)


def late(server):
    return server.health()["tick_late_p99_us"]


def notices(peer):
    return collections.Counter(ws.CODES[message["code"]] for message in peer.of("notice"))


def pair(server, flooders):
    """Lateness without and with the floods, both at once with a bystander's longest wait; and beside the floods that of
    somebody who only sleeps."""
    bystander = Bystander(server)
    time.sleep(FLOOD_SECONDS + 0.2)
    base, calm = late(server), bystander.held_up()
    bystander.forget()
    floods = [threading.Thread(target=flood, args=arguments) for arguments in flooders]
    with Pulse(1 / TICK_RATE) as pulse:
        for thread in floods:
            thread.start()
        for thread in floods:
            thread.join()
        fault, wait, slept = late(server), bystander.held_up(), round(pulse.late_p99() * 1e6)
    equal(bystander.trouble, None, "the bystander")
    bystander.finish()
    return {"p99_base": base, "p99_fault": fault, "p99_slept": slept, "gap_base": round(calm, 3), "gap_fault": round(wait, 3)}


def is_undisturbed(figures):
    return figures["p99_fault"] <= max(figures["p99_base"] * 1.1, figures["p99_base"] + 1000, figures["p99_slept"] + 1000)


@test
def floods_of_talk_rooms_and_relay_are_limited_by_name_and_disturb_nobody():
    with Server(*ALONE, "--tick-rate", str(TICK_RATE), "--log-level", "info") as server:
        code = make_room(server.port, relay=1)
        screen = Peer(server.port, "Screen", kind="display", room=code)
        talker, maker, relayer = Peer(server.port, "Talker"), Peer(server.port, "Maker"), Peer(server.port, "Relayer", kind="controller", room=code)
        floods = [(talker, "say", {"channel": 0, "text": "spam"}), (maker, "create", {"public": 1}),
                  (relayer, "relay", {"kind": "display", "data": "+jump"})]
        figures = []
        while len(figures) < 3:  # once is enough unless the machine had other things to do
            figures.append(pair(server, floods))
            if is_undisturbed(figures[-1]):
                break
        seconds = len(figures) * FLOOD_SECONDS
        print(json.dumps({"name": "floods", "tried": 3 * FLOOD_RATE * seconds, "failed": 0, **figures[-1]}), flush=True)
        check(is_undisturbed(figures[-1]), "ticks came late:", figures)
        check(figures[-1]["gap_fault"] < 0.25, "the bystander waited", figures)
        span = seconds + len(figures) * (FLOOD_SECONDS + 1)
        for peer, name, taken, most in ((talker, "talk_too_fast", len([line for line in talker.lines() if line["text"] == "spam"]), 10 + span),
                                        (maker, "too_many_rooms", len(maker.of("created")), 3 + span // 10 + 1),
                                        (relayer, "relay_too_fast", len(screen.of("relayed")), 60 * (len(figures) + seconds) + 30)):
            check(peer.closed is None, "the connection that floods was closed:", peer.closed)
            equal(set(notices(peer)), {name}, "notices")
            check(3 <= taken <= most, taken, "of", name, "were taken; at most", most)
            told, logged = notices(peer)[name], len([line for line in server.log().split("\n") if name in line])
            print(f"# {name}: taken {taken}, notices {told}, lines in the log {logged}", flush=True)
            check(1 <= logged <= told, logged, "lines in the log,", told, "notices")
            peer.close()
        screen.close()


if __name__ == "__main__":
    edge.main(__doc__)
