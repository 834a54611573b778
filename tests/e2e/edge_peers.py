"""Tests of peers that misbehave, crowd, sleep, or are told that the server stops."""

import contextlib
import os
import random
import signal
import socket
import struct
import subprocess
import threading
import time

import ws
from claims import END_SECONDS
from edge import LOCAL, Bystander, Server, check, equal, joined, opened, patient_test, test, until
from peer import Peer


def sends(payload, start=joined):
    def act(server):
        player = start(server)
        player.send(payload)
        return player
    return act


def sends_fragments(count, size):
    def act(server):
        player = joined(server)
        with contextlib.suppress(OSError):
            for number in range(count):
                player.send_frame(ws.BINARY if number == 0 else 0, b"\x00" * size, final=number == count - 1)
        return player
    return act


def floods(server):
    player = joined(server)
    with contextlib.suppress(OSError):
        for number in range(1, 2000):
            player.send(ws.message("input", number, 0, number & 15))
    return player


def floods_with(opcode, payload, start=joined):
    """Frames that never become messages, as fast as they go."""
    def act(server):
        player = start(server)
        frames = bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload
        end = time.monotonic() + 2
        with contextlib.suppress(OSError):
            while time.monotonic() < end:
                player.raw.sendall(frames * (4096 // len(frames)))
                time.sleep(0.005)
        return player
    return act


def sends_text(server):
    player = joined(server)
    player.send_frame(ws.TEXT, b"hello")
    return player


INPUT = ws.message("input", 1, 0, 0)
PING_FLOODERS = 6
BAD_INPUT = [
    ("a truncated message", sends(INPUT[:-1]), "bad_message"),
    ("an empty message", sends(b""), "bad_message"),
    ("trailing bytes", sends(INPUT + b"\x00"), "bad_message"),
    ("a wrong type", sends(ws.message("input", "1", 0, 0)), "bad_message"),
    ("no array", sends(ws.pack(1)), "bad_message"),
    ("nil in place of a number", sends(ws.message("input", None, 0, 0)), "bad_message"),
    ("a float in place of a number", sends(ws.message("input", 1.0, 0, 0)), "bad_message"),
    ("a number as id that is text", sends(ws.pack(["input", 1, 0, 0])), "bad_message"),
    ("too few fields", sends(ws.message("input", 1, 0)), "bad_message"),
    ("too many fields", sends(ws.message("input", 1, 0, 0, 0)), "bad_message"),
    ("a list that claims 4 billion", sends(b"\xdd\xff\xff\xff\xff\x02"), "bad_message"),
    ("text that claims 4 billion bytes", sends(b"\x95\x01\x00\xdb\xff\xff\xff\xff"), "bad_message"),
    ("nested arrays", sends(b"\x91" * 4000), "bad_message"),
    ("a number out of range", sends(ws.message("input", 1, 0, 128)), "out_of_range"),
    ("a negative number", sends(ws.message("input", 1, -1, 0)), "out_of_range"),
    ("2^63", sends(ws.message("input", 1, 1 << 63, 0)), "out_of_range"),
    ("an unknown id", sends(ws.pack([99])), "unknown_message"),
    ("a message that only servers send", sends(ws.pack([ws.MESSAGES["goodbye"], 0, ""])), "unknown_message"),
    ("text where binary belongs", sends_text, "text_message"),
    ("4097 bytes", sends(b"\x00" * 4097), "too_large"),
    ("100000 bytes", sends(b"\x00" * 100000), "too_large"),
    ("4200 bytes in parts", sends_fragments(3, 1400), "too_large"),
    ("a thousand empty parts", sends_fragments(1000, 0), "too_large"),
    ("a second hello", sends(ws.hello()), "second_hello"),
    ("an input before hello", sends(INPUT, opened), "hello_first"),
    ("no hello in 5 s", opened, "no_hello"),
    ("another version", sends(ws.hello(version=12345), opened), "version_differs"),
    ("an unknown room", sends(ws.hello(room="cellar"), opened), "unknown_room"),
    ("two thousand inputs at once", floods, "too_fast"),
    ("a flood of WebSocket's own pings", floods_with(ws.PING, b""), "too_fast"),
    ("a flood of pongs", floods_with(ws.PONG, b"x" * 100), "too_fast"),
    ("a flood of pings before hello", floods_with(ws.PING, b"x", opened), "too_fast"),
]


def lines_with(server, *words):
    return sum(all(word in line for word in words) for line in server.log().split("\n"))


@test
def each_bad_input_closes_its_peer_by_name_and_disturbs_nobody():
    with Server("--log-level", "debug") as server:
        bystander = Bystander(server)
        for name, act, code in BAD_INPUT:
            player = act(server)
            address = "{}:{}".format(*player.raw.getsockname())
            closed, messages = player.read_to_end()
            player.close()
            equal((closed.status, closed.reason), (4000 + ws.CODES.index(code), code), name)
            last = messages[-1] if messages else [0]
            check(last[0] in (ws.MESSAGES["refused"], ws.MESSAGES["goodbye"]), name, "no word before the close:", last)
            equal(last[1], ws.CODES.index(code), name)
            until(lambda words=(address, code): lines_with(server, *words), name, "a line in the log")
            equal(lines_with(server, address, code), 1, name, "lines in the log")
        frames, longest, trouble = bystander.frames, bystander.held_up(), bystander.trouble
        bystander.finish()
        equal(trouble, None)
        check(frames > 100, "the bystander got", frames, "frames")
        check(longest < 0.25, f"the bystander waited {longest:.3f} s for a frame")
        until(lambda: server.health()["clients"] == 0, "nobody is left")


@test
def who_floods_with_pings_is_told_why_as_long_as_it_goes_on():
    """The library below answers each ping first, and keeps a ping where it keeps our reason."""
    frames = bytes([0x80 | ws.PING, 0x81, 0, 0, 0, 0]) + b"x"
    told = []

    def flood(player):
        def pump():
            with contextlib.suppress(OSError):
                while not ended.is_set():
                    player.raw.sendall(frames * (4096 // len(frames)))
                    time.sleep(0.002)

        ended, pumping = threading.Event(), threading.Thread(target=pump)
        pumping.start()
        with contextlib.suppress(TimeoutError, OSError):
            closed, _ = player.read_to_end()
            told.append((closed.status, closed.reason))
        ended.set()
        pumping.join()
        player.close()

    with Server() as server:
        floods = [threading.Thread(target=flood, args=(joined(server),)) for _ in range(PING_FLOODERS)]
        for one in floods:
            one.start()
        for one in floods:
            one.join()
    equal(told, [(4000 + ws.CODES.index("too_fast"), "too_fast")] * PING_FLOODERS)


@patient_test
def the_silent_are_dropped_after_10_seconds():
    with Server() as server:
        player = joined(server)
        start = time.monotonic()
        closed, _ = player.read_to_end(14)
        equal(closed.reason, "silent")
        check(9 < time.monotonic() - start < 12, "after", time.monotonic() - start)


@test
def one_connection_too_many_is_told_that_the_server_is_full():
    with Server("--max-clients", "3") as server:
        players = [joined(server) for _ in range(3)]
        late = opened(server)
        late.send(ws.hello())
        closed, messages = late.read_to_end()
        equal(closed.reason, "full")
        equal(messages[-1][:3], [ws.MESSAGES["refused"], ws.CODES.index("full"), "3"])
        players.pop().close()
        until(lambda: server.health()["clients"] == 2, "a place is free")
        players.append(joined(server))
        for player in players:
            player.close()


@test
def a_message_in_parts_is_one_message():
    with Server() as server:
        player = opened(server)
        text = ws.hello()
        player.send_frame(ws.BINARY, text[:3], final=False)
        player.send_frame(ws.PING, b"between")
        player.send_frame(0, text[3:7], final=False)
        player.send_frame(0, text[7:])
        player.read_until("welcome")
        player.close()


@test
def broken_frames_end_only_their_own_connection():
    dice = random.Random(7)
    with Server() as server:
        bystander = Bystander(server)
        for _ in range(200):
            player = joined(server)
            with contextlib.suppress(OSError):
                player.raw.sendall(bytes(dice.randrange(256) for _ in range(dice.randrange(1, 300))))
            player.close()
        frames = bystander.frames
        until(lambda: bystander.frames > frames or bystander.trouble, "the bystander plays on")
        equal(bystander.trouble, None)
        bystander.finish()


@test
def protocol_errors_close_with_their_status():
    with Server() as server:
        for name, opcode, payload, kind in (("a reserved bit", ws.BINARY, b"x", {"reserved": 0x40}),
                                            ("a reserved opcode", 3, b"x", {}), ("a long ping", ws.PING, b"x" * 126, {}),
                                            ("a ping in parts", ws.PING, b"x", {"final": False}),
                                            ("a part of nothing", 0, b"x", {})):
            player = joined(server)
            player.send_frame(opcode, payload, **kind)
            try:
                player.read_to_end(7)
            except TimeoutError:
                check(False, name, "is still open")
            player.close()


@test
def readers_that_never_read_cost_little_and_disturb_nobody():
    with Server() as server:
        bystander = Bystander(server)
        sleepers = []
        for _ in range(20):
            sleeper = ws.Socket(server.port, receive_bytes=2048)
            sleeper.send(ws.hello())
            sleepers.append(sleeper)
        for number in range(1, 9):
            for sleeper in sleepers:
                sleeper.send(ws.message("input", number, 0, number & 15))
            time.sleep(0.5)
        check(bystander.trouble is None and bystander.held_up() < 0.25, bystander.trouble, bystander.held_up())
        for sleeper in sleepers:
            sleeper.close()
        bystander.finish()


@test
def a_thousand_connections_come_and_go():
    with Server("--max-clients", "1100") as server:
        players = []
        for number in range(1000):
            players.append(ws.Socket(server.port))
            players[-1].send(ws.hello())
            if number % 200 == 199:
                for player in players:  # so that none is dropped as silent before the last has come
                    player.send(ws.message("ping", number))
        for player in players:
            player.read_until("welcome")
        equal(server.health()["players"], 1000)
        for player in players:
            player.close()
        until(lambda: server.health()["clients"] == 0, "nobody is left")


@patient_test
def two_thousand_half_open_sockets_keep_nobody_out():
    with Server() as server:
        dawdlers = []
        for number in range(2000):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex((LOCAL, server.port))
            dawdlers.append(connection)
        time.sleep(0.3)
        for number, connection in enumerate(dawdlers):
            with contextlib.suppress(OSError):
                connection.send([b"", b"GET /ws HTTP/1.1\r\nHost: x\r\n", b"GE"][number % 3])
        start = time.monotonic()
        player = joined(server)
        check(time.monotonic() - start < 4, f"to join took {time.monotonic() - start:.1f} s")  # a lost SYN comes again after 1 s
        time.sleep(11)
        until(lambda: server.health()["connections"] == 2, "only the player and this question are left")
        for connection in [*dawdlers, player]:
            connection.close()


@test
def out_of_descriptors_the_server_waits_instead_of_spinning():
    with Server(limit=128) as server:
        player = joined(server)
        crowd = []
        for _ in range(400):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex((LOCAL, server.port))
            crowd.append(connection)
        pid = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True).stdout.split()
        pid = pid[0] if pid else str(server.process.pid)

        def cpu_ticks():
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])

        before = cpu_ticks()
        start, frames = time.monotonic(), 0
        while time.monotonic() - start < 3:
            frames += player.read()[0] == ws.MESSAGES["frame"]
        used = (cpu_ticks() - before) / os.sysconf("SC_CLK_TCK") / 3
        check(used < 0.1, f"{used:.0%} of a core")
        check(len(server.log().split("\n")) < 100, "lines of log")
        for connection in crowd:
            connection.close()
        player.close()
        time.sleep(1)
        late = joined(server)
        late.close()
        slipped = server.health()["ticks_slipped"]  # when the machine stood still
        check(frames + slipped > 70, "the player got", frames, "frames, and", slipped, "ticks were given up")


@test
def where_no_seat_is_held_who_goes_in_any_way_harms_nobody():
    def says_goodbye(player):
        player.send_frame(ws.CLOSE, struct.pack(">H", 1001))

    def resets(player):
        player.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with Server("--seat-hold", "0") as server:
        stays = Peer(server.port, "Bob")
        for go in (says_goodbye, resets, ws.Socket.close):
            for _ in range(3):
                player = joined(server)
                go(player)
                player.close()
                until(lambda: server.health()["players"] == 1, "gone")
        until(lambda: [line["text"] for line in stays.lines()].count("Ada left.") == 9, "told of each")
        stays.close()


# --- stopping ---------------------------------------------------------------------------------------------------


@test
def to_be_told_twice_to_stop_puts_the_end_not_off():
    with Server() as server:
        sleeper = joined(server)  # who answers no goodbye
        start = time.monotonic()
        server.tell(signal.SIGINT)
        time.sleep(0.9)  # of the second that it gives everybody
        server.tell(signal.SIGTERM)
        while sleeper.raw.recv(65536):
            pass
        check(time.monotonic() - start < 1.7, "gave it up after", time.monotonic() - start)
        equal(server.process.wait(END_SECONDS), 0)
        equal(server.log().count("stopping"), 1)
        sleeper.close()


@test
def sigterm_and_sigint_say_goodbye_and_end_with_0_in_2_seconds():
    for how in (signal.SIGTERM, signal.SIGINT):
        with Server() as server:
            players = [joined(server) for _ in range(50)]
            sleeper = ws.Socket(server.port, receive_bytes=2048)
            sleeper.send(ws.hello())
            half = socket.create_connection((LOCAL, server.port))
            half.sendall(b"GET /ws HTTP/1.1\r\n")
            time.sleep(0.3)
            ended = []
            stopper = threading.Thread(target=lambda: ended.append(server.stop(how)))
            stopper.start()
            for player in players:
                closed, messages = player.read_to_end()
                equal(closed.reason, "shutting_down")
                equal(messages[-1][:2], [ws.MESSAGES["goodbye"], ws.CODES.index("shutting_down")])
                player.close()
            stopper.join()
            status, seconds = ended[0]
            equal(status, 0)
            check(seconds < END_SECONDS, f"{seconds:.1f} s")
            sleeper.close()
            half.close()
