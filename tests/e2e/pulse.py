"""How long this machine keeps somebody waiting who only wants to wake up: no server and no client makes that good. Measured
beside what is tested, so that a claim about time is not held against a machine that stood still."""
import json
import os
import threading
import time

from claims import claim

ROUNDS = 5


class Sleeper(threading.Thread):
    """Wakes up on one processor every so many seconds, as far as it can."""

    def __init__(self, processor, every):
        super().__init__(daemon=True)
        self.processor, self.every, self.late, self.lates, self.running = processor, every, 0.0, [], True
        self.start()

    def run(self):
        os.sched_setaffinity(threading.get_native_id(), {self.processor})
        due = time.monotonic()
        while self.running:
            due += self.every
            time.sleep(max(0.0, due - time.monotonic()))
            self.lates.append(time.monotonic() - due)
            self.late = max(self.late, self.lates[-1])


class Pulse:
    """One sleeper a processor, as the host of a virtual machine takes them one by one."""

    def __init__(self, every=0.002):
        self.sleepers = [Sleeper(processor, every) for processor in os.sched_getaffinity(0)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        for sleeper in self.sleepers:
            sleeper.running = False

    def forget(self):
        for sleeper in self.sleepers:
            sleeper.late, sleeper.lates = 0.0, []

    @property
    def late(self):
        """Seconds, at worst."""
        return max(sleeper.late for sleeper in self.sleepers)

    def missed(self):
        """How often a sleeper woke up only when the next time was due already."""
        return sum(late > sleeper.every for sleeper in self.sleepers for late in sleeper.lates)

    def late_p99(self):
        """Seconds, of the processor that did worse."""
        return max(sorted(sleeper.lates)[len(sleeper.lates) * 99 // 100] for sleeper in self.sleepers)

    def words(self):
        return f"this machine let a sleeper wait for {self.late * 1000:.0f} ms"


def steadily(measure, folder, spare_ms):
    """Claims what a round of `measure` finds: [(true, text)], how many ms the machine kept somebody waiting meanwhile, and that
    in words. A round that failed is played again if that was longer than `spare_ms`; what has failed in the last round has
    failed. How many it took is printed, so that a creeping fault is seen."""
    for left in reversed(range(ROUNDS)):
        found, waited, words = measure(folder)
        failed = [text for true, text in found if not true]
        if not failed or waited <= spare_ms or not left:
            break
        print(f"# once more, as {words}:", *failed, sep="\n#   ", flush=True)
    print(json.dumps({"name": measure.__name__, "rounds": ROUNDS - left}), flush=True)
    for true, text in found:
        claim(true, text if true else f"{text} ({words})")
