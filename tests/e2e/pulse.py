"""How long this machine keeps somebody waiting who only wants to wake up: no server and no client makes that good. Measured
beside what is tested, so that a claim about time is not held against a machine that stood still."""
import threading
import time

from claims import claim

ROUNDS = 3


class Pulse(threading.Thread):
    """Wakes up every so many seconds, as far as it can. Notes how late at worst, and the times between."""

    def __init__(self, every=0.002):
        super().__init__(daemon=True)
        self.every, self.late, self.gaps, self.running = every, 0.0, [], True
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.running = False

    def run(self):
        due = woken = time.monotonic()
        while self.running:
            due += self.every
            time.sleep(max(0.0, due - time.monotonic()))
            before, woken = woken, time.monotonic()
            self.late = max(self.late, woken - due)
            self.gaps.append(woken - before)

    def words(self):
        return f"this machine let a sleeper wait for {self.late * 1000:.0f} ms"

    def gap_p99(self):
        return sorted(self.gaps)[len(self.gaps) * 99 // 100]


def steadily(measure, folder, spare_ms):
    """Claims what a round of `measure` finds: [(true, text)], how many ms the machine kept somebody waiting meanwhile, and that
    in words. A round that failed is played again, at most twice, if that was longer than `spare_ms`; what has failed in the
    last round has failed."""
    for left in reversed(range(ROUNDS)):
        found, waited, words = measure(folder)
        failed = [text for true, text in found if not true]
        if not failed or waited <= spare_ms or not left:
            break
        print(f"# once more, as {words}:", *failed, sep="\n#   ", flush=True)
    for true, text in found:
        claim(true, text if true else f"{text} ({words})")
