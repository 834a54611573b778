"""The three clients without a screen, each started and ended, and what each saw: a native window, a browser's tab and a
crowd of bots. What they saw is rows of a time in ms, the newest tick, the predicted one and what was corrected; those
of a window and of a tab are drawn frames."""
import json
import os
import pathlib
import subprocess
import time

from claims import PLAIN, claim

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TICKBOX_BUILD", ROOT / "build/release")).resolve()
SCREENLESS = {**PLAIN, "SDL_VIDEODRIVER": "offscreen", "SDL_RENDER_DRIVER": "software"}
CODES = {"right": "ArrowRight", "down": "KeyS", "left": "ArrowLeft", "up": "KeyW"}
JOIN_SECONDS = 40


def read_rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


class Client:
    def __init__(self, name, words, environment, folder):
        self.name = name
        self.log = folder / f"{name}.log"
        self.process = subprocess.Popen(list(map(str, words)), cwd=ROOT, stdin=subprocess.PIPE, stdout=self.log.open("w"),
                                        stderr=subprocess.STDOUT, env=environment)

    def end(self, seconds):
        status = self.process.wait(seconds)
        claim(status == 0, f"{self.name}: ends with {status}" + (f": {self.log.read_text()[-500:]}" if status else ""))

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()


class Window(Client):
    """Plays a script; see tickbox --help."""

    def __init__(self, port, folder, script, seconds):
        self.trace, keys = folder / "window.jsonl", folder / "window.txt"
        keys.write_text(script)
        words = ["timeout", "-k", "1", seconds + 10, BUILD / "tickbox", f"127.0.0.1:{port}", "--name", "Window", "--script", keys,
                 "--trace", self.trace, "--seconds", seconds]
        super().__init__("window", words, SCREENLESS, folder)

    def rows(self):
        return read_rows(self.trace)


class Tab(Client):
    """Presses `keys`, as tests/e2e/tab.mjs has them, from `go` on; it plays once it is made."""

    def __init__(self, port, folder, keys):
        self.trace = folder / "tab.jsonl"
        url = f"http://127.0.0.1:{port}/?trace&name=Tab"
        limit = JOIN_SECONDS + keys[-1][0] // 1000 + 10
        words = ["timeout", "-k", "1", limit, "node", ROOT / "tests/e2e/tab.mjs", url, json.dumps(keys), self.trace]
        super().__init__("tab", words, PLAIN, folder)
        until = time.monotonic() + JOIN_SECONDS
        while "joined" not in self.log.read_text():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise AssertionError(f"the tab does not play: {self.log.read_text()[-500:]}")
            time.sleep(0.05)

    def go(self):
        self.process.stdin.write(b"go\n")
        self.process.stdin.close()

    def rows(self):
        return read_rows(self.trace)


class Bots(Client):
    """They wander; measured is the time after `settle` seconds."""

    def __init__(self, port, folder, count, settle, seconds):
        self.dump = folder / "bots.dump"
        words = ["timeout", "-k", "1", settle + seconds + 20, BUILD / "tickbox-bots", "--url", f"ws://127.0.0.1:{port}", "--bots",
                 count, "--settle", settle, "--seconds", seconds, "--dump", self.dump, "--json"]
        super().__init__("bots", words, PLAIN, folder)

    def figures(self):
        return next(json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{"))

    def records(self, wanted):
        """Of the dump: the bot, its time in ms and its newest tick, and the record's fields."""
        for line in self.dump.read_text().splitlines():
            seconds, bot, tick, record, *fields = line.split()
            if record == wanted:
                named = {name: int(value) for name, value in (field.split("=") for field in fields)}
                yield int(bot), {"time": float(seconds) * 1000, "tick": int(tick), **named}

    def rows(self):
        """Of each bot: how it stood after each frame."""
        rows = {}
        for bot, row in self.records("replica"):
            rows.setdefault(bot, []).append(row)
        return list(rows.values())

    def least_slack(self, settle):
        """How many ms the latest of their inputs came before it was needed, `settle` seconds after they came themselves."""
        frames = [row for _, row in self.records("frame")]
        return min(row["slack"] for row in frames if row["acks"] and row["time"] > frames[0]["time"] + settle * 1000)
