#!/usr/bin/env python3
"""A bad network, made by the server itself: bots and the native client play on, through latency, jitter and a
stall.

    TICKBOX_BUILD=build/release tests/e2e/test_lag.py
"""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time

from claims import PLAIN, claim, free_port, sum_up

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TICKBOX_BUILD", ROOT / "build/release")).resolve()
SCREENLESS = {**PLAIN, "SDL_VIDEODRIVER": "offscreen", "SDL_RENDER_DRIVER": "software"}
RATE = 30
LATENCY, JITTER = 150, 40
SETTLED = 5 * RATE
TURNS, EACH = 100, 4  # changes of direction, and ticks between them
WAYS = ("right", "down", "left", "up")

@contextlib.contextmanager
def server(*flags):
    """Its port; it must end by itself when told."""
    port = free_port()
    process = subprocess.Popen([BUILD / "tickbox-server", "--host", "127.0.0.1", "--port", str(port), "--tick-rate", str(RATE),
                                "--practice-bots", "0", *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=PLAIN)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
        process.terminate()
        claim(process.wait(5) == 0, "the server ends with 0")
    finally:
        if process.poll() is None:
            process.kill()


def bots(port, count, seconds):
    return subprocess.Popen(["timeout", "-k", "1", str(20 + seconds), BUILD / "tickbox-bots", "--url", f"ws://127.0.0.1:{port}",
                             "--bots", str(count), "--seconds", str(seconds), "--json"], stdout=subprocess.PIPE, text=True, env=PLAIN)


def window(port, folder, name, script, seconds):
    """The frames that the native client drew."""
    trace, keys = folder / f"{name}.jsonl", folder / f"{name}.txt"
    keys.write_text(script)
    done = subprocess.run(["timeout", "-k", "1", str(seconds + 10), BUILD / "tickbox", f"127.0.0.1:{port}", "--name", name,
                           "--script", keys, "--trace", trace, "--seconds", str(seconds)],
                          env=SCREENLESS, capture_output=True, text=True)
    claim(done.returncode == 0, f"{name} plays to the end (status {done.returncode})")
    return [json.loads(line) for line in trace.read_text().splitlines()]


def own_place(frame):
    return next(((item[1], item[2]) for item in frame["items"] if item[3]), None)


def reacted(frames, tick, way):
    """True if the drawn frame after the one that saw the script's tick shows the own box going that way. Ticks of a
    script count from the first frame."""
    first = frames[0]["tick"]
    at = next(at for at, frame in enumerate(frames) if frame["tick"] - first >= tick)
    before, after = own_place(frames[at]), own_place(frames[at + 1])
    return {"right": after[0] - before[0], "left": before[0] - after[0], "down": after[1] - before[1], "up": before[1] - after[1]}[way] > 0


def turning_script():
    lines = [f"{SETTLED + at * EACH} {WAYS[at % 4]}" for at in range(TURNS)]
    return "\n".join(["5 right", "60 none", *lines, f"{SETTLED + TURNS * EACH} none", f"{SETTLED + TURNS * EACH + 2 * RATE} quit"]) + "\n"


def check_bots(figures, count, seconds):
    claim(figures["connected"] == count and figures["errors"] == 0, f"{figures['connected']} bots, {figures['errors']} errors")
    claim(figures["desyncs"] == 0 and figures["checks"] >= 0.9 * count * (seconds - 1),
          f"{figures['checks']} checksums, {figures['desyncs']} desyncs")
    echo = figures["echo_ms"]["p50"]
    claim(LATENCY <= echo <= LATENCY + JITTER + 3 * 1000 / RATE, f"an input's effect comes back after {echo} ms")
    claim(figures["frames_ratio"] > 0.97, f"{figures['frames_ratio']:.1%} of all frames came")


def bots_and_window_play_through_latency_and_jitter(folder):
    with server("--sim-latency", str(LATENCY), "--sim-jitter", str(JITTER), "--seed", "1") as port:
        crowd = bots(port, 20, 20)
        frames = window(port, folder, "Ada", turning_script(), 40)
        figures = json.loads(crowd.communicate(timeout=60)[0].splitlines()[-1])
    check_bots(figures, 20, 20)
    first, last = frames[0]["tick"], frames[-1]
    settled = next(frame for frame in frames if frame["tick"] >= first + SETTLED - 5)
    turning = [frame for frame in frames if frame["predicted"] >= first + SETTLED]
    ahead = sorted(frame["predicted"] - frame["tick"] for frame in turning)[len(turning) // 2] * 1000 / RATE
    claim(ahead >= LATENCY - 1000 / RATE, f"the own box is predicted {ahead:.0f} ms beyond the newest frame")
    turned = sum(reacted(frames, SETTLED + at * EACH, WAYS[at % 4]) for at in range(TURNS))
    claim(turned == TURNS, f"the own box reacted within one drawn frame to {turned} of {TURNS} changes of direction")
    corrected = last["corrections"] - settled["corrections"]
    claim(corrected == 0, f"{corrected} corrections over {TURNS} changes of direction once settled")
    claim(last["replayed"] > TURNS and last["checks"] > 10 and last["desyncs"] == 0,
          f"{last['replayed']} inputs replayed, {last['checks']} checksums, {last['desyncs']} desyncs")


def a_stall_passes(folder):
    with server("--sim-latency", "60", "--sim-stall", "1000/4000", "--seed", "1") as port:
        frames = window(port, folder, "Stalled", "5 right\n330 quit\n", 20)
    ticks = [frame["tick"] for frame in frames]
    leaps = [at for at in range(1, len(ticks)) if ticks[at] - ticks[at - 1] >= RATE * 3 // 5]
    claim(len(leaps) >= 2, f"{len(leaps)} stalls of a second were seen")
    after = [frames[at + RATE // 2] for at in leaps if at + RATE // 2 < len(frames)]
    claim(all(frame["predicted"] - frame["tick"] < RATE // 2 for frame in after), "a quarter of a second later the clock is right again")
    claim(frames[-1]["desyncs"] == 0 and frames[-1]["checks"] > 4,
          f"{frames[-1]['checks']} checksums, {frames[-1]['desyncs']} desyncs")


def wrong_words_are_refused(folder):
    del folder
    for value in ("1000", "1000/1000", "0/5", "9000/20000", "x/y", "1/2/3", "-1/5"):
        done = subprocess.run(["timeout", "5", BUILD / "tickbox-server", "--port", "0", f"--sim-stall={value}"], env=PLAIN, capture_output=True, text=True)
        claim(done.returncode == 2 and "1000/10000" in done.stderr, f"--sim-stall {value}: {done.stderr.strip()}")


def main():
    for test in (wrong_words_are_refused, bots_and_window_play_through_latency_and_jitter, a_stall_passes):
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(pathlib.Path(folder))
            except Exception as error:  # the others still have something to say
                claim(False, f"{test.__name__}: {type(error).__name__} {error}")
    return sum_up()


if __name__ == "__main__":
    raise SystemExit(main())
