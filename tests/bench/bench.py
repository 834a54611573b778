"""Measures the server against the limit of the machine:  script/bench [--quick] [--json FILE]

--quick        single runs of the rows marked quick, under 90 seconds
--json FILE    also write a list of {name, value, unit, bar}; bar is an upper bound or null
--only NAMES   these rows only, such as arena,profile
--soak         ten minutes of plaza-2000 instead of the rows: does the server grow?
--seconds S    the measured window (default 10, with --quick 5, with --soak 600)
--settle S     seconds before the window, instead of each row's own
--bots N       at most so many bots a row, to try the bench itself

docs/benchmarks.md explains every row.
"""
import argparse
import contextlib
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
import stalled
from processes import (BOTS_CORE, CORES, HERE_AT_LEAST, SERVER_CORE, Server, Trouble, core_times, cpu_us, memory_kb,
                       need_descriptors, output, running)
from shapes import PROFILED, ROOMS_BAR, ROOMS_FEW, ROOMS_MANY, SHAPES, SOAKED, STALLED, plaza_map

WS_SERVER_HEADER = 2  # bytes in front of a message, and more from WS_LONG on
WS_LONG = 126
WS_CLIENT_HEADER = 6
TAKEN_MAX = 1  # percent of the cores' time
SLACK_SECONDS = 2  # how much longer the bots stay than the server is watched
LIMIT_SECONDS_QUICK, PROFILE_SECONDS_QUICK = 2, 3
PROFILE_SETTLE_SECONDS = 1
LOOK_SECONDS = 0.5  # between two questions what clients see
SOAK_SECONDS, SOAK_LOOK_SECONDS = 600, 10
SOAK_WARM, SOAK_GROWTH = 0.2, 0.01  # the first fifth does not count; more than a hundredth is growth


def cpu_over(pid, seconds):
    """Percent of a core."""
    before, begun = cpu_us(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu_us(pid) - before) / (time.monotonic() - begun) / 1e4


@contextlib.contextmanager
def serving(shape):
    """A server with this shape's world, for `with`."""
    need_descriptors(shape.bots)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as map_file:
        flags = shape.server_flags()
        if shape.plaza:
            json.dump(plaza_map(shape.bots), map_file)
            map_file.flush()
            flags = (*flags, "--map", map_file.name)
        with Server(shape.rate, shape.places, flags) as server:
            yield server


def health_of(server, shape, **asked):
    health = server.health(**asked)
    if not health:
        raise Trouble(f"{shape.name}: the server does not answer any more")
    return health


def health_at_end(server, shape, **asked):
    """Of a window in which the bots were there until its end."""
    health = health_of(server, shape, **asked)
    if health["clients"] < HERE_AT_LEAST * shape.bots:
        raise Trouble(f"{shape.name}: only {health['clients']} of {shape.bots} bots stayed until the window's end; "
                      "perhaps this machine was too busy to begin it in time")
    return health


def watch(server, shape, seconds):
    """Waits, and asks now and then what clients see, if that is shown of this shape."""
    until, seen = time.monotonic() + seconds, []
    while (left := until - time.monotonic()) > 0:
        if shape.plaza:
            seen.append(health_of(server, shape, interest=1)["interest"])
        time.sleep(max(0, min(left, LOOK_SECONDS, until - time.monotonic())))
    return seen


def boxes_seen(seen, payload):
    """Means of what clients see, from the server's truth, and the payload by it."""
    clients = sum(look["clients"] for look in seen)
    viewed, subscribed = (sum(look[name] * look["clients"] for look in seen) / max(1, clients)
                          for name in ("viewed", "subscribed"))
    if not viewed:
        raise Trouble("no client was seen to see anything")
    return {"boxes viewed": viewed, "boxes subscribed": subscribed, "subscribed against viewed": subscribed / viewed,
            "bytes a subscribed box a tick": payload / subscribed}


def measure_server(shape, seconds):
    """The server's figures, and what its bots saw."""
    with serving(shape) as server:
        found = {"idle CPU": cpu_over(server.pid, 1)}
        empty_kb, empty = memory_kb(server.pid), health_of(server, shape)
        # Bots that come late in a tick begin their window after we do: they stay longer than we look.
        with server.bots(shape.bots, seconds + SLACK_SECONDS, shape.bots_flags()) as bots:
            server.wait_for_clients(shape.bots, bots)
            time.sleep(shape.settle)
            before, cpu_before = health_of(server, shape), cpu_us(server.pid)
            looks = watch(server, shape, seconds)
            cpu, after = cpu_us(server.pid) - cpu_before, health_at_end(server, shape, ticks=shape.rate * seconds)
            found["memory a player"] = (memory_kb(server.pid) - empty_kb) / shape.bots
            found["memory a player, libwebsockets"] = (after["lws_bytes"] - empty["lws_bytes"]) / 1024 / shape.bots
            seen = output(bots, seconds + 30)
    frames = after["frames_sent"] - before["frames_sent"]
    if seen["connected"] < shape.bots or not frames or not seen["frames"]:
        raise Trouble(f"{shape.name}: {seen['connected']} of {shape.bots} bots played, {seen['errors_by_name']}")
    found["server CPU a frame"] = cpu / frames
    found["server CPU a player-second"] = cpu / (shape.bots * seconds)
    if shape.in_rooms:
        found["server CPU a room-second"] = cpu / (shape.rooms * seconds)
    found["payload a frame"] = seen["bytes"] / seen["frames"]
    if shape.plaza:
        found.update(boxes_seen(looks, found["payload a frame"]))
    found["frames missing"] = max(0, 100 * (1 - seen["frames_ratio"]))
    found["clients stale"] = after["frames_stale"] - before["frames_stale"]
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
        raise Trouble(f"{shape.name}: the limit's own peers missed something ({sent}, {came}), so no limit to compare with")
    return {"limit CPU a frame": sent["cpu_us"] / sent["frames"], "limit late, p99": sent["late_p99_us"] / 1000}


def measure(shape, seconds, limit_seconds):
    """One run: the server, then the limit with what the server's bots had."""
    found, seen = measure_server(shape, seconds)
    found.update(measure_limit(shape, seen, limit_seconds))
    found["server against limit"] = found["server CPU a frame"] / found["limit CPU a frame"]
    return found


def row(name, value, unit, bar=None):
    return {"name": name, "value": round(value, 3), "unit": unit, "bar": bar if bar is None else round(bar, 3)}


def shape_rows(shape, options):
    """Medians of the runs; a ratio is the median of the runs' ratios."""
    limit_seconds = min(options.seconds, LIMIT_SECONDS_QUICK) if options.quick else options.seconds
    found = [measure(shape, options.seconds, limit_seconds) for _ in range(1 if options.quick else 3)]
    bars = shape.all_bars()
    return [row(f"{shape.name}: {name}", statistics.median(run[name] for run in found), unit, bars.get(name))
            for name, unit in shape.units().items()]


def rooms_rows(rows):
    """What a room costs among many, by what it costs among few; nothing unless both were measured."""
    cost = {at["name"]: at["value"] for at in rows}
    few, many = (cost.get(f"{name}: server CPU a room-second") for name in (ROOMS_FEW, ROOMS_MANY))
    return [row(f"{ROOMS_MANY}: a room against {ROOMS_FEW}", many / few, "x", ROOMS_BAR)] if few and many else []


def profile_rows(shape, seconds):
    with serving(shape) as server:
        with server.bots(shape.bots, seconds + 10, (*shape.bots_flags(), "--settle", PROFILE_SETTLE_SECONDS)) as bots:
            server.wait_for_clients(shape.bots, bots)
            time.sleep(PROFILE_SETTLE_SECONDS)
            shares = phases.record(server.pid, seconds)
    return [row(f"profile: {phase}", share, "%") for phase, share in shares.items()]


def memory_over(server, seconds):
    """What it is now and then: (seconds, KB)."""
    begun, looks = time.monotonic(), []
    while (now := time.monotonic() - begun) < seconds:
        looks.append((now, memory_kb(server.pid)))
        time.sleep(min(SOAK_LOOK_SECONDS, seconds / 20, seconds - now))
    return [*looks, (seconds, memory_kb(server.pid))]


def growth_of(looks):
    """By the line through these looks, from the first to the last; and the memory in the mean."""
    times, sizes = zip(*looks)
    return statistics.linear_regression(times, sizes).slope * (times[-1] - times[0]), statistics.mean(sizes)


def soak_rows(shape, seconds):
    with serving(shape) as server:
        with server.bots(shape.bots, seconds + SLACK_SECONDS, shape.bots_flags()) as bots:
            server.wait_for_clients(shape.bots, bots)
            time.sleep(shape.settle)
            before = health_of(server, shape)
            looks = memory_over(server, seconds)
            after = health_at_end(server, shape)
            seen = output(bots, 60)
    growth, memory = growth_of([look for look in looks if look[0] >= SOAK_WARM * seconds])
    found = [("memory", memory, "KB", None), ("memory growth", growth, "KB", SOAK_GROWTH * memory),
             ("frames missing", max(0, 100 * (1 - seen["frames_ratio"])), "%", 0.5),
             ("clients stale", after["frames_stale"] - before["frames_stale"], "frames", None),
             ("ticks given up", after["ticks_slipped"] - before["ticks_slipped"], "", 0),
             ("desyncs", seen["desyncs"], "", 0), ("clients lost", seen["lost"], "", 0)]
    return [row(f"soak: {name}", value, unit, bar) for name, value, unit, bar in found]


def stalled_rows(shape, options):
    pairs = stalled.measure(shape, serving, options.seconds, 1 if options.quick else 3)
    return [row(f"stalled: {name}", value, unit, bar) for name, value, unit, bar in stalled.rows(pairs)]


def notes(rows):
    """What a reader must know before they believe a row."""
    for at in rows:
        name, measure_name = at["name"].split(": ", 1)
        if at["bar"] is None or at["value"] <= at["bar"]:
            continue
        if measure_name == "taken by its host":
            yield "the host of this virtual machine gave others so much of its time that delays mean little"
        elif measure_name == "limit late, p99":
            yield f"{name}: even the bare loop was late, so this machine was not quiet"
        elif measure_name == "bots late, p99":
            yield f"{name}: the bots were late, not the server; delays and frames missing of this row are theirs"
        else:
            yield f"{at['name']}: above its bar"


def cpu_model():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
        return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def taken_by_host(before, after):
    """Percent of the cores' time that a virtual machine's host gave others, between two core_times()."""
    (all_before, taken_before), (all_after, taken_after) = before, after
    return 100 * (taken_after - taken_before) / max(1, all_after - all_before)


def print_machine():
    where = f"server on core {SERVER_CORE}, bots on core {BOTS_CORE}"
    if SERVER_CORE == BOTS_CORE:
        where = "one core for server and bots together: the figures of delay mean little"
    print(f"{len(CORES)} cores, {cpu_model()}, {platform.system()} {platform.release().split('-')[0]}; {where}")
    print(f"load average before: {os.getloadavg()[0]:.2f}\n", flush=True)


def print_rows(rows):
    for at in rows:
        bar = "" if at["bar"] is None else f"at most {at['bar']:g}"
        print(f"{at['name']:<44} {at['value']:>12.2f} {at['unit']:<6} {bar}".rstrip())
    print(flush=True)


def parse():
    names = [shape.name for shape in SHAPES] + ["stalled", "profile", "soak"]
    parser = argparse.ArgumentParser(prog="script/bench", usage="script/bench [--quick | --soak] [--json FILE]",
                                     description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--only", metavar="NAMES", type=lambda text: text.split(","), help=argparse.SUPPRESS)
    parser.add_argument("--soak", dest="only", action="store_const", const=["soak"], help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--settle", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--bots", type=int, default=sys.maxsize, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.seconds = options.seconds or (SOAK_SECONDS if options.only == ["soak"] else 5 if options.quick else 10)
    if unknown := set(options.only or []) - set(names):
        parser.error(f"there is no row {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if min(options.seconds, options.bots, options.settle or 1) < 1:
        parser.error("--seconds, --settle and --bots begin at 1")
    return options


def tasks_of(options):
    """What is to be measured, by name."""
    shapes = [dataclasses.replace(shape, bots=min(shape.bots, options.bots), settle=options.settle or shape.settle)
              for shape in SHAPES]
    tasks = [(shape.name, lambda shape=shape: shape_rows(shape, options)) for shape in shapes
             if shape.name in (options.only or [shape.name]) and (options.only or shape.quick or not options.quick)]
    profiled, soaked, played = (next(shape for shape in shapes if shape.name == name) for name in (PROFILED, SOAKED, STALLED))
    if "stalled" in (options.only or ["" if options.quick else "stalled"]):
        tasks.append(("stalled", lambda: stalled_rows(played, options)))
    if "profile" in (options.only or ["profile"]):
        seconds = min(options.seconds, PROFILE_SECONDS_QUICK) if options.quick else options.seconds
        tasks.append(("profile", lambda: profile_rows(profiled, seconds)))
    if "soak" in (options.only or []):
        tasks.append(("soak", lambda: soak_rows(soaked, options.seconds)))
    return tasks


def run(options):
    """All rows, each printed when it is known, and whether every one could be measured."""
    rows, whole = [row("machine: load average before", os.getloadavg()[0], "")], True
    for name, task in tasks_of(options):
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
    options, begun, times = parse(), time.monotonic(), core_times()
    print_machine()
    rows, whole = run(options)
    taken = taken_by_host(times, core_times())
    rows.append(row("machine: taken by its host", taken, "%", TAKEN_MAX))
    for note in notes(rows):
        print(note)
    print(f"load average after: {os.getloadavg()[0]:.2f}, of which server and bots are part")
    print(f"the host of this machine took {taken:.1f}% of its cores' time")
    print(f"all of it took {time.monotonic() - begun:.0f} s")
    if options.json:
        with open(options.json, "w", encoding="ascii") as out:
            json.dump(rows, out, indent=1)
            out.write("\n")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
