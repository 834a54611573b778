#!/usr/bin/env python3
"""What tickbox-bots must show against a server of the same build, and mostly waits for: see bots_acceptance.py.

    TICKBOX_BUILD=build/release tests/e2e/test_bots.py
"""
import json
import subprocess
import tempfile
import unittest

from bots_acceptance import BUILD, WithServer, run_bots
from claims import PLAIN, free_port


class Patience(WithServer):
    def test_rooms_of_bots_play_to_the_end(self):
        status, seen = run_bots(self.server.url, 12, 32, "--rooms", "2", "--game", "tag", "--options", "seconds=20")
        self.assertEqual((status, seen["connected"], seen["desyncs"]), (0, 12, 0))
        self.assertEqual((seen["rooms"], seen["rooms_idle"]), (2, 0))
        self.assertGreaterEqual(seen["matches"], 2)
        self.assertGreaterEqual(seen["winners"], seen["matches"])
        self.assertLessEqual({"runner", "chaser"}, set(seen["roles"]))
        self.assertEqual(seen["notices"].keys() - {"not_now"}, set())

    def test_who_loses_the_connection_is_back_on_the_same_seat_and_misses_nothing(self):
        status, seen = run_bots(self.server.url, 10, 12, "--rooms", "1", "--chat", "30", "--reconnect", "2")
        back = seen["reconnects"]
        self.assertEqual((status, seen["connected"], seen["errors"]), (0, 10, 0))
        self.assertGreaterEqual(back["tried"], 35)
        self.assertGreaterEqual(back["same_seat"], back["tried"] - 10, "those still on their way when time was up")
        self.assertEqual((back["other_seat"], back["inputs_doubled"]), (0, 0))
        self.assertLess(back["back_ms"]["p99"], 1000)
        self.assertGreaterEqual(seen["chat"]["heard"], 0.8 * 10 * seen["chat"]["said"])
        self.assertGreaterEqual(seen["chat"]["said"], 40)
        self.assertEqual((seen["chat"]["lost"], seen["chat"]["doubled"]), (0, 0))

    def test_a_dump_has_every_frame_and_no_token(self):
        with tempfile.NamedTemporaryFile("r", suffix=".txt") as file:
            _, seen = run_bots(self.server.url, 3, 2, "--dump", file.name)
            lines = file.read().splitlines()
        records = [line.split()[3] for line in lines]
        self.assertGreaterEqual(records.count("frame"), seen["frames"])
        self.assertLessEqual({"frame", "turn", "state", "check", "keyframe", "body", "message"}, set(records))
        welcomes = [json.loads(line.split(None, 4)[4]) for line in lines if '"message":"welcome"' in line]
        self.assertEqual([welcome["token"] for welcome in welcomes], ["", "", ""])

    def test_nobody_to_connect_to_is_an_error(self):
        done = subprocess.run([BUILD / "tickbox-bots", "--url", f"ws://127.0.0.1:{free_port()}", "--bots", "3", "--seconds", "1"],
                              env=PLAIN, capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 69)
        self.assertIn("nobody_answers", done.stderr)

    def test_who_sends_a_position_is_thrown_out_by_name(self):
        _, seen = run_bots(self.server.url, 10, 2, behaviour="cheat-position")
        self.assertEqual((seen["connected"], seen["distance"]), (0, 0))
        self.assertEqual(seen["errors_by_name"], {"bad_message": 10})


if __name__ == "__main__":
    unittest.main(verbosity=2)
