"""Claims of end-to-end tests, one a line and counted; and what they all need: a free port, a plain environment."""
import os
import pathlib
import socket
import sys
import tempfile
import threading

# The server refuses variables that it does not know, and ours are none of its own.
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("TICKBOX_")}

END_SECONDS = 10 if "sanitize" in os.environ.get("TICKBOX_BUILD", "") else 2  # a sanitizer looks for leaks at the end

counts = {True: 0, False: 0}


def claim(true, text):
    counts[bool(true)] += 1
    sys.stdout.write(f"{'ok' if true else 'not ok'} {text}\n")  # in one piece, as several tests may run at once
    sys.stdout.flush()
    return true


def have_failed():
    return counts[False] > 0


def sum_up():
    """The status to end with."""
    print(f"{counts[True]} passed, {counts[False]} failed")
    return 1 if have_failed() else 0


def attempt(test):
    """A test that gets a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            test(pathlib.Path(folder))
        except Exception as error:  # the others still have something to say
            claim(False, f"{test.__name__}: {type(error).__name__} {error}")


def run(*tests):
    """One after the other; the status to end with."""
    for test in tests:
        attempt(test)
    return sum_up()


def run_side_by_side(*tests):
    """All at once, as they mostly wait; the status to end with."""
    threads = [threading.Thread(target=attempt, args=(test,)) for test in tests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum_up()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
