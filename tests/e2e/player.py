"""One who loses connections and comes back, for tests of keeping a seat."""

import socket
import struct
import subprocess
import threading
import time

import peer
import ws
from edge import check, equal
from network import SUDO

RIGHT, LEFT = 8, 4


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


def same_talk(player, witness):
    """What both could hear: from the first line that the later one heard to the last of the earlier."""
    heard, all_lines = [line["id"] for line in player.lines], [line["id"] for line in witness.lines()]
    low, high = max(heard[0], all_lines[0]), min(heard[-1], all_lines[-1])
    equal([number for number in heard if low <= number <= high], [number for number in all_lines if low <= number <= high],
          "lines of the talk:")
    check(sum(low <= number <= high for number in heard) >= 2, "hardly anything was said")


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
