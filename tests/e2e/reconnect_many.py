"""Three hundred reconnects (TEST_DEEP=1: ten thousand) that lose and double nothing, and a thousand thieves."""

import contextlib
import json
import os
import random
import threading
import time

import ws
from edge import Server, check, equal, test
from peer import Peer, make_room
from player import Player, end, reload, reset, same_talk, side_by_side

ALONE = ("--practice-bots", "0")
DEEP = os.environ.get("TEST_DEEP", "0") == "1"
RECONNECTS = 10000 if DEEP else 300


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
            until = time.monotonic() + 5
            while player.acks < player.sent and time.monotonic() < until:
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
