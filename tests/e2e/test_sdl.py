#!/usr/bin/env python3
"""The native client by itself, without a screen: it walks, draws, says how the connection stands, and returns
to a restarted server.

    TICKBOX_BUILD=build/release tests/e2e/test_sdl.py
"""
import base64
import contextlib
import hashlib
import http.server
import json
import os
import pathlib
import re
import resource
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import zlib

from claims import PLAIN, attempt, claim, free_port, run_side_by_side
from pulse import Pulse, steadily

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TICKBOX_BUILD", ROOT / "build/release")).resolve()
SCHEMA = json.loads((ROOT / "common/schema/protocol.json").read_text())
CODES = [code["name"] for code in SCHEMA["codes"]]
MESSAGES = {message["name"]: message["id"] for message in SCHEMA["messages"]}
WALK_UNITS = 10  # a tick, at 300 units a second and 30 ticks
SPARE_MS = 10  # of the lead, as in test_lag.py
WAIT_SECONDS = 20  # until hope is given up; no claim about how quick anything is
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

SCREENLESS = {**PLAIN, "SDL_VIDEODRIVER": "offscreen"}

@contextlib.contextmanager
def server(port, *flags, host="127.0.0.1"):
    command = ["timeout", "-k", "1", "120", BUILD / "tickbox-server", "--host", host, "--port", str(port), *flags]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=PLAIN)
    try:
        wait_for_listener(host, port)
        yield process
    finally:
        process.terminate()
        process.wait(10)


def wait_for_listener(host, port):
    for _ in range(200):
        try:
            socket.create_connection((host, port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"no server on port {port}")


def start(*arguments, said=subprocess.PIPE):
    command = ["timeout", "-k", "1", "100", BUILD / "tickbox", *map(str, arguments)]
    return subprocess.Popen(command, stdout=said, stderr=said, text=True, env=SCREENLESS, cwd="/")


def play(*arguments):
    """(exit status, what it said on stderr) of a run to its end."""
    process = start(*arguments)
    out, said = process.communicate()
    return process.returncode, out + said


class Listened:
    """A client whose words are waited for."""

    def __init__(self, *arguments):
        self.file = tempfile.TemporaryFile("w+")
        self.process = start(*arguments, said=self.file)

    def said(self):
        return os.pread(self.file.fileno(), 1 << 20, 0).decode()

    def wait_for(self, words, times=1):
        """All that it said once it said so, or when there is no more hope."""
        until = time.monotonic() + WAIT_SECONDS
        while self.said().count(words) < times and self.process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        return self.said()

    def end(self):
        self.process.terminate()
        return self.process.wait(20)


def say(words, *arguments, times=1):
    """(exit status, what it said) of a client that is ended once it said these words."""
    client = Listened(*arguments)
    client.wait_for(words, times)
    return client.end(), client.said()


def read_trace(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def own_places(trace):
    return [(row["tick"], item[1] / 16, item[2] / 16) for row in trace for item in row["items"] if item[3]]


def rgb(name, table="look"):
    """A color of the schema."""
    text = next(entry["rgb"] for entry in SCHEMA[table] if entry["name"] == name)
    return tuple(int(text[at:at + 2], 16) for at in (1, 3, 5))


def png_colors(path, area=(0, 0, 10000, 10000)):
    """(width, height, set of colors) of an 8-bit RGB picture; only of an area's colors (left, top, right, bottom)."""
    data, at, parts = path.read_bytes(), 8, {}
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        parts[kind] = parts.get(kind, b"") + data[at + 8:at + 8 + size]
        at += size + 12
    width, height, depth, color = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (depth, color) == (8, 2), "not 8-bit RGB"
    rows, stride = zlib.decompress(parts[b"IDAT"]), width * 3
    (left, top, right, bottom), before, colors = area, bytes(stride), set()
    for y in range(height):
        start_at = y * (stride + 1)
        before = unfilter(rows[start_at], rows[start_at + 1:start_at + 1 + stride], before)
        if top <= y < bottom:
            seen = before[3 * left:3 * right]
            colors.update(zip(seen[0::3], seen[1::3], seen[2::3]))
    return width, height, colors


def unfilter(kind, row, before):
    if kind == 0:
        return row
    row = bytearray(row)
    for at in range(len(row)):
        left, up, corner = (row[at - 3], before[at], before[at - 3]) if at >= 3 else (0, before[at], 0)
        near = left + up - corner
        paeth = min((left, up, corner), key=lambda value: abs(near - value))
        row[at] = (row[at] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
    return bytes(row)


def check_walk(trace):
    """What the traced pictures say of the walk to the right, from tick 290 to 320 and some pictures on."""
    places, last, first_tick = own_places(trace), trace[-1], trace[0]["tick"]
    before = [place for place in places if place[0] - first_tick <= 288][-1]
    after = [place for place in places if place[0] - first_tick <= 328][-1]
    walked, rate = after[1] - before[1], len(trace) / (last["tick"] - first_tick) * 30
    yield before[1:] == (0, 0), f"the walk began in the arena's corner {before[1:]}"
    yield abs(walked - 30 * WALK_UNITS) <= 3 * WALK_UNITS, f"30 ticks of 'right' walk about 300 units ({walked:.1f})"
    yield abs(after[2] - before[2]) < 0.1, "and do not move up or down"
    yield (last["corrections"] <= 1 and last["desyncs"] == 0 and last["checks"] > 3,
           f"corrections {last['corrections']}, desyncs {last['desyncs']}, checks {last['checks']}")
    yield last["replayed"] > 0, f"inputs were replayed ({last['replayed']})"
    yield 50 <= rate <= 70, f"about 60 pictures a second ({rate:.1f})"


def check_pictures(walking, corner):
    width, height, colors = png_colors(walking)
    yield (width, height) == (1280, 720) and len(colors) > 20, f"the picture is {width}x{height} with {len(colors)} colors"
    yield rgb("blue", "colors") in colors and rgb("OWN") in colors, "the own box is in it, with its outline"
    yield rgb("OUTSIDE") in png_colors(corner, (4, 10, 46, 40))[2], "a dark gap keeps the outline apart from the box"
    yield rgb("TEXT") in png_colors(corner, (0, 54, 80, 80))[2], "where no room is above it, the name stands below"
    yield rgb("EDGE") in png_colors(corner, (200, 0, 210, 3))[2], "the arena's edge is drawn inside it"


def measure_walk(folder):
    port, trace, walking, corner = free_port(), folder / "walk.jsonl", folder / "walk.png", folder / "corner.png"
    script = folder / "walk.txt"
    # First into a corner, so that there is room to walk in; then a measured walk.
    script.write_text("5 up\n100 left\n275 none\n290 right\n320 none\n330 down+right\n350 none\n380 quit\n")
    with server(port, "--seed", "1"), Pulse() as pulse:
        begun, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        status, said = play(f"127.0.0.1:{port}", "--name", "Ada", "--script", script, "--trace", trace,
                            "--screenshot-at", f"340={walking}", "--screenshot-at", f"285={corner}", "--seconds", 60)
        lasted, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime) / lasted
    return [(status == 0, f"quit in a script ends with 0 (status {status})"),
            ("Connecting to" in said and "Playing" in said and "You left the game." in said, "stderr tells connecting, playing, left"),
            (cpu < 0.85, f"no core is burnt ({cpu:.0%} of one)"),
            *check_walk(read_trace(trace)), *check_pictures(walking, corner)], pulse.late * 1000, pulse.words()


def a_script_walks_and_the_picture_shows_it(folder):
    steadily(measure_walk, folder, SPARE_MS)


def every_form_of_address_connects(folder):
    del folder
    port = free_port()
    with server(port):
        for form in ("127.0.0.1:{}", "http://127.0.0.1:{}", "http://127.0.0.1:{}/", "ws://127.0.0.1:{}/ws", "localhost:{}"):
            said = say("Playing", form.format(port))[1]
            claim("Playing" in said, f"{form.format('PORT')} plays")
    with server(port, host="::1"):
        for form in ("[::1]:{}", "http://[::1]:{}/"):
            said = say("Playing", form.format(port))[1]
            claim("Playing" in said, f"{form.format('PORT')} plays over IPv6")


def a_stranger_gets_its_own_words(folder):
    del folder
    port = free_port()
    said = say("Connecting to", f"127.0.0.1:{port}", times=2)[1]
    claim("Nobody answers at" in said and "script/server" in said, "nobody there: says so, and how to start a server")
    claim(said.count("Connecting to") >= 2, "and tries again")
    said = say("Connecting to")[1]
    claim("127.0.0.1:8765" in said, "without an address this machine is tried")

    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *ignored: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), quiet) as page:
        threading.Thread(target=page.serve_forever, daemon=True).start()
        said = say("not a Tickbox server", f"127.0.0.1:{page.server_address[1]}")[1]
        claim("not a Tickbox server" in said, "a web server that is no Tickbox server is told apart")
        page.shutdown()

    with socket.create_server(("127.0.0.1", 0)) as silent:
        status, said = say("Connecting to", f"127.0.0.1:{silent.getsockname()[1]}", times=2)
        claim(status == 0 and said.count("Connecting to") >= 2, f"silence is given up and tried again (status {status})")
        claim("did not answer within 5 s" in said and "firewall" in said, "silence times out, and names firewall and guest Wi-Fi")


def refuse(listener, code, param):
    """A server that answers the handshake properly, then refuses every hello; counts them."""
    while True:
        try:
            peer = listener.accept()[0]
        except OSError:
            return
        with peer:
            key = re.search(rb"Sec-WebSocket-Key: *(\S+)", peer.recv(4096), re.I)[1]
            accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
            peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         b"Sec-WebSocket-Accept: " + accept + b"\r\nSec-WebSocket-Protocol: tickbox.msgpack\r\n\r\n")
            peer.recv(4096)
            body = bytes([0x93, MESSAGES["refused"], CODES.index(code), 0xa0 + len(param)]) + param.encode()
            peer.sendall(bytes([0x82, len(body)]) + body)
            time.sleep(0.2)


def a_refusal_is_told_in_words(folder):
    del folder
    for code, param, words, attempts in (("full", "200", "all 200 places are taken", range(2, 9)),
                                         ("version_differs", "0000abcd", "server 0000abcd", range(1, 2))):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=refuse, args=(listener, code, param), daemon=True).start()
            client = Listened(f"127.0.0.1:{listener.getsockname()[1]}")
            client.wait_for(words)
            client.wait_for("Connecting to", attempts.start)
            time.sleep(2.5)
            client.end()
            said, tried = client.said(), client.said().count("Connecting to")
            claim(words in said and tried in attempts, f"{code}: '{words}', tried {tried} times in 3 s")


def a_restarted_server_is_found_again(folder):
    port, trace_path = free_port(), folder / "again.jsonl"
    with server(port):
        client = Listened(f"127.0.0.1:{port}", "--trace", trace_path)
        client.wait_for("Playing")
    client.wait_for("Nobody answers at")
    with server(port) as second:
        client.wait_for("Playing", 2)
        second.send_signal(signal.SIGKILL)  # the timeout around it; the server itself goes down below
        subprocess.run(["kill", "-9", *children_of(port)], check=False)
        client.wait_for("Connection lost")
    with server(port):
        client.wait_for("Playing", 3)
        before = trace_path.read_text().count("\n")
        time.sleep(3)
        client.end()
    said, drawn = client.said(), len(own_places(read_trace(trace_path)[before:]))
    claim("stopped by its operator" in said, "a stopped server's goodbye is told in its words")
    claim("Connection lost" in said, "a killed server is a lost connection")
    claim(said.count("Playing") == 3, f"and both times the client returns by itself ({said.count('Playing')} times playing)")
    claim(drawn > 30, f"and draws its own box again ({drawn} pictures)")


def children_of(port):
    """Ids of the servers that were started for this port."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
            if words and words[0].endswith(b"/tickbox-server") and str(port).encode() in words:
                found.append(entry.name)
    return found


def without_a_display_it_says_so(folder):
    del folder
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    bare = {name: value for name, value in PLAIN.items() if name not in hidden}
    done = subprocess.run(["timeout", "-k", "1", "10", BUILD / "tickbox"], env=bare, capture_output=True, text=True)
    claim(done.returncode == 1 and "no window can be opened here: no display" in done.stderr,
          f"without a display: status {done.returncode}, says '{done.stderr.strip()}'")


def bad_usage_ends_with_2(folder):
    script = folder / "bad.txt"
    script.write_text("10 right\n20 rihgt\n")
    for arguments, words in ((["--bogus"], "--help"), (["a b"], "is not an address"), (["one", "two"], "second one"),
                             (["--name", "x" * 81], "--name"), (["--seconds", "0"], "--seconds"),
                             (["--screenshot-at", "now=x.png"], "--screenshot-at"),
                             (["--script", script], "line 2"), (["--script", "/nowhere"], "/nowhere")):
        status, said = play(*arguments)
        claim(status == 2 and words in said, f"{arguments[0]}: status {status}, says '{words}'")
    status, said = play("--help")
    flags = ("--name", "--script", "--screenshot-at", "--trace", "--seconds", "--help", "--version")
    claim(status == 0 and all(flag in said for flag in flags), "--help names every option")
    claim(play("--version")[0] == 0, "--version ends with 0")


def main():
    for test in (bad_usage_ends_with_2, without_a_display_it_says_so, a_script_walks_and_the_picture_shows_it):
        attempt(test)
    return run_side_by_side(every_form_of_address_connects, a_stranger_gets_its_own_words, a_refusal_is_told_in_words,
                            a_restarted_server_is_found_again)


if __name__ == "__main__":
    raise SystemExit(main())
