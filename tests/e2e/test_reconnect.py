#!/usr/bin/env python3
"""Keeping your seat, by raw sockets in both formats: every way to lose a connection, every wrong way to come back, and
three hundred times over (TEST_DEEP=1: ten thousand) that nothing of a seat or a talk is lost or doubled.

    TICKBOX_BUILD=build/release tests/e2e/test_reconnect.py
"""

import contextlib
import json
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import edge  # noqa: E402
import peer  # noqa: E402
import ws  # noqa: E402
from edge import Server, check, equal, test  # noqa: E402
from network import SUDO  # noqa: E402
from peer import FLAGS, PLAYING, Peer, make_room  # noqa: E402

ALONE = ("--practice-bots", "0")
DEEP = os.environ.get("TEST_DEEP", "0") == "1"
RECONNECTS = 10000 if DEEP else 300
SCORE, RIGHT, LEFT = 7, 8, 4
BOTH = (False, True)


class Player:
    """One who loses connections and comes back. Reads only when told to, and never writes down a token."""

    def __init__(self, server, room, is_json, name="Ada"):
        self.server, self.room, self.is_json, self.name = server, room, is_json, name
        self.token, self.lines, self.heard = "", [], []
        self.place, self.acks, self.sent = None, 0, 0
        self.come()
        self.first = self.welcome

    def come(self, token=None):
        """A new connection that shows a token, by default the newest; up to its welcome. Gives the seconds it took."""
        start = time.monotonic()
        self.greet(token)
        self.welcome = self.until("welcome")
        self.token = self.welcome["token"]
        return time.monotonic() - start

    def greet(self, token=None):
        self.socket = ws.Socket(self.server.port, subprotocol=ws.JSON_SUBPROTOCOL if self.is_json else ws.SUBPROTOCOL)
        self.acks = self.sent = 0
        self.tell("hello", kind="web", room=self.room, name=self.name, token=self.token if token is None else token,
                  heard=self.lines[-1]["id"] if self.lines else 0, **({} if self.is_json else {"version": ws.protocol_version()}))

    def tell(self, message, /, **fields):
        peer.tell(self.socket, message, self.is_json, **fields)

    def read(self):
        found = peer.read(self.socket)
        name = found["message"]
        if name == "talk":
            self.lines += found["lines"]
        elif name == "positions":
            self.place = next(((box["x"], box["y"]) for box in found["boxes"] if box["id"] == self.welcome["id"]), None)
        elif name == "frame" and len(found["items"]) > 1:
            self.acks += found["items"][1]
        if name not in ("frame", "positions", "pong"):
            self.heard.append(found)
        return found

    def until(self, name, is_wanted=lambda message: True, seconds=8):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.read()
            if found["message"] == name and is_wanted(found):
                return found
        raise TimeoutError(name)

    def catch_up(self):
        """Reads all that was sent so far; from now on the newest token is the only one."""
        self.tell("ping", time=1)
        self.until("pong")

    def standing(self):
        return [one for message in self.heard if message["message"] == "roster" for one in message["standings"]
                if one["id"] == self.welcome["id"]][-1]

    def named(self):
        return [one for message in self.heard if message["message"] == "roster" for one in message["joined"]
                if one["id"] == self.welcome["id"]][-1]

    def walk(self):
        """A few steps, with inputs counted; ends standing."""
        for buttons in (RIGHT, LEFT, 0):
            self.sent += 1
            self.tell("input", **({"buttons": buttons} if self.is_json else {"seq": self.sent, "tick": 0, "buttons": buttons}))
            time.sleep(0.07)

    def stand(self):
        """Where it stands, once it does."""
        self.catch_up()  # positions that wait to be read are of the past
        self.until("positions")
        last = None
        while last is None or last != self.place:
            last = self.place
            self.until("positions")
        return last


def reset(player):
    player.socket.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    player.socket.close()


def kill(player):
    """As the operator's ss -K, or a router that forgets: a reset to both ends that neither asked for."""
    port = player.socket.raw.getsockname()[1]
    subprocess.run([*SUDO, "ss", "-K", "-tnH", "src", "127.0.0.1", "sport", f"= :{port}"], check=True, capture_output=True)
    player.socket.close()


def end(player):
    player.socket.close()


def reload(player):
    """As a page that is reloaded: its browser says goodbye for it."""
    player.socket.send_frame(ws.CLOSE, struct.pack(">H", 1001))
    player.socket.close()


class Company:
    """A relay room where a player has a score and a victory, and somebody who watches and speaks all the while."""

    def __init__(self, server, is_json):
        self.room = make_room(server.port, relay=1)
        self.screen = Peer(server.port, "Screen", kind="display", room=self.room)
        self.watcher = Peer(server.port, "Watcher", not is_json, room=self.room, watch=1)
        self.player = Player(server, self.room, is_json)
        self.screen.tell("report", phase=PLAYING, roles=[{"name": "one", "color": 0}, {"name": "two", "color": 1}], standings=[
            {"id": self.player.welcome["id"], "flags": FLAGS["PLAYS"] | FLAGS["WON"], "role": 1, "score": SCORE}])
        self.player.until("roster", lambda news: any(one["victories"] for one in news["standings"]))
        self.say("before")
        self.player.until("talk", lambda news: news["lines"][-1]["text"] == "before")

    def say(self, text):
        self.watcher.tell("say", channel=0, text=text)

    def sees(self, away, since):
        """Others see it so."""
        me = self.player.first["id"]
        self.watcher.wait("roster", lambda news: any(one["id"] == me and bool(one["flags"] & FLAGS["AWAY"]) == away
                                                     for one in news["standings"]), since=since, seconds=15)

    def has_all(self):
        """The same seat with all that belongs to it, and every line of the talk once and in order."""
        player, standing = self.player, self.player.standing()
        equal(player.welcome["resumed"], 1, "resumed")
        equal((player.welcome["id"], player.welcome["person"]), (player.first["id"], player.first["person"]), "id and person")
        equal(player.named()["name"], player.name)
        equal((standing["score"], standing["role"], standing["victories"]), (SCORE, 1, 1), "score, role, victories")
        check(standing["flags"] & FLAGS["WON"] and not standing["flags"] & FLAGS["AWAY"], "flags", standing["flags"])
        self.say("after")
        player.until("talk", lambda news: news["lines"][-1]["text"] == "after")
        self.watcher.wait("talk", lambda news: news["lines"][-1]["text"] == "after")
        same_talk(player, self.watcher)

    def close(self):
        for one in (self.screen, self.watcher):
            equal(one.closed, None)
            one.close()
        self.player.socket.close()


def same_talk(player, witness):
    """What both could hear: from the first line that the later one heard to the last of the earlier."""
    heard, all_lines = [line["id"] for line in player.lines], [line["id"] for line in witness.lines()]
    low, high = max(heard[0], all_lines[0]), min(heard[-1], all_lines[-1])
    equal([number for number in heard if low <= number <= high], [number for number in all_lines if low <= number <= high],
          "lines of the talk:")
    check(sum(low <= number <= high for number in heard) >= 2, "hardly anything was said")


@contextlib.contextmanager
def company(is_json, *options):
    with Server(*ALONE, *options) as server:
        room = Company(server, is_json)
        yield server, room, room.player
        room.close()


def lost_and_back(is_json, lose):
    with company(is_json) as (_, room, player):
        for round_number in range(2):
            since = len(room.watcher.heard)
            lose(player)
            room.sees(True, since)
            room.say(f"meanwhile {round_number}")
            seconds = player.come()
            check(seconds < 1, f"back only after {seconds:.2f} s")
            player.catch_up()
            room.sees(False, since)
            room.has_all()


@test
def a_reset_connection_is_back_on_its_seat():
    for is_json in BOTH:
        lost_and_back(is_json, reset)


@test
def a_killed_socket_is_back_on_its_seat():
    for is_json in BOTH:
        lost_and_back(is_json, kill)


@test
def an_ended_connection_is_back_on_its_seat():
    for is_json in BOTH:
        lost_and_back(is_json, end)


@test
def a_reloaded_page_is_back_on_its_seat():
    for is_json in BOTH:
        lost_and_back(is_json, reload)


def stopped_for_twenty_seconds(is_json):
    with company(is_json) as (_, room, player):
        since = len(room.watcher.heard)
        start = time.monotonic()
        room.sees(True, since)
        check(9 < time.monotonic() - start < 13, f"away after {time.monotonic() - start:.1f} s")
        room.say("meanwhile")
        time.sleep(max(0, 20 - (time.monotonic() - start)))
        closed, last = None, None  # it wakes up, finds what came, and the end
        while closed is None:
            try:
                last = player.read()
            except ws.Closed as found:
                closed = found
        equal((closed.reason, last["message"]), ("silent", "goodbye"))
        player.socket.close()
        check(player.come() < 1, "back too late")
        player.catch_up()
        room.has_all()


@test
def a_client_stopped_for_twenty_seconds_is_back_on_its_seat():
    side_by_side([lambda is_json=is_json: stopped_for_twenty_seconds(is_json) for is_json in BOTH])


def side_by_side(works):
    """All at once; the first trouble is everybody's."""
    troubles = []

    def attempt(work):
        try:
            work()
        except BaseException as trouble:  # noqa: BLE001
            troubles.append(trouble)

    threads = [threading.Thread(target=attempt, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


@test
def a_second_tab_takes_the_seat_over_with_a_notice():
    for is_json in BOTH:
        with company(is_json) as (_, room, player):
            former = player.socket
            player.come()
            last = None
            with contextlib.suppress(ws.Closed):
                while True:
                    last = peer.read(former)
            equal((last["message"], ws.CODES[last["code"]]), ("goodbye", "taken_over"))
            former.close()
            player.catch_up()
            room.has_all()


@test
def an_expired_token_is_a_newcomers():
    for is_json in BOTH:
        with company(is_json, "--seat-hold", "1") as (_, room, player):
            end(player)
            room.watcher.wait("roster", lambda news: {"id": player.first["id"]} in news["left"])
            player.come()
            player.catch_up()
            equal(player.welcome["resumed"], 0)
            check(player.welcome["id"] != player.first["id"] and player.welcome["person"] != player.first["person"], "the old seat")
            equal((player.standing()["score"], player.standing()["victories"]), (0, 0))


@test
def a_stolen_old_token_gets_no_seat_and_disturbs_nobody():
    for is_json in BOTH:
        with company(is_json) as (_, room, player):
            stolen = player.token
            end(player)
            player.come()
            check(player.token != stolen and len(player.token) == ws.LIMITS["TOKEN_BYTES"], "the token is not rotated")
            player.catch_up()
            for thief_is_json in BOTH:
                thief = Player.__new__(Player)
                thief.__dict__.update(player.__dict__, is_json=thief_is_json, name="Thief", lines=[], heard=[], token=stolen)
                thief.come()
                thief.catch_up()
                equal(thief.welcome["resumed"], 0, "the thief")
                check(thief.welcome["id"] != player.first["id"] and thief.welcome["person"] != player.first["person"], "a stolen seat")
                equal(thief.standing()["score"], 0)
                thief.socket.close()
            player.catch_up()
            room.has_all()


@test
def a_line_lost_just_before_the_new_token_arrives_opens_with_the_old_one():
    for is_json in BOTH:
        with company(is_json) as (_, room, player):
            old = player.token
            end(player)
            for wait in (0, 0, 0.1, 0.2):  # before the server has read hello, and after it sent the welcome
                player.greet(old)
                time.sleep(wait)
                reset(player)
            player.come(old)
            player.catch_up()
            room.has_all()
            newest = player.token
            end(player)
            player.come(old)
            equal(player.welcome["resumed"], 0, "the old token, used after its successor was")
            player.socket.close()
            player.token = newest
            player.come()
            player.catch_up()
            room.has_all()


@test
def a_running_match_goes_on_for_who_comes_back():
    with Server(*ALONE, "--seed", "4") as server:
        code = make_room(server.port, game="tag")
        players = [Player(server, code, number % 2 == 1, name) for number, name in enumerate(("Ada", "Bob", "Eve"))]
        host = players[0]
        for name, value in (("seconds", 60), ("chasers", 5), ("bots", 3)):
            host.tell("option", name=name, value=value)
        time.sleep(0.3)
        host.tell("start")
        scored = None
        until = time.monotonic() + 30
        while not scored and time.monotonic() < until:
            for player in players:
                player.catch_up()
            time.sleep(0.2)
            scored = next((player for player in players if player.standing()["score"] > 0), None)
        check(scored, "nobody scored:", [player.standing() for player in players])
        before = scored.standing()
        reset(scored)
        time.sleep(0.5)
        scored.come()
        scored.catch_up()
        after = scored.standing()
        equal(scored.welcome["resumed"], 1)
        equal([message["phase"] for message in scored.heard if message["message"] == "match"][-1], PLAYING, "the match")
        check(after["flags"] & FLAGS["PLAYS"] and after["score"] >= before["score"] > 0, "score", before, after)
        check(after["role"] == before["role"] or before["role"] == 0, "role", before, after)  # a runner may be caught meanwhile
        for player in players:
            player.socket.close()


# --- many ----------------------------------------------------------------------------------------------------------


class Figures:
    def __init__(self):
        self.seconds, self.failed, self.doubled, self.moved = [], [], 0, 0


def keeps_coming(player, times, dice, figures):
    """Loses its connection in every way, and counts what is wrong."""
    for number in range(times):
        looks = player.is_json and number % 5 == 0
        if number % 10 == 0:
            player.walk()
        if looks:
            place = player.stand()
        player.catch_up()
        if not player.is_json and player.sent:
            time.sleep(0.1)
            player.catch_up()
            figures.doubled += player.acks != player.sent
        dice.choice((reset, end, reload))(player)
        if dice.random() < 0.1:  # and again, before the new token could come
            player.greet()
            dice.choice((reset, end))(player)
        figures.seconds.append(player.come())
        if (player.welcome["resumed"], player.welcome["id"], player.welcome["person"]) != (1, player.first["id"], player.first["person"]):
            figures.failed.append(player.welcome["resumed"])
        player.catch_up()
        if looks:
            figures.moved += player.stand() != place


def talks(speaker, over):
    number = 0
    while not over.wait(1.05):
        number += 1
        speaker.tell("say", channel=0, text=f"line {number}")


@test
def hundreds_of_reconnects_keep_seat_and_talk():
    players_count = 20
    with Server(*ALONE, "--log-level", "warn", seconds=280) as server:
        code = make_room(server.port, game="roam")
        witness = Peer(server.port, "Witness", room=code, watch=1)
        speakers = [Peer(server.port, f"Speaker {number}", room=code, watch=1) for number in range(5)]
        players = [Player(server, code, number % 2 == 1, f"Player {number}") for number in range(players_count)]
        over, all_figures, finished = threading.Event(), [Figures() for _ in players], []
        talkers = [threading.Thread(target=talks, args=(speaker, over)) for speaker in speakers]
        for thread in talkers:
            thread.start()

        def play(number):
            try:
                keeps_coming(players[number], RECONNECTS // players_count, random.Random(number), all_figures[number])
            finally:
                finished.append(number)
            while len(finished) < players_count:  # who is silent would be dropped
                players[number].catch_up()
                time.sleep(0.5)

        try:
            side_by_side([lambda number=number: play(number) for number in range(players_count)])
        finally:
            over.set()
        for thread in talkers:
            thread.join()
        speakers[0].tell("say", channel=0, text="the end")
        witness.wait("talk", lambda news: news["lines"][-1]["text"] == "the end")
        wrong_talks = []
        for player in players:
            player.until("talk", lambda news: news["lines"][-1]["text"] == "the end")
            try:
                same_talk(player, witness)
            except AssertionError as trouble:
                wrong_talks.append(str(trouble)[:300])
            player.socket.close()
        seconds = sorted(one for figures in all_figures for one in figures.seconds)
        failed = [one for figures in all_figures for one in figures.failed]
        p99 = seconds[len(seconds) * 99 // 100]
        doubled, moved = (sum(getattr(figures, name) for figures in all_figures) for name in ("doubled", "moved"))
        print(json.dumps({"name": "reconnects", "tried": len(seconds), "failed": len(failed), "p50_s": round(seconds[len(seconds) // 2], 3),
                          "p99_s": round(p99, 3), "lines": len(witness.lines()), "talks_wrong": len(wrong_talks),
                          "inputs_doubled": doubled, "boxes_moved": moved}), flush=True)
        equal(len(seconds), RECONNECTS)
        check(len(failed) <= RECONNECTS // 1000, len(failed), "lost their seats")
        check(p99 < 1.5, f"p99 {p99:.2f} s")
        equal((wrong_talks, doubled, moved), ([], 0, 0), "talks, inputs, places")


@test
def a_thousand_stolen_or_guessed_tokens_open_nothing():
    dice = random.Random(11)
    with Server(*ALONE, "--log-level", "warn", seconds=200) as server:
        code = make_room(server.port, game="roam")
        owner = Player(server, code, True, "Owner")
        old = []
        for _ in range(20):
            old.append(owner.token)
            reset(owner)
            owner.come()
            owner.catch_up()
        elsewhere = Player(server, "", False, "Elsewhere")  # a right token in another room opens nothing there
        accepted = []

        def steal(numbers):
            for number in numbers:
                flipped = f"{int(owner.token, 16) ^ 1 << dice.randrange(128):032x}"
                guess = f"{dice.getrandbits(128):032x}"
                one = Player.__new__(Player)
                one.__dict__.update(owner.__dict__, is_json=number % 2 == 0, name="Thief", lines=[], heard=[])
                one.come((dice.choice(old), guess, flipped, elsewhere.token, owner.token[:-1] + " ", owner.token[:-1])[number // 2 % 6])
                of_others = {owner.first["person"], elsewhere.first["person"]}
                accepted.append(one.welcome["id"] == owner.first["id"] or one.welcome["person"] in of_others)
                with contextlib.suppress(ws.Closed, OSError):  # another thief with the same token may have taken its own seat over
                    one.tell("leave")
                    one.until("goodbye")
                one.socket.close()
                if numbers[0] == 0:
                    owner.catch_up()
                    elsewhere.catch_up()

        side_by_side([lambda first=first: steal(range(first, 1000, 8)) for first in range(8)])
        print(json.dumps({"name": "stolen tokens", "tried": len(accepted), "failed": sum(accepted)}), flush=True)
        equal((len(accepted), sum(accepted)), (1000, 0), "accepted")
        owner.catch_up()
        reset(owner)
        owner.come()
        equal(owner.welcome["resumed"], 1, "the owner")
        owner.socket.close()
        elsewhere.socket.close()


if __name__ == "__main__":
    edge.main(__doc__)
