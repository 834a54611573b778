#!/usr/bin/env python3
"""A bad network, made by the server itself: the native client, a browser's tab and bots play on, all at the same time,
through latency, jitter and stalls.

    TICKBOX_BUILD=build/release tests/e2e/test_lag.py

Only an input that comes too late for its tick can make a prediction wrong here. The lead covers what the network does, but
not a machine that lets a program wait: so a round that failed is played again if this one did, for longer than the lead has
to spare.
"""
import contextlib
import json
import statistics
import subprocess
import time
import urllib.request

from claims import PLAIN, claim, free_port, run
from clients import BUILD, CODES, Bots, Tab, Window
from pulse import Pulse, steadily
from recovery import stalls_of
from truth import BUTTONS, read_truth

RATE = 30
LATENCY, JITTER = 150, 40
LEAST_LEAD = LATENCY * RATE / 1000 - 1  # ticks: a frame that just came is up to a tick old
BAD_NETWORK = ("--sim-latency", str(LATENCY), "--sim-jitter", str(JITTER), "--seed", "1")
SETTLE = 5  # seconds
TURNS, EACH = 100, 4  # changes of direction, and ticks between them
WAYS = ("right", "down", "left", "up")
BOTS = 10
STALL, EVERY, STALLS = 1000, 4000, 3
STRIDE = 19  # ticks between two turns while the network stalls; no part of EVERY, so that stalls begin at any time between them
RECOVERED = 300  # ms
SPARE_MS = 10  # of the lead: common/replica_own.c adds 3 ms, and a quarter of how much needs differ


class Server:
    """It must end by itself when told."""

    def __init__(self, folder, *flags):
        self.port, self.trace = free_port(), folder / "truth.txt"
        self.words = [BUILD / "tickbox-server", "--host", "127.0.0.1", "--port", str(self.port), "--tick-rate", str(RATE),
                      "--practice-bots", "0", "--trace", self.trace, *flags]

    def __enter__(self):
        self.process = subprocess.Popen(["timeout", "-k", "1", "120", *self.words], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, env=PLAIN)
        until = time.monotonic() + 10
        while not self.health() and time.monotonic() < until:
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        claim(self.process.wait(10) == 0, "the server ends with 0")

    def health(self, ticks=1):
        url = f"http://127.0.0.1:{self.port}/healthz?ticks={ticks}"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            return json.load(answer)
        return None


def play(folder, flags, script, keys, settle):
    """What window, tab and bots saw, all at the same time, and what the server had; and for how many ms this machine kept
    somebody waiting meanwhile, also in words."""
    seconds, clients = keys[-1][0] // 1000, []
    with Server(folder, *BAD_NETWORK, *flags) as server:
        try:
            clients.append(Tab(server.port, folder, keys))
            clients.append(Window(server.port, folder, script, seconds + 20))
            clients.append(Bots(server.port, folder, BOTS, settle, seconds - settle))
            with Pulse() as pulse:
                clients[0].go()
                for client in clients:
                    client.end(seconds + 30)
            late = server.health(seconds * RATE)["tick_late_p99_us"] / 1000
        finally:
            for client in clients:
                client.stop()
    waited = max(pulse.late * 1000, late)
    return *clients, read_truth(server.trace), waited, f"{pulse.words()}, and ticks were late by {late:.0f} ms at p99"


def own_place(frame):
    return next((item[1], item[2]) for item in frame["items"] if item[3])


def goes(frames, at, way):
    """True if the own box is drawn further that way than in the frame before."""
    (x, y), (next_x, next_y) = own_place(frames[at - 1]), own_place(frames[at])
    return {"right": next_x - x, "left": x - next_x, "down": next_y - y, "up": y - next_y}[way] > 0


def presses_of_script(frames):
    """[drawn frame, way], where the frame is the one that the window draws as its script presses the key. Ticks of a script
    count from the first frame."""
    first, at = frames[0]["tick"], 0
    for turn in range(TURNS):
        while frames[at]["tick"] - first < SETTLE * RATE + turn * EACH:
            at += 1
        yield at, WAYS[turn % 4]


def presses_of_keys(frames):
    """The same of a tab's key events: its frame is the first drawn after the event."""
    ways = {code: way for way, code in CODES.items()}
    for at, frame in enumerate(frames):
        for code in frame.get("pressed", []):
            yield at, ways[code]


def late_inputs(frames, presses, truth):
    """By how many ticks too late the server had each press that was late."""
    for at, way in presses:
        meant = next(frame["predicted"] for frame in frames[at:] if frame["predicted"] != frames[at - 1]["predicted"])
        held = (tick for tick in range(meant, meant + RATE)
                if truth.get(tick, {}).get(frames[at]["own"], (0, 0, 0))[2] & BUTTONS[way])
        if (late := next(held, meant + RATE) - meant) > 0:
            yield late


def first_correction(frames, presses):
    """In words, for who looks for the cause."""
    for before, frame in zip(frames, frames[1:]):
        if frame["corrections"] > before["corrections"]:
            pressed = max((frames[at]["predicted"] for at, _ in presses if frames[at]["predicted"] <= frame["tick"]), default=0)
            return (f"; the first one at tick {frame['tick']}, {frame['tick'] - pressed} ticks after that of a press, in the frame "
                    f"drawn {frame['time'] - before['time']:.0f} ms after tick {before['tick']}'s, off by {frame['error']}")
    return ""


def check_player(name, frames, presses, truth):
    turned = sum(goes(frames, at, way) for at, way in presses)
    yield (turned == len(presses) >= TURNS,
           f"{name}: the first frame drawn after a key event shows the own box going that way, {turned} times of {len(presses)}")
    playing = frames[presses[0][0] - 1:]
    first, last = playing[0], playing[-1]
    ahead = statistics.median(frame["predicted"] - frame["tick"] for frame in playing) * 1000 / RATE
    yield ahead >= LEAST_LEAD * 1000 / RATE, f"{name}: the own box is predicted {ahead:.0f} ms beyond the newest frame"
    corrected, late = last["corrections"] - first["corrections"], list(late_inputs(frames, presses, truth))
    gap = max(after["time"] - before["time"] for before, after in zip(playing, playing[1:]))
    yield corrected == 0, (f"{name}: {corrected} corrections in {len(presses)} changes of direction; {len(late)} of their inputs "
                           f"late, by {max(late, default=0)} ticks at worst; {gap:.0f} ms between two frames at most"
                           f"{first_correction(frames, presses)}")
    replayed = last["replayed"] - first["replayed"]
    yield (replayed > TURNS and last["checks"] > 10 and last["desyncs"] == 0,
           f"{name}: {replayed} inputs replayed, {last['checks']} checksums, {last['desyncs']} desyncs")


def turns_of_bots(bots, truth, people, seconds):
    """How often they changed what they hold in their last seconds."""
    last = max(rows[-1]["tick"] for rows in bots.rows())
    ticks = [truth[tick] for tick in range(last - int(seconds * RATE), last) if tick in truth]
    return sum(box not in people and before.get(box, now)[2] != now[2]
               for before, after in zip(ticks, ticks[1:]) for box, now in after.items())


def check_bots(bots, truth, people):
    figures = bots.figures()
    seconds, turns = figures["seconds"], turns_of_bots(bots, truth, people, figures["seconds"])
    yield figures["connected"] == BOTS and figures["errors"] == 0, f"{figures['connected']} bots, {figures['errors']} errors"
    yield (figures["corrections"] == 0 and turns >= TURNS,
           f"bots: {figures['corrections']} corrections in {turns} changes of direction; the latest of their inputs came "
           f"{bots.least_slack(SETTLE)} ms before it was needed; woken late by {figures['late_bots_ms']['max']} ms at most")
    yield (figures["replayed"] > TURNS and figures["desyncs"] == 0 and figures["checks"] >= 0.9 * BOTS * (seconds - 1),
           f"bots: {figures['replayed']} inputs replayed, {figures['checks']} checksums, {figures['desyncs']} desyncs")
    echo = figures["echo_ms"]["p50"]
    yield LATENCY <= echo <= LATENCY + JITTER + 3 * 1000 / RATE, f"bots: an input's effect comes back after {echo} ms"
    yield figures["frames_ratio"] > 0.97, f"bots: {figures['frames_ratio']:.1%} of all frames came"


def keys_of(turns):
    """For a tab: each way from its ms on, until the next one."""
    keys = []
    for (ms, way), (_, before) in zip(turns, [(0, None), *turns]):
        keys += [[ms, "down", CODES[way]]] + ([[ms, "up", CODES[before]]] if before else [])
    return keys


def measure_turns(folder):
    turns = [(SETTLE * RATE + at * EACH, WAYS[at % 4]) for at in range(TURNS)]
    end = turns[-1][0] + EACH
    script = "".join(f"{tick} {way}\n" for tick, way in [*turns, (end, "none"), (end + RATE, "quit")])
    keys = [*keys_of([(tick * 1000 // RATE, way) for tick, way in turns]), [(end + RATE) * 1000 // RATE, "end"]]
    tab, window, bots, truth, *machine = play(folder, (), script, keys, SETTLE)
    drawn, scripted = tab.rows(), window.rows()
    return [*check_player("window", scripted, list(presses_of_script(scripted)), truth),
            *check_player("tab", drawn, list(presses_of_keys(drawn)), truth),
            *check_bots(bots, truth, {drawn[-1]["own"], scripted[-1]["own"]})], *machine


def check_stalls(name, clients, truth):
    """`clients`: the rows of each."""
    stalls = [stalls_of(rows, RATE, LEAST_LEAD, truth) for rows in clients]
    every = [stall for one in stalls for stall in one]
    yield min(map(len, stalls)) >= STALLS - 1, f"{name}: {len(every)} stalls of a second"
    if not every:
        return
    worst = max(every, key=lambda stall: stall.ms)
    usual = statistics.median(stall.ms for stall in every)
    yield (worst.ms <= RECOVERED,
           f"{name}: right again {worst.ms:.0f} ms after a stall's end at worst, {usual:.0f} ms by median; the last fault was "
           f"{worst.last_fault or 'none'}")
    drifts = [stall.drift for stall in every if stall.drift]
    yield not drifts, f"{name}: {len(drifts)} stalls changed the clocks{': ' + drifts[0] if drifts else ''}"
    if "items" in clients[0][0]:
        yield all(stall.faults_in > RATE // 2 for stall in every), f"{name}: was not right during the stalls"
    corrected = sum(stall.corrections for stall in every)
    yield corrected > 0, f"{name}: what was mispredicted meanwhile was put right by {corrected} corrections"
    yield all(rows[-1]["desyncs"] == 0 for rows in clients), f"{name}: no desync"


def measure_stalls(folder):
    end = EVERY * STALLS * RATE // 1000 + 2 * RATE
    turns = [(tick, WAYS[tick // STRIDE % 2 * 2]) for tick in range(0, end, STRIDE)]
    script = "".join(f"{tick} {way}\n" for tick, way in [*turns, (end, "quit")])
    keys = [*keys_of([(tick * 1000 // RATE, way) for tick, way in turns]), [end * 1000 // RATE, "end"]]
    tab, window, bots, truth, *machine = play(folder, ("--sim-stall", f"{STALL}/{EVERY}"), script, keys, 1)
    found = []
    for name, clients in (("window", [window.rows()]), ("tab", [tab.rows()]), ("bots", bots.rows())):
        found += check_stalls(name, clients, truth)
    return found, *machine


def every_client_answers_at_once_and_is_never_corrected(folder):
    steadily(measure_turns, folder, SPARE_MS)


def every_client_is_right_again_soon_after_a_stall(folder):
    steadily(measure_stalls, folder, SPARE_MS)


def wrong_words_are_refused(folder):
    del folder
    for value in ("1000", "1000/1000", "0/5", "9000/20000", "x/y", "1/2/3", "-1/5"):
        command = ["timeout", "5", BUILD / "tickbox-server", "--port", "0", f"--sim-stall={value}"]
        done = subprocess.run(command, env=PLAIN, capture_output=True, text=True)
        claim(done.returncode == 2 and "1000/10000" in done.stderr, f"--sim-stall {value}: {done.stderr.strip()}")


if __name__ == "__main__":
    raise SystemExit(run(wrong_words_are_refused, every_client_answers_at_once_and_is_never_corrected,
                         every_client_is_right_again_soon_after_a_stall))
