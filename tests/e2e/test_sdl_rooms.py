#!/usr/bin/env python3
"""The native client in rooms, without a screen and without hands: by link into a room, ready, a match of tag to its
end and another; a client that was stopped is back on its seat; and going where one is sent.

    TICKBOX_BUILD=build/release tests/e2e/test_sdl_rooms.py
"""
import json
import os
import pathlib
import signal
import time

from claims import claim, free_port, run_side_by_side
from peer import FLAGS, PLAYING, RESULTS
from test_sdl import png_colors, rgb, server, start


def heard(path):
    """The messages that a client wrote down so far; the last line may be half written."""
    lines = path.read_text().splitlines() if path.exists() else []
    messages = []
    for line in lines:
        try:
            messages.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return messages


def of(messages, name):
    return [message for message in messages if message["message"] == name]


def wait_for(path, is_wanted, seconds):
    """The first message that is wanted, once it has come."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for message in heard(path):
            if is_wanted(message):
                return message
        time.sleep(0.1)
    raise AssertionError(f"{path.name} never heard what it waited for")


def standings_at(messages, phase, number):
    """How everybody stands, by name, when that phase of that match began."""
    names, standing = {}, {}
    for message in messages:
        if message["message"] == "welcome":
            names, standing = {}, {}
        if message["message"] == "roster":
            names.update({player["id"]: player["name"] for player in message["joined"]})
            standing.update({one["id"]: one for one in message["standings"]})
        if message["message"] == "match" and (message["phase"], message["number"]) == (phase, number):
            return message, {names[key]: {**one, "id": key} for key, one in standing.items()}
    raise AssertionError(f"match {number} never came to phase {phase}")


def stop(*clients):
    for client in clients:
        client.terminate()
    for client in clients:
        client.communicate()


IN_PLAY = 550  # the host's tick: play begins at some 350, as the guest starts once the room is made, and takes 600


def a_room_by_link_plays_tag_twice(folder):
    port = free_port()
    ada, bob, eve = (folder / f"{name}.jsonl" for name in ("ada", "bob", "eve"))
    shots = {name: folder / f"{name}.png" for name in ("waiting", "playing")}
    hosts, guests = folder / "hosts.txt", folder / "guests.txt"
    ready = [f"{tick} ready\n" for tick in range(210, 3000, 30)]  # again and again, as matches end
    hosts.write_text("10 type /create tag Ours\n60 type /set seconds 20\n"
                     "100 type Hello <b>you</b> &amp; <script>alert(1)</script>\n200 right\n" + "".join(ready))
    guests.write_text("".join(ready))
    with server(port, "--seed", "3", "--practice-bots", "0"):
        first = start(f"127.0.0.1:{port}", "--name", "Ada", "--script", hosts, "--events", ada, "--screenshot-at",
                      f"150={shots['waiting']}", "--screenshot-at", f"{IN_PLAY}={shots['playing']}", "--seconds", 95)
        code = wait_for(ada, lambda message: message["message"] == "created", 10)["code"]
        link = f"http://127.0.0.1:{port}/r/{code}"
        second = start(link, "--name", "Bob", "--script", guests, "--events", bob, "--seconds", 90)
        third = start(f"127.0.0.1:{port}", "--room", code, "--watch", "--name", "Eve", "--events", eve, "--seconds", 90)
        for path in (ada, bob, eve):
            wait_for(path, lambda message: message["message"] == "match" and message["phase"] == RESULTS and message["number"] == 2, 85)
        stop(first, second, third)
    told = {path.stem: heard(path) for path in (ada, bob, eve)}
    claim(all(of(messages, "welcome")[-1]["room"] == code for messages in told.values()), f"all three are in {code}")
    claim(not any(welcome["token"] for messages in told.values() for welcome in of(messages, "welcome")), "no token is written down")
    said = [line["text"] for message in of(told["bob"], "talk") for line in message["lines"]]
    claim("Hello <b>you</b> &amp; <script>alert(1)</script>" in said, "what was said comes as it was typed")
    _, roles = standings_at(told["ada"], PLAYING, 1)
    claim(sorted(roles[name]["role"] for name in ("Ada", "Bob")) == [0, 1], "one chases, one runs")
    claim(roles["Eve"]["flags"] & FLAGS["WATCHING"] and not roles["Eve"]["flags"] & FLAGS["PLAYS"], "Eve watches")
    for number in (1, 2):
        ends = [standings_at(messages, RESULTS, number) for messages in told.values()]
        claim(ends[0][0]["result"] != "", f"match {number} has a winner: {ends[0][0]['result']}")
        claim(all(end[1] == ends[0][1] and end[0]["result"] == ends[0][0]["result"] for end in ends),
              f"all three see the same roles, scores and winner of match {number}")
        won = sum(bool(one["flags"] & FLAGS["WON"]) for one in ends[0][1].values())
        claim(won >= 1, f"{won} won")
    victories = sum(one["victories"] for one in standings_at(told["eve"], RESULTS, 2)[1].values())
    claim(victories >= 2, f"victories are counted across matches ({victories})")
    shown_in_pictures(shots)


def shown_in_pictures(shots):
    """The panel of the waiting room lies over the upper right corner; the clock stands in the upper middle."""
    _, _, waiting = png_colors(shots["waiting"], (930, 20, 1260, 300))
    claim(rgb("TEXT") in waiting and rgb("blue", "colors") in waiting, "the waiting room lists who is here")
    _, _, clock = png_colors(shots["playing"], (600, 10, 680, 50))
    claim(rgb("TEXT") in clock or rgb("OWN") in clock, "while it is played the clock is shown")


def child_of(process):
    return int(pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])


def a_client_stopped_for_twenty_seconds_is_back_on_its_seat(folder):
    port = free_port()
    ada, bob = folder / "ada.jsonl", folder / "bob.jsonl"
    speaks, talks = folder / "speaks.txt", folder / "talks.txt"
    speaks.write_text("30 type before\n")
    talks.write_text("".join(f"{tick} type line {tick}\n" for tick in range(60, 3000, 60)))
    with server(port, "--practice-bots", "0", "--seed", "5"):
        first = start(f"127.0.0.1:{port}", "--name", "Ada", "--script", speaks, "--events", ada, "--seconds", 90)
        second = start(f"127.0.0.1:{port}", "--name", "Bob", "--script", talks, "--events", bob, "--seconds", 90)
        wait_for(ada, lambda message: message["message"] == "talk" and message["lines"][-1]["text"] == "line 60", 20)
        os.kill(child_of(first), signal.SIGSTOP)
        time.sleep(20)
        os.kill(child_of(first), signal.SIGCONT)
        wait_for(ada, lambda message: message["message"] == "welcome" and message["resumed"], 10)
        time.sleep(5)
        stop(first, second)
    messages, others = heard(ada), heard(bob)
    before, after = of(messages, "welcome")
    claim(after["resumed"] == 1 and (after["id"], after["person"]) == (before["id"], before["person"]), "the same seat, after 20 s")
    ids = [line["id"] for message in of(messages, "talk") for line in message["lines"]]
    all_ids = [line["id"] for message in of(others, "talk") for line in message["lines"]]
    last = min(ids[-1], all_ids[-1])  # they end within a moment of each other
    expected, ids = ([one for one in some if ids[0] <= one <= last] for some in (all_ids, ids))
    claim(len(ids) > 12 and ids == expected, f"every line of the talk came once and in order ({len(ids)} lines)")
    presence = [line["text"] for message in of(others, "talk") for line in message["lines"] if line["person"] == 0 and "Ada" in line["text"]]
    claim(presence[1:3] == ["Ada lost the connection.", "Ada is back."], f"others saw Ada away and back, not gone: {presence[:3]}")


def who_is_sent_away_stays_away(folder):
    port = free_port()
    ada, bob = folder / "ada.jsonl", folder / "bob.jsonl"
    hosts = folder / "hosts.txt"
    hosts.write_text("10 type /private tag\n200 type /kick bo\n")
    with server(port, "--practice-bots", "0", "--seed", "7"):
        first = start(f"127.0.0.1:{port}", "--name", "Ada", "--script", hosts, "--events", ada, "--seconds", 40)
        code = wait_for(ada, lambda message: message["message"] == "created", 10)["code"]
        second = start(f"127.0.0.1:{port}/r/{code}", "--name", "Bob", "--events", bob, "--seconds", 14)
        _, said = second.communicate()
        nowhere = start(f"127.0.0.1:{port}/r/XXXX", "--seconds", 4)
        _, lost = nowhere.communicate()
        stop(first)
    claim("The host of this room sent you away." in said and said.count("Connecting") == 1, "kicked: told so, and not tried again")
    claim("There is no room called XXXX here." in lost and lost.count("Connecting") == 1, "an unknown room: told so, and not tried again")


def main():
    return run_side_by_side(a_room_by_link_plays_tag_twice, a_client_stopped_for_twenty_seconds_is_back_on_its_seat,
                            who_is_sent_away_stays_away)


if __name__ == "__main__":
    raise SystemExit(main())
