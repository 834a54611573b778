#!/usr/bin/env python3
"""The bench itself: that a small run has the promised rows, and that it notices what it must notice.

    TICKBOX_BUILD=build/release tests/bench/bench_test.py
"""
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest

import bench
import phases
import stalled
import shapes
from processes import ROOT, Trouble, need_descriptors

HERE = pathlib.Path(__file__).resolve().parent


SMALL = ("--quick", "--seconds", "1", "--settle", "1", "--bots", "20")


class Bench:
    """A run of the bench; several at once, as no figure of theirs is looked at that others disturb."""

    def __init__(self, *arguments):
        self.folder = tempfile.TemporaryDirectory()
        self.file = pathlib.Path(self.folder.name) / "rows.json"
        self.process = subprocess.Popen([sys.executable, HERE / "bench.py", "--json", self.file, *arguments], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def end(self):
        """The exit status, what was printed, and the rows."""
        try:
            printed, _ = self.process.communicate(timeout=60)
        finally:
            self.process.kill()
        rows = json.loads(self.file.read_text()) if self.file.exists() else None
        self.folder.cleanup()
        return self.process.returncode, printed, rows


class SmallRun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.started = {"arena": Bench(*SMALL, "--only", "arena"), "plaza": Bench(*SMALL, "--only", "plaza-5000,turning"),
                       "rooms": Bench(*SMALL, "--only", "rooms-20,rooms-200"),
                       "soak": Bench("--soak", "--seconds", "4", "--settle", "1", "--bots", "20"),
                       "unknown": Bench("--only", "arna")}
        cls.ended = {name: bench.end() for name, bench in cls.started.items()}

    def rows_of(self, name):
        status, printed, rows = self.ended[name]
        self.assertEqual(status, 0, printed)
        return {row["name"]: row["value"] for row in rows}

    def test_every_row_is_measured_and_has_the_promised_shape(self):
        values = self.rows_of("arena")
        for row in self.ended["arena"][2]:
            self.assertEqual(list(row), ["name", "value", "unit", "bar"])
            self.assertIsInstance(row["value"], (int, float))
            self.assertIsInstance(row["bar"], (int, float, type(None)))
        self.assertEqual(set(values), {"machine: load average before", "machine: taken by its host",
                                       *(f"arena: {name}" for name in shapes.UNITS)})
        for name in ("server CPU a frame", "limit CPU a frame", "payload a frame", "echo, p50"):
            self.assertGreater(values[f"arena: {name}"], 0, name)
        self.assertAlmostEqual(values["arena: server against limit"],
                               values["arena: server CPU a frame"] / values["arena: limit CPU a frame"], delta=0.05)
        self.assertEqual(values["arena: desyncs"], 0)
        self.assertIn("all of it took", self.ended["arena"][1])

    def test_of_memory_libwebsockets_has_a_named_share(self):
        values = self.rows_of("plaza")
        self.assertGreater(values["plaza-5000: memory a player, libwebsockets"], 1)
        self.assertLess(values["plaza-5000: memory a player, libwebsockets"], values["plaza-5000: memory a player"])

    def test_payload_stands_beside_what_clients_view_and_subscribe_to(self):
        values = self.rows_of("plaza")
        for name in ("plaza-5000", "turning"):
            viewed, subscribed = values[f"{name}: boxes viewed"], values[f"{name}: boxes subscribed"]
            self.assertGreater(viewed, 1)
            self.assertLessEqual(subscribed, 20)
            self.assertGreater(subscribed, viewed)
            self.assertAlmostEqual(values[f"{name}: subscribed against viewed"], subscribed / viewed, delta=0.01)
            self.assertAlmostEqual(values[f"{name}: bytes a subscribed box a tick"],
                                   values[f"{name}: payload a frame"] / subscribed, delta=0.01)
            self.assertEqual((values[f"{name}: desyncs"], values[f"{name}: clients stale"]), (0, 0))

    def test_boxes_that_turn_every_tick_cost_more_than_those_that_wander(self):
        values = self.rows_of("plaza")
        self.assertGreater(values["turning: payload a frame"], 1.5 * values["plaza-5000: payload a frame"])

    def test_bots_in_rooms_are_measured_by_the_room(self):
        values = self.rows_of("rooms")
        for name in (shapes.ROOMS_FEW, shapes.ROOMS_MANY):
            self.assertGreater(values[f"{name}: server CPU a room-second"], 0)
            self.assertEqual(values[f"{name}: desyncs"], 0)
        self.assertIn(f"{shapes.ROOMS_MANY}: a room against {shapes.ROOMS_FEW}", values)

    def test_a_soak_tells_growth_and_loss(self):
        values = self.rows_of("soak")
        self.assertEqual((values["soak: desyncs"], values["soak: clients lost"]), (0, 0))
        self.assertGreater(values["soak: memory"], 1000)
        self.assertIn("soak: memory growth", values)
        self.assertFalse([name for name in values if name.startswith("plaza")])

    def test_an_unknown_row_is_refused_by_name(self):
        status, printed, _ = self.ended["unknown"]
        self.assertEqual(status, 2)
        self.assertIn("arna", printed)


class FakeServer:
    def __init__(self, clients):
        self.clients = clients

    def health(self, **_):
        return {"clients": self.clients}


class Window(unittest.TestCase):
    def test_bots_that_left_before_its_end_are_trouble_and_those_on_their_way_back_are_not(self):
        shape = shapes.Shape("some", 1000, 20)
        self.assertEqual(bench.health_at_end(FakeServer(990), shape)["clients"], 990)
        with self.assertRaises(Trouble):
            bench.health_at_end(FakeServer(900), shape)


class Soak(unittest.TestCase):
    def test_growth_is_that_of_all_looks_and_not_of_the_last(self):
        growing = [(second, 1000 + 3 * second) for second in range(0, 100, 10)]
        self.assertAlmostEqual(bench.growth_of(growing)[0], 270)
        steady = [(second, 1000 + 4 * (second % 20)) for second in range(0, 100, 10)]
        growth, memory = bench.growth_of(steady)
        self.assertLess(abs(growth), bench.SOAK_GROWTH * 2 * memory)
        self.assertGreater(bench.growth_of(growing)[0], bench.SOAK_GROWTH * bench.growth_of(growing)[1])


class Plaza(unittest.TestCase):
    def test_so_many_boxes_stand_in_a_view(self):
        for shape in (shape for shape in shapes.SHAPES if shape.plaza):
            plaza = shapes.plaza_map(shape.bots)
            a_view = shape.bots * 1280 * 720 / (plaza["width"] * plaza["height"])
            self.assertAlmostEqual(a_view, 50, delta=0.5)
            self.assertEqual(len({tuple(place) for place in plaza["spawns"]}), len(plaza["spawns"]))
            self.assertGreater(len(plaza["spawns"]), shape.bots)

    def test_all_of_them_find_a_place_on_the_server(self):
        for shape in shapes.SHAPES:
            self.assertLessEqual(shape.bots, shape.places)
            self.assertLessEqual(shape.places, shapes.CLIENTS_MAX)

    def test_more_players_than_the_system_has_descriptors_for_are_trouble(self):
        with self.assertRaises(Trouble):
            need_descriptors(10 ** 12)


class Notes(unittest.TestCase):
    def test_late_bots_are_named_instead_of_the_server(self):
        late = bench.row("arena: bots late, p99", shapes.BOTS_LATE_MS + 1, "ms", shapes.BOTS_LATE_MS)
        self.assertIn("the bots were late, not the server", " ".join(bench.notes([late])))

    def test_a_host_that_gives_others_its_time_is_named(self):
        rows = [bench.row("machine: taken by its host", bench.taken_by_host((1000, 5), (2000, 5 + ticks)), "%", bench.TAKEN_MAX)
                for ticks in (8, 12)]
        self.assertEqual([len(list(bench.notes([row]))) for row in rows], [0, 1])

    def test_missing_frames_are_noticed(self):
        bars = shapes.SHAPES[0].all_bars()
        self.assertEqual(list(bench.notes([bench.row("arena: frames missing", 0.4, "%", bars["frames missing"])])), [])
        self.assertEqual(len(list(bench.notes([bench.row("arena: frames missing", 0.6, "%", bars["frames missing"])]))), 1)

    def test_a_room_that_costs_more_among_many_is_noticed(self):
        def cost(few, many):
            rows = [bench.row(f"{name}: server CPU a room-second", value, "us")
                    for name, value in ((shapes.ROOMS_FEW, few), (shapes.ROOMS_MANY, many))]
            return list(bench.notes(bench.rooms_rows(rows)))
        self.assertEqual(cost(100, 114), [])
        self.assertEqual(len(cost(100, 116)), 1)
        self.assertEqual(bench.rooms_rows([bench.row(f"{shapes.ROOMS_FEW}: server CPU a room-second", 100, "us")]), [])


class PoorReaders(unittest.TestCase):
    def seen(self, gap, late=0.2, **more):
        poor = {"back_ms": {"p99": 60}, "longest_gap_ms": {"min": 8010}, "bytes_per_second_max": 990, "checks": 500, "unchecked": 0}
        return {"frame_gap_ms": {"p99": gap}, "late_bots_ms": {"p99": 1}, "late": late, "frames_ratio": 1, "kernel": 20480,
                "queued": 1024, "desyncs": 0, "refused": 0, "lost": 0, "stalled": poor, "slow": poor, **more}

    def above(self, *pairs):
        return {name for name, value, _, bar in stalled.rows(pairs) if bar is not None and value > bar}

    def test_what_exceeds_its_bar_is_noticed(self):
        without = self.seen(50)
        self.assertEqual(self.above((without, self.seen(54.9, late=1.1))), set())
        self.assertEqual(self.above((without, self.seen(55.1, late=1.3))), {"others' frame gap p99, ratio", "tick late p99, added"})
        for name, more in (("most held for a reader", {"kernel": 65000}), ("desyncs", {"desyncs": 1}), ("lost", {"lost": 1}),
                           ("others' frames missing", {"frames_ratio": 0.99})):
            self.assertEqual(self.above((without, self.seen(50)), (without, self.seen(50, **more))), {name})

    def test_a_millisecond_is_allowed_where_ten_percent_are_less(self):
        self.assertEqual(self.above((self.seen(8), self.seen(8.9))), set())
        self.assertEqual(self.above((self.seen(8), self.seen(9.1))), {"others' frame gap p99, ratio"})

    def test_medians_are_of_pairs(self):
        values = {name: value for name, value, _, _ in stalled.rows([(self.seen(50), self.seen(gap)) for gap in (51, 52, 200)])}
        self.assertAlmostEqual(values["others' frame gap p99, ratio"], 52 / 50)

    def test_what_the_kernel_holds_for_who_does_not_read_is_seen(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)), listener.accept()[0] as sender:
                self.assertLess(stalled.look(port), 16384)
                sender.setblocking(False)
                with self.assertRaises(BlockingIOError):
                    while True:
                        sender.send(bytes(65536))
                self.assertGreater(stalled.look(port), 65536)


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

    def test_every_file_of_the_server_has_its_phase_and_so_its_functions(self):
        sources = [f"server/{path.name}" for path in (ROOT / "server").glob("*.c")]
        self.assertEqual([name for name in sources if phases.phase_of_file(name) == phases.REST], [])
        homes = phases.homes_of_functions()
        known = {"run_tick": "tick and room", "offer_frame": "write frames", "room_say": "talk and relay",
                 "match_run": "run the game", "net_flush": "links", "sim_step": "step the world"}
        self.assertEqual({name: homes.get(name) for name in known}, known)

    def test_a_function_that_the_compiler_split_is_still_its_file_s(self):
        found = phases.shares(self.look("offer_frame.part.0", "/x/tickbox-server", self.KERNEL) + self.look("x", "/x/y"))
        self.assertEqual(found["write frames"], 50)

    def test_without_a_view_of_the_kernel_there_is_no_profile(self):
        with self.assertRaises(Trouble):
            phases.shares(self.look("frames_write", "/x/tickbox-server"))


if __name__ == "__main__":
    unittest.main()
