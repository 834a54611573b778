#!/usr/bin/env python3
"""Keeping your seat, by raw sockets in both formats: every way to lose a connection, every wrong way to come back, and
three hundred times over (TEST_DEEP=1: ten thousand) that nothing of a seat or a talk is lost or doubled.

    TICKBOX_BUILD=build/release tests/e2e/test_reconnect.py
"""

import contextlib
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import edge  # noqa: E402
import peer  # noqa: E402
import reconnect_many  # noqa: E402, F401
import ws  # noqa: E402
from edge import Server, check, equal, patient_test, test  # noqa: E402
from peer import FLAGS, PLAYING, Peer, make_room  # noqa: E402
from player import Player, end, kill, reload, reset, same_talk, side_by_side  # noqa: E402

ALONE = ("--practice-bots", "0")
SCORE = 7
BOTH = (False, True)


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
        player.catch_up()
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


@patient_test
def a_client_stopped_for_twenty_seconds_is_back_on_its_seat():
    side_by_side([lambda is_json=is_json: stopped_for_twenty_seconds(is_json) for is_json in BOTH])


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


if __name__ == "__main__":
    edge.main(__doc__)
