"""Measures the server against the limit of the machine:  script/bench [--quick] [--json FILE]

--quick        single runs of the rows marked quick, under 90 seconds
--json FILE    also write a list of {name, value, unit, bar}; bar is an upper bound or null
--only NAMES   these rows only, such as arena,profile
--seconds S    the measured window (default 10, with --quick 5)
--bots N       at most so many bots a row, to try the bench itself

docs/benchmarks.md explains every row.
"""
import argparse
import dataclasses
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import phases
from processes import BOTS_CORE, CORES, SERVER_CORE, Server, Trouble, cpu_us, memory_kb, output, running

WS_SERVER_HEADER = 2  # bytes in front of a message, and more from WS_LONG on
WS_LONG = 126
WS_CLIENT_HEADER = 6
# From the last bot's arrival to the measured window: a client's lead covers the worst of ten seconds, so the crush of
# many who join at once must be past; and in rooms the matches run by then.
SETTLE_SECONDS = 12
SLACK_SECONDS = 1  # how much longer the bots stay than the server is watched
ROOM_BOTS = 10
ROOM_CHECKED = 20  # percent of the bots in rooms that have a replica
VIEW, BOXES_IN_VIEW, PLAZA_CELL = (1280, 720), 50, 256  # units
BOTS_LATE_MS = 10  # at p99; beyond it the bots' own delay shows in what they report
TICK_LATE_MS = 5  # at p99


@dataclasses.dataclass
class Shape:
    """One world to measure: a row of the bench."""
    name: str
    bots: int
    rate: int
    quick: bool = False
    plaza: bool = False  # a world in cells, so large that 50 boxes stand in a view
    in_rooms: bool = False  # of ROOM_BOTS each, who play tag
    bars: dict = dataclasses.field(default_factory=dict)  # beside those of every shape

    @property
    def rooms(self):
        return max(1, self.bots // ROOM_BOTS)

    def server_flags(self):
        return ("--max-rooms", self.rooms + 8) if self.in_rooms else ()

    def bots_flags(self):
        rooms = ("--rooms", self.rooms, "--game", "tag", "--check", ROOM_CHECKED) if self.in_rooms else ()
        return ("--settle", SETTLE_SECONDS, *rooms)

    def all_bars(self):
        return {"frames missing": 0.5, "tick late, p99": TICK_LATE_MS, "limit late, p99": TICK_LATE_MS, "echo, p99": 2000 / self.rate + 10, "bots late, p99": BOTS_LATE_MS,
                "desyncs": 0, **self.bars}


# A further world is a line here.
SHAPES = [
    Shape("arena", 16, 60, quick=True),
    Shape("crowd-200", 200, 30, bars={"memory a player": 16}),
    Shape("crowd-500", 500, 20, quick=True, bars={"memory a player": 16}),
    Shape("plaza-500", 500, 20, quick=True, plaza=True, bars={"memory a player": 16, "payload a frame": 128}),
    Shape("plaza-1000", 1000, 20, plaza=True, bars={"memory a player": 16, "payload a frame": 128}),
    Shape("plaza-2000", 2000, 20, quick=True, plaza=True,
          bars={"memory a player": 16, "payload a frame": 128, "server against limit": 1.4}),
    Shape("rooms-20", 200, 30, in_rooms=True),
    Shape("rooms-200", 2000, 30, in_rooms=True),
]
ROOMS_FEW, ROOMS_MANY, ROOMS_BAR = "rooms-20", "rooms-200", 1.15  # a room among many costs at most so many times more
PROFILED = "crowd-500"
UNITS = {
    "server CPU a frame": "us", "limit CPU a frame": "us", "server against limit": "x", "server CPU a player-second": "us",
    "payload a frame": "bytes", "frames missing": "%", "tick late, p99": "ms", "limit late, p99": "ms", "echo, p50": "ms", "echo, p99": "ms",
    "bots late, p99": "ms", "desyncs": "", "memory a player": "KB", "idle CPU": "%",
}
ROOM_UNITS = {"server CPU a room-second": "us"}


def plaza_map(bots):
    """A map without blocks in which `bots` boxes stand as close as 50 in a view."""
    side = max(1280, round((bots * VIEW[0] * VIEW[1] / BOXES_IN_VIEW) ** 0.5))
    step = max(60, side // 60)
    places = range(5, side - 55, step)
    return {"name": "Plaza", "width": side, "height": side, "cell": PLAZA_CELL, "blocks": [],
            "spawns": [[x, y] for x in places for y in places][:4096]}


def cpu_over(pid, seconds):
    """Percent of a core."""
    before, begun = cpu_us(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu_us(pid) - before) / (time.monotonic() - begun) / 1e4


def measure_server(shape, seconds):
    """The server's figures, and what its bots saw."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as map_file:
        flags = shape.server_flags()
        if shape.plaza:
            json.dump(plaza_map(shape.bots), map_file)
            map_file.flush()
            flags = (*flags, "--map", map_file.name)
        return measure_on(shape, flags, seconds)


def measure_on(shape, flags, seconds):
    with Server(shape.rate, shape.bots + 16, flags) as server:
        found = {"idle CPU": cpu_over(server.pid, 1)}
        empty_kb = memory_kb(server.pid)
        # Bots that come late in a tick begin their window after we do: they stay longer than we look.
        with server.bots(shape.bots, seconds + SLACK_SECONDS, shape.bots_flags()) as bots:
            server.wait_for_clients(shape.bots)
            time.sleep(SETTLE_SECONDS)
            before, cpu_before = server.health(), cpu_us(server.pid)
            time.sleep(seconds)
            cpu, after = cpu_us(server.pid) - cpu_before, server.health(late_ticks=shape.rate * seconds)
            if not before or not after:
                raise Trouble(f"{shape.name}: the server does not answer any more")
            found["memory a player"] = (memory_kb(server.pid) - empty_kb) / shape.bots
            seen = output(bots, seconds + 30)
    frames = after["frames_sent"] - before["frames_sent"]
    if seen["connected"] < shape.bots or not frames or not seen["frames"]:
        raise Trouble(f"{shape.name}: {seen['connected']} of {shape.bots} bots played, {seen['errors_by_name']}")
    found["server CPU a frame"] = cpu / frames
    found["server CPU a player-second"] = cpu / (shape.bots * seconds)
    if shape.in_rooms:
        found["server CPU a room-second"] = cpu / (shape.rooms * seconds)
    found["payload a frame"] = seen["bytes"] / seen["frames"]
    found["frames missing"] = max(0, 100 * (1 - seen["frames_ratio"]))
    found["tick late, p99"] = after["tick_late_p99_us"] / 1000
    found["echo, p50"], found["echo, p99"] = seen["echo_ms"]["p50"], seen["echo_ms"]["p99"]
    found["bots late, p99"], found["desyncs"] = seen["late_bots_ms"]["p99"], seen["desyncs"]
    return found, seen


def measure_limit(shape, seen, seconds):
    """The bare loop's figures, with the same sockets, bytes and messages as the bots just had."""
    payload = seen["bytes"] / seen["frames"]
    frame = round(payload) + WS_SERVER_HEADER + (2 if payload >= WS_LONG else 0)
    message = round(seen["sent_bytes"] / max(1, seen["sent"])) + WS_CLIENT_HEADER
    messages = seen["sent"] / shape.bots / seen["seconds"]
    with running(SERVER_CORE, "tickbox-limit", shape.bots, shape.rate, frame, seconds, stdout=subprocess.PIPE) as limit:
        port = json.loads(limit.stdout.readline() or "{}").get("port")
        if not port:
            raise Trouble("tickbox-limit does not listen")
        with running(BOTS_CORE, "tickbox-limit-peers", port, shape.bots, message, max(messages, 0.1),
                     stdout=subprocess.PIPE) as peers:
            sent = output(limit, seconds + 30)
            came = output(peers, 10)
    if sent["missed"] or came["received"] != sent["total_bytes"]:
        raise Trouble(f"{shape.name}: the limit's own peers missed something ({sent}, {came}), so there is no limit to compare with")
    return {"limit CPU a frame": sent["cpu_us"] / sent["frames"], "limit late, p99": sent["late_p99_us"] / 1000}


def measure(shape, seconds):
    """One run: the server, then the limit with what the server's bots had."""
    found, seen = measure_server(shape, seconds)
    found.update(measure_limit(shape, seen, seconds))
    found["server against limit"] = found["server CPU a frame"] / found["limit CPU a frame"]
    return found


def row(name, value, unit, bar=None):
    return {"name": name, "value": round(value, 3), "unit": unit, "bar": bar if bar is None else round(bar, 3)}


def shape_rows(shape, seconds, runs):
    """Medians of the runs; a ratio is the median of the runs' ratios."""
    found = [measure(shape, seconds) for _ in range(runs)]
    bars = shape.all_bars()
    return [row(f"{shape.name}: {name}", statistics.median(run[name] for run in found), unit, bars.get(name))
            for name, unit in {**UNITS, **(ROOM_UNITS if shape.in_rooms else {})}.items()]


def rooms_rows(rows):
    """What a room costs among many, by what it costs among few; nothing unless both were measured."""
    cost = {at["name"]: at["value"] for at in rows}
    few, many = (cost.get(f"{name}: server CPU a room-second") for name in (ROOMS_FEW, ROOMS_MANY))
    return [row(f"{ROOMS_MANY}: a room against {ROOMS_FEW}", many / few, "x", ROOMS_BAR)] if few and many else []


def profile_rows(shape, seconds):
    with Server(shape.rate, shape.bots + 16) as server:
        with server.bots(shape.bots, seconds + 10):
            server.wait_for_clients(shape.bots)
            time.sleep(1)
            shares = phases.record(server.pid, seconds)
    return [row(f"profile: {phase}", share, "%") for phase, share in shares.items()]


def notes(rows):
    """What a reader must know before they believe a row."""
    for at in rows:
        name, measure_name = at["name"].split(": ", 1)
        if at["bar"] is None or at["value"] <= at["bar"]:
            continue
        if measure_name == "limit late, p99":
            yield f"{name}: even the bare loop was late, so this machine was not quiet"
        elif measure_name == "bots late, p99":
            yield f"{name}: the bots were late, not the server; delays and frames missing of this row are theirs"
        else:
            yield f"{at['name']}: above its bar"


def cpu_model():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
        return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def print_machine():
    where = f"server on core {SERVER_CORE}, bots on core {BOTS_CORE}"
    if SERVER_CORE == BOTS_CORE:
        where = "one core for server and bots together: the figures of delay mean little"
    print(f"{len(CORES)} cores, {cpu_model()}, {platform.system()} {platform.release().split('-')[0]}; {where}")
    print(f"load average before: {os.getloadavg()[0]:.2f}\n", flush=True)


def print_rows(rows):
    for at in rows:
        bar = "" if at["bar"] is None else f"at most {at['bar']:g}"
        print(f"{at['name']:<40} {at['value']:>12.2f} {at['unit']:<6} {bar}".rstrip())
    print(flush=True)


def parse():
    names = [shape.name for shape in SHAPES] + ["profile"]
    parser = argparse.ArgumentParser(prog="script/bench", usage="script/bench [--quick] [--json FILE]", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--only", metavar="NAMES", type=lambda text: text.split(","), help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--bots", type=int, default=sys.maxsize, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.seconds = options.seconds or (5 if options.quick else 10)
    if unknown := set(options.only or []) - set(names):
        parser.error(f"there is no row {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if options.seconds < 1 or options.bots < 1:
        parser.error("--seconds and --bots begin at 1")
    return options


def run(options):
    """All rows, each printed when it is known, and whether every one could be measured."""
    rows, whole = [row("machine: load average before", os.getloadavg()[0], "")], True
    shapes = [dataclasses.replace(shape, bots=min(shape.bots, options.bots)) for shape in SHAPES]
    tasks = [(shape.name, lambda shape=shape: shape_rows(shape, options.seconds, 1 if options.quick else 3)) for shape in shapes
             if shape.name in (options.only or [shape.name]) and (options.only or shape.quick or not options.quick)]
    profiled = next(shape for shape in shapes if shape.name == PROFILED)
    if "profile" in (options.only or ["profile"]):
        tasks.append(("profile", lambda: profile_rows(profiled, options.seconds)))
    for name, task in tasks:
        try:
            found = task()
        except Trouble as trouble:
            print(f"{name} left out: {trouble}\n", flush=True)
            whole = whole and name == "profile"
            continue
        print_rows(found)
        rows += found
    compared = rooms_rows(rows)
    if compared:
        print_rows(compared)
    return rows + compared, whole


def main():
    options = parse()
    print_machine()
    rows, whole = run(options)
    for note in notes(rows):
        print(note)
    print(f"load average after: {os.getloadavg()[0]:.2f}, of which server and bots are part")
    if options.json:
        with open(options.json, "w", encoding="ascii") as out:
            json.dump(rows, out, indent=1)
            out.write("\n")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
