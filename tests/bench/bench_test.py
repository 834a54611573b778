#!/usr/bin/env python3
"""The bench itself: that a small run has the promised rows, and that it notices what it must notice.

    TICKBOX_BUILD=build/release tests/bench/bench_test.py
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import bench
import phases
from processes import Trouble

HERE = pathlib.Path(__file__).resolve().parent


def run(*arguments):
    """The exit status, what was printed, and the rows."""
    with tempfile.TemporaryDirectory() as folder:
        rows = pathlib.Path(folder) / "rows.json"
        done = subprocess.run([sys.executable, HERE / "bench.py", "--json", rows, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60)
        return done.returncode, done.stdout, json.loads(rows.read_text()) if rows.exists() else None


class SmallRun(unittest.TestCase):
    def test_every_row_is_measured_and_has_the_promised_shape(self):
        status, printed, rows = run("--quick", "--seconds", "1", "--bots", "8", "--only", "arena")
        self.assertEqual(status, 0, printed)
        for row in rows:
            self.assertEqual(list(row), ["name", "value", "unit", "bar"])
            self.assertIsInstance(row["value"], (int, float))
            self.assertIsInstance(row["bar"], (int, float, type(None)))
        values = {row["name"]: row["value"] for row in rows}
        self.assertEqual(set(values), {"machine: load average before", *(f"arena: {name}" for name in bench.UNITS)})
        for name in ("server CPU a frame", "limit CPU a frame", "payload a frame", "echo, p50"):
            self.assertGreater(values[f"arena: {name}"], 0, name)
        self.assertAlmostEqual(values["arena: server against limit"],
                               values["arena: server CPU a frame"] / values["arena: limit CPU a frame"], delta=0.05)
        self.assertEqual(values["arena: desyncs"], 0)

    def test_bots_in_rooms_are_measured_by_the_room(self):
        status, printed, rows = run("--quick", "--seconds", "1", "--bots", "20", "--only", "rooms-20,rooms-200")
        self.assertEqual(status, 0, printed)
        values = {row["name"]: row["value"] for row in rows}
        for name in (bench.ROOMS_FEW, bench.ROOMS_MANY):
            self.assertGreater(values[f"{name}: server CPU a room-second"], 0)
            self.assertEqual(values[f"{name}: desyncs"], 0)
        self.assertIn(f"{bench.ROOMS_MANY}: a room against {bench.ROOMS_FEW}", values)

    def test_an_unknown_row_is_refused_by_name(self):
        status, printed, _ = run("--only", "arna")
        self.assertEqual(status, 2)
        self.assertIn("arna", printed)


class Notes(unittest.TestCase):
    def test_late_bots_are_named_instead_of_the_server(self):
        late = bench.row("arena: bots late, p99", bench.BOTS_LATE_MS + 1, "ms", bench.BOTS_LATE_MS)
        self.assertIn("the bots were late, not the server", " ".join(bench.notes([late])))

    def test_missing_frames_are_noticed(self):
        bars = bench.SHAPES[0].all_bars()
        self.assertEqual(list(bench.notes([bench.row("arena: frames missing", 0.4, "%", bars["frames missing"])])), [])
        self.assertEqual(len(list(bench.notes([bench.row("arena: frames missing", 0.6, "%", bars["frames missing"])]))), 1)


    def test_a_room_that_costs_more_among_many_is_noticed(self):
        def cost(few, many):
            rows = [bench.row(f"{name}: server CPU a room-second", value, "us")
                    for name, value in ((bench.ROOMS_FEW, few), (bench.ROOMS_MANY, many))]
            return list(bench.notes(bench.rooms_rows(rows)))
        self.assertEqual(cost(100, 114), [])
        self.assertEqual(len(cost(100, 116)), 1)
        self.assertEqual(bench.rooms_rows([bench.row(f"{bench.ROOMS_FEW}: server CPU a room-second", 100, "us")]), [])


class Phases(unittest.TestCase):
    KERNEL = "\tffffffff8200ec5b tcp_sendmsg ([kernel.kallsyms])\n"

    def look(self, symbol, home, kernel=""):
        return f"{kernel}\t          10ab59 {symbol} ({home})\n\n"

    def test_a_look_belongs_to_the_first_function_outside_the_kernel(self):
        text = (self.look("__send", "/usr/lib/libc.so.6", self.KERNEL) + self.look("frames_write", "/x/tickbox-server")
                + self.look("lws_write", "/usr/lib/libwebsockets.so.17") + self.look("read_kind", "/x/tickbox-server"))
        found = phases.shares(text)
        self.assertEqual([phase for phase, share in found.items() if share],
                         ["send (kernel)", "read inputs", "write frames", "libwebsockets and libuv"])
        self.assertEqual(sum(found.values()), 100)

    def test_without_a_view_of_the_kernel_there_is_no_profile(self):
        with self.assertRaises(Trouble):
            phases.shares(self.look("frames_write", "/x/tickbox-server"))


if __name__ == "__main__":
    unittest.main()
