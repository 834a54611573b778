#!/usr/bin/env python3
"""Everybody in one arena: a server, two native windows, two browser tabs and fifty bots; one window and one tab
come from another network namespace by bare IP. Each human's box moves on its keys, and what every observer
drew is what the server had.

    TICKBOX_BUILD=build/release tests/e2e/test_together.py
    TICKBOX_BUILD=build/sanitize ...   the same under AddressSanitizer and UBSan
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
from claims import PLAIN, claim, free_port, have_failed, sum_up
from network import Elsewhere
from truth import other_is_right, own_is_right, presses_of, read_truth

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TICKBOX_BUILD", ROOT / "build/release")).resolve()
PICTURES = pathlib.Path(os.environ.get("TICKBOX_PICTURES", BUILD / "pictures"))
RATE, BOTS = 30, 50
UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
CODES = {UP: "KeyW", DOWN: "ArrowDown", LEFT: "KeyA", RIGHT: "ArrowRight"}
WORDS = {UP: "up", DOWN: "down", LEFT: "left", RIGHT: "right"}
SECONDS_EACH = 1.2


class Human:
    """One player at one window or tab, pressing `ways` one after the other."""

    def __init__(self, name, ways, directory):
        self.name, self.ways = name, ways
        self.trace = directory / f"{name.replace(' ', '-')}.trace"
        self.picture = PICTURES / f"{name.replace(' ', '-').lower()}.png"
        self.log = directory / f"{name.replace(' ', '-')}.log"

    def start(self, words, **environment):
        self.process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=self.log.open("w"), stderr=subprocess.STDOUT,
                                        env={**PLAIN, **environment})

    def frames(self):
        return [json.loads(line) for line in self.trace.read_text().splitlines()] if self.trace.exists() else []


class Window(Human):
    def play(self, address, directory, wrap=lambda *words: list(words)):
        script = directory / f"{self.name.replace(' ', '-')}.script"
        tick, lines = 2 * RATE, []
        for way in self.ways:
            lines += [f"{tick} {WORDS[way]}", f"{tick + int(SECONDS_EACH * RATE)} none"]
            tick += int((SECONDS_EACH + 0.3) * RATE)
        script.write_text("\n".join([*lines, f"{tick + RATE} quit"]) + "\n")
        self.start(wrap(str(BUILD / "tickbox"), address, "--name", self.name, "--script", str(script), "--trace",
                        str(self.trace), "--screenshot-at", f"{tick - 10}={self.picture}", "--seconds", "60"),
                   SDL_VIDEODRIVER="offscreen", SDL_RENDER_DRIVER="software")


class Tab(Human):
    """Joins at once, as a browser takes its time to start; presses keys after `go`."""

    def wait_until_joined(self):
        until = time.monotonic() + 40
        while "joined" not in self.log.read_text() and self.process.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        claim("joined" in self.log.read_text(), f"{self.name} joined")

    def go(self):
        self.process.stdin.write(b"go\n")
        self.process.stdin.close()

    def play(self, address, directory, wrap=lambda *words: list(words)):
        del directory
        ms, keys = 2000, []
        for way in self.ways:
            keys += [[ms, "down", CODES[way]], [ms + int(SECONDS_EACH * 1000), "up", CODES[way]]]
            ms += int((SECONDS_EACH + 0.3) * 1000)
        keys += [[ms - 300, "picture"], [ms + 1000, "end"]]
        url = f"http://{address}/?trace&name={self.name.replace(' ', '%20')}"
        self.start(wrap("node", str(ROOT / "tests/e2e/tab.mjs"), url, json.dumps(keys), str(self.trace), str(self.picture)))


def walked(truth, number):
    places = [boxes[number][:2] for _, boxes in sorted(truth.items()) if number in boxes]
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in zip(places, places[1:])) / 16


def calm_frames(frames):
    """Indices of frames that are half a second away from any correction: late input under load is mispredicted
    until the server's word comes."""
    corrected = [at for at in range(1, len(frames)) if frames[at]["corrections"] != frames[at - 1]["corrections"]]
    return set(range(len(frames))) - {at + near for at in corrected for near in range(-30, 31)}


def compare_others(frame, truth, counts):
    for item in frame["items"]:
        right = None if item[3] or item[4] else other_is_right(frame, item, truth)
        counts["foretold"] += item[4]
        counts["others"] += right is not None
        counts["wrong"] += right is False


def compare_own(frame, truth, counts):
    for item in frame["items"]:
        right = own_is_right(frame, item, truth) if item[3] else None
        counts["own"] += right is not None
        counts["own_off"] += right is False


def compare(frames, truth):
    """How many drawn boxes were exactly, and how many were not, where the server had them."""
    counts = {"others": 0, "wrong": 0, "foretold": 0, "own": 0, "own_off": 0}
    calm = calm_frames(frames)
    for at, frame in enumerate(frames):
        if frame["shown"] < frames[0]["shown"] + 2 * RATE:
            continue
        compare_others(frame, truth, counts)
        if at in calm:
            compare_own(frame, truth, counts)
    return counts


def wait_for(port, server, log):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit("the server did not start: " + log.read_text())


def play(directory, humans, there):
    """Runs everybody to the end; returns the server's exit status and log, and the bots' figures."""
    port = free_port()
    log = directory / "server.log"
    truth = directory / "truth.txt"
    server = subprocess.Popen([BUILD / "tickbox-server", "--port", str(port), "--tick-rate", str(RATE), "--practice-bots",
                               "0", "--trace", truth, "--log-level", "info"], stdout=log.open("w"), stderr=subprocess.STDOUT, env=PLAIN)
    processes = [server]
    try:
        wait_for(port, server, log)
        windows, tabs = humans[:2], humans[2:]
        ways_in = [(f"127.0.0.1:{port}", lambda *words: list(words)), (f"{there.here}:{port}", there.words)]
        for tab, (address, wrap) in zip(tabs, ways_in):
            tab.play(address, directory, wrap)
            processes.append(tab.process)
            tab.wait_until_joined()
        bots = subprocess.Popen([BUILD / "tickbox-bots", "--url", f"ws://127.0.0.1:{port}", "--bots", str(BOTS), "--seconds",
                                 "18", "--json"], stdout=subprocess.PIPE, stderr=(directory / "bots.log").open("w"))
        processes.append(bots)
        for window, (address, wrap) in zip(windows, ways_in):
            window.play(address, directory, wrap)
            processes.append(window.process)
        time.sleep(1)
        for tab in tabs:
            tab.go()
        for human in humans:
            claim(human.process.wait(timeout=90) == 0, f"{human.name} played to the end")
        figures = json.loads(bots.communicate(timeout=60)[0])
        server.terminate()
        return server.wait(timeout=10), log.read_text(), figures
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()


def check(humans, truth, log, figures):
    ids = {name: int(number) for name, number in re.findall(r"plays as (.+) \(box (\d+),", log)}
    for human in humans:
        number, frames = ids[human.name], human.frames()
        claim(presses_of(truth, number) == human.ways, f"{human.name}: the server saw the keys {human.ways}")
        claim(walked(truth, number) > 300, f"{human.name} walked {walked(truth, number):.0f} units")
        counts = compare(frames, truth)
        claim(counts["others"] > 5000 and counts["wrong"] == 0,
              f"{human.name} drew {counts['others']} others as the server had them, {counts['wrong']} otherwise, "
              f"{counts['foretold']} foretold")
        claim(counts["own"] > 50 and counts["own_off"] <= counts["own"] // 20,
              f"{human.name} drew the own box {counts['own']} times, {counts['own_off']} away from the truth, "
              f"with {frames[-1]['corrections'] if frames else 0} corrections")
        claim(frames and frames[-1]["checks"] > 3 and frames[-1]["desyncs"] == 0,
              f"{human.name}: {frames[-1]['checks'] if frames else 0} checksums, no desync")
        seen = {item[0] for frame in frames for item in frame["items"]}
        claim(len(seen) == BOTS + len(humans), f"{human.name} saw {len(seen)} boxes")
        claim(human.picture.exists() and human.picture.stat().st_size > 5000, f"a picture: {human.picture}")
    claim(figures["connected"] == BOTS and figures["errors"] == 0 and figures["desyncs"] == 0 and figures["checks"] > 0,
          f"{figures['connected']} bots, {figures['checks']} checks, {figures['desyncs']} desyncs, {figures['errors']} errors")


def main():
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Elsewhere() as there:
        directory = pathlib.Path(name)
        humans = [Window("Window Here", [RIGHT, DOWN, LEFT, UP], directory),
                  Window("Window There", [LEFT, UP, RIGHT, DOWN], directory),
                  Tab("Tab Here", [DOWN, LEFT, UP, RIGHT], directory),
                  Tab("Tab There", [UP, RIGHT, DOWN, LEFT], directory)]
        status, log, figures = play(directory, humans, there)
        claim(status == 0, f"the server ended with {status}")
        reports = [path.name for path in directory.glob("*.log") if re.search("Sanitizer|runtime error", path.read_text())]
        claim(not reports, f"no sanitizer reports {reports}")
        check(humans, read_truth(directory / "truth.txt"), log, figures)
        if have_failed():
            for path in sorted(directory.glob("*.log")):
                print(f"--- {path.name}", *path.read_text().splitlines()[-40:], sep="\n")
    return sum_up()


if __name__ == "__main__":
    sys.exit(main())
