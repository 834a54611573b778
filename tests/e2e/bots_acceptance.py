#!/usr/bin/env python3
"""What tickbox-bots must show against a server of the same build.

    TICKBOX_BUILD=build/release tests/e2e/bots_acceptance.py

TEST_DEEP=1 takes a thousand bots for a minute. The figures belong to a machine that does nothing else; what needs none is in
test_bots.py.
"""
import json
import os
import pathlib
import signal
import socket
import subprocess
import unittest
import urllib.request

from claims import END_SECONDS, PLAIN, free_port
from pulse import Pulse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TICKBOX_BUILD", ROOT / "build/release")).resolve()
DEEP = os.environ.get("TEST_DEEP") == "1"
BOTS, SECONDS = (1000, 60) if DEEP else (200, 10)
RATE = 30
WALK = 300  # units a second
GAP_MS = 1.5 * 1000 / RATE  # between two frames, at p99


class Server:
    def __init__(self):
        self.port = free_port()
        self.url = f"ws://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [BUILD / "tickbox-server", "--host", "127.0.0.1", "--port", str(self.port), "--tick-rate", str(RATE),
             "--max-clients", str(2 * BOTS), "--log-level", "warn"], env=PLAIN, stdout=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as probe:
                probe.settimeout(0.1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            try:
                self.process.wait(0.05)
            except subprocess.TimeoutExpired:
                pass
        raise AssertionError("the server does not listen")

    def slipped(self):
        """Ticks that it gave up as this machine let it wait for more than three."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
            return json.load(answer)["ticks_slipped"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return f"still there after {END_SECONDS} s"


def run_bots(url, bots, seconds, *more, program="tickbox-bots", behaviour="wander"):
    """The exit status and the figures."""
    done = subprocess.run([BUILD / program, "--url", url, "--bots", str(bots), "--seconds", str(seconds),
                           "--behaviour", behaviour, "--json", *more],
                          env=PLAIN, stdout=subprocess.PIPE, text=True, timeout=60 + 2 * seconds)
    print(done.stdout.strip(), flush=True)
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


class WithServer(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(lambda: self.assertEqual(self.server.stop(), 0))


class Measured(WithServer):
    def assert_steady(self, seen, pulse):
        """Frames come as evenly as anybody wakes up here who wants to be woken for each."""
        late = pulse.late_p99() * 1000
        self.assertLess(seen["frame_gap_ms"]["p99"], GAP_MS + late, f"this machine let a sleeper wait for {late:.1f} ms, at p99")

    def assert_all_came(self, frames, bots, seconds, pulse):
        """Of the ticks that ran, and all ran unless the machine stood still."""
        slipped = self.server.slipped()
        self.assertGreaterEqual(frames, 0.98 * bots * (RATE * seconds - slipped))
        self.assertLessEqual(slipped, 0.01 * RATE * seconds + pulse.missed(), pulse.words())

    def test_a_crowd_plays_without_a_late_frame_or_a_wrong_box(self):
        with Pulse(1 / RATE) as pulse:
            status, seen = run_bots(self.server.url, BOTS, SECONDS)
        self.assertEqual(seen["connected"], BOTS)
        self.assert_all_came(seen["frames"], BOTS, SECONDS, pulse)
        self.assertGreaterEqual(seen["checks"], 0.9 * BOTS * (SECONDS - 1))
        self.assertEqual(seen["desyncs"], 0)
        self.assertEqual(seen["errors"], 0)
        self.assert_steady(seen, pulse)
        walked = seen["distance"] / BOTS / SECONDS
        self.assertGreater(walked, 0.2 * WALK, "boxes hardly move")
        self.assertLess(walked, 1.05 * WALK, "boxes move too fast")
        self.assertEqual(status, 0)

    def test_of_a_sample_everything_is_checked_and_the_sample_changes(self):
        with Pulse(1 / RATE) as pulse:
            status, seen = run_bots(self.server.url, 100, 8, "--check", "10")
        self.assertEqual((status, seen["connected"], seen["desyncs"], seen["errors"]), (0, 100, 0, 0))
        self.assert_all_came(seen["frames"], 100, 8, pulse)
        self.assertEqual(seen["check"]["at_once"], 10)
        self.assertGreaterEqual(seen["check"]["bots"], 15, "the sample does not change")
        self.assertGreaterEqual(seen["checks"], 0.8 * 10 * 8)
        # Who is not checked walks as well: otherwise nothing would be acknowledged.
        self.assertGreater(seen["sent"], 100 * 8 * 2)
        self.assertGreater(seen["echo_ms"]["p50"], 0)

    def test_who_stalls_or_reads_slowly_disturbs_nobody_and_sees_the_right_world_afterwards(self):
        stall, poor, prompt = 4, 10, 80
        with Pulse(1 / RATE) as pulse:
            status, seen = run_bots(self.server.url, prompt + 2 * poor, stall + 3, "--stalled", str(poor), "--slow", str(poor),
                                    "--stall", str(stall), "--chat", "60")
        self.assertEqual((status, seen["connected"], seen["desyncs"], seen["errors"]), (0, prompt + 2 * poor, 0, 0))
        self.assert_all_came(seen["frames"], prompt, stall + 3, pulse)
        self.assert_steady(seen, pulse)
        self.assertGreaterEqual(seen["stalled"]["longest_gap_ms"]["min"], 1000 * stall)
        for reader in (seen["stalled"], seen["slow"]):
            self.assertLess(reader["frames"], 0.9 * poor * RATE * (stall + 3), "the server queued old frames for them")
        self.assertGreater(seen["slow"]["bytes_per_second_max"], 0)
        self.assertLessEqual(seen["slow"]["bytes_per_second_max"], 1024)
        for reader in (seen["stalled"], seen["slow"]):
            self.assertEqual((reader["bots"], reader["lost"], reader["back"], reader["desyncs"]), (poor, 0, poor, 0))
            self.assertGreaterEqual(reader["checks_min"], 1)
            self.assertLess(reader["back_ms"]["p50"], 1000)
        self.assertEqual((seen["chat"]["lost"], seen["chat"]["doubled"]), (0, 0), "frames are dropped, but no talk")

    def test_idle_bots_stand_still(self):
        status, seen = run_bots(self.server.url, 20, 2, behaviour="idle")
        self.assertEqual((status, seen["distance"], seen["desyncs"]), (0, 0, 0))
        self.assertGreater(seen["frames"], 0)

    def test_one_flipped_bit_is_noticed(self):
        status, seen = run_bots(self.server.url, 10, 4, program="tickbox-bots-flipped")
        self.assertGreaterEqual(seen["desyncs"], 1)
        self.assertEqual(status, 1)

    def test_cheats_move_no_farther_than_the_honest(self):
        def farthest(behaviour):
            """Of ten bots in the ticks that they saw, by how far an honest one can go in them."""
            _, seen = run_bots(self.server.url, 10, 5, behaviour=behaviour)
            self.assertEqual(seen["connected"], 10, "a cheat that is thrown out shows nothing here")
            return seen["distance_per_bot"]["max"] / (WALK / RATE * seen["frames"] / 10)

        self.assertGreater(farthest("march"), 0.5)
        for cheat in ("cheat-future", "cheat-flood"):
            with self.subTest(cheat):
                far = farthest(cheat)
                self.assertGreater(far, 0.1)
                self.assertLessEqual(far, 1.02)


if __name__ == "__main__":
    unittest.main()
