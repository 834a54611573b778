"""Claims of end-to-end tests, one a line and counted; and what they all need: a free port, a plain environment."""
import os
import socket

# The server refuses variables that it does not know, and ours are none of its own.
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("TICKBOX_")}

counts = {True: 0, False: 0}


def claim(true, text):
    counts[bool(true)] += 1
    print("ok" if true else "not ok", text, flush=True)
    return true


def have_failed():
    return counts[False] > 0


def sum_up():
    """The status to end with."""
    print(f"{counts[True]} passed, {counts[False]} failed")
    return 1 if have_failed() else 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
