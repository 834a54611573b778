"""Readers that stall and readers of a kilobyte a second, among players: whom do they disturb, and what is held for them?

Runs without them and with them alternate, in the same world. docs/benchmarks.md explains the rows.
"""
import os
import re
import statistics
import subprocess
import time

from processes import BOTS_CORE, Trouble, output

PART = 10  # one player in so many stalls, and one in so many is slow
STALL_SECONDS, BESIDE_SECONDS = 8, 2  # a stall is so much shorter than --seconds
AFTER_SECONDS = 6  # from its end to the window's: TCP sends again, and cells are checked once a second
SLACK_SECONDS = 1  # how much longer the bots stay than the server is watched
LOOKS = 6  # at the kernel's memory, during the stall
HELD_KB_MAX = 64
GAP_RATIO_MAX, LATE_MS = 1.1, 1  # 'unaffected': within 10% or 1 ms, the larger


def held_by_kernel(text):
    """Bytes that the kernel holds for one connection at most, as `ss -tmn` tells it: what waits to be sent and has not
    been acknowledged (w), what came and was not read (r), reserved for more of both (f), options and backlog."""
    held = [0]
    for memory in re.findall(r"skmem:\(([^)]*)\)", text):
        bytes_of = {name: int(size) for name, size in re.findall(r"([a-z]+)(\d+)", memory)}
        held.append(sum(bytes_of.get(name, 0) for name in ("w", "r", "f", "o", "bl")))
    return max(held)


def look(port):
    """At all the server's connections: those of who reads at once hold little."""
    try:
        done = subprocess.run(["ss", "-tmnH", "state", "established", "sport", "=", f":{port}"], stdout=subprocess.PIPE, text=True,
                              check=True, timeout=10, preexec_fn=lambda: os.sched_setaffinity(0, {BOTS_CORE}))
    except (OSError, subprocess.SubprocessError) as error:
        raise Trouble(f"ss (of iproute2) does not tell what the kernel holds: {error}") from error
    return held_by_kernel(done.stdout)


def watch(server, stall, window):
    """Waits for the window's end. What the kernel held for a connection at most."""
    begun, held = time.monotonic(), 0
    for at in range(1, LOOKS + 1):
        time.sleep(max(0, begun + stall * at / LOOKS - time.monotonic()))
        held = max(held, look(server.port))
    time.sleep(max(0, begun + window - time.monotonic()))
    return held


def run(shape, serving, flags, stall, window):
    """What the bots saw, beside the server's own figures."""
    with serving(shape) as server:
        with server.bots(shape.bots, window + SLACK_SECONDS, (*shape.bots_flags(), *flags)) as bots:
            server.wait_for_clients(shape.bots, bots)
            time.sleep(shape.settle)
            kernel = watch(server, stall, window)
            health = server.health(ticks=shape.rate * window)
            seen = output(bots, window + 30)
    if not health or not seen["frames"]:
        raise Trouble("the server does not answer any more")
    return {**seen, "kernel": kernel, "queued": health["held_max_bytes"], "late": health["tick_late_p99_us"] / 1000}


def measure(shape, serving, seconds, pairs):
    """Pairs of runs, without and with the poor readers."""
    stall = max(1, min(STALL_SECONDS, seconds - BESIDE_SECONDS))
    readers = max(1, shape.bots // PART)
    flags = ("--stalled", readers, "--slow", readers, "--stall", stall)
    return [[run(shape, serving, poor, stall, stall + AFTER_SECONDS) for poor in ((), flags)] for _ in range(pairs)]


def rows(pairs):
    """(name, value, unit, bar) of such pairs: medians of times, the worst of all else."""
    def median(of):
        return statistics.median(of(*pair) for pair in pairs)

    def gap(seen):
        return seen["frame_gap_ms"]["p99"]

    poor = [kind for _, seen in pairs for kind in (seen["stalled"], seen["slow"])]
    late = median(lambda without, _: without["late"])
    return [
        ("others' frame gap p99, without", median(lambda without, _: gap(without)), "ms", None),
        ("others' frame gap p99, with", median(lambda _, seen: gap(seen)), "ms", None),
        ("others' frame gap p99, ratio", median(lambda without, seen: gap(seen) / gap(without)), "x",
         max(GAP_RATIO_MAX, 1 + LATE_MS / median(lambda without, _: gap(without)))),
        ("tick late p99, without", late, "ms", None),
        ("tick late p99, added", median(lambda without, seen: seen["late"] - without["late"]), "ms",
         max(LATE_MS, (GAP_RATIO_MAX - 1) * late)),
        ("others' frames missing", max(100 * (1 - seen["frames_ratio"]) for _, seen in pairs), "%", 0.5),
        ("most held for a reader", max(seen["kernel"] + seen["queued"] for _, seen in pairs) / 1024, "KB", HELD_KB_MAX),
        ("of that in the kernel", max(seen["kernel"] for _, seen in pairs) / 1024, "KB", None),
        ("shortest stall", min(seen["stalled"]["longest_gap_ms"]["min"] for _, seen in pairs) / 1000, "s", None),
        ("fastest slow reader", max(seen["slow"]["bytes_per_second_max"] for _, seen in pairs), "bytes/s", 1024),
        ("in step again, p99", max(kind["back_ms"]["p99"] for kind in poor), "ms", None),
        ("checks afterwards", min(kind["checks"] for kind in poor), "", None),
        ("readers not checked afterwards", max(kind["unchecked"] for kind in poor), "", 0),
        ("desyncs", max(seen["desyncs"] for _, seen in pairs), "", 0),
        ("lost", max(seen["refused"] + seen["lost"] for _, seen in pairs), "", 0),
        ("bots late, p99", max(seen["late_bots_ms"]["p99"] for pair in pairs for seen in pair), "ms", 10),
    ]
