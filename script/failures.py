#!/usr/bin/env python3
"""What a person needs of a failed stage's log:  script/failures.py LOG

Prints every place that tells of a failure, with a few lines around it, and the log's end; at most LINES_MAX lines.
"""
import re
import sys

BEFORE, AFTER, END, LINES_MAX = 12, 18, 12, 200
FAILURE = re.compile(
    r"^\s*not ok |^(FAIL|ERROR): |^\[  (FAILED|SKIPPED) \] (?!\d+ test)|^\[   LINE   \]|\*\*\*(Failed|Timeout|Exception|Not Run)"
    r"|^\S+:\d+:\d+: (fatal )?(error|warning): |runtime error: |^==\d+==ERROR|WARNING: ThreadSanitizer")


def excerpt(lines):
    """The numbers of the lines to show."""
    found = [at for at, line in enumerate(lines) if FAILURE.search(line)]
    around = sorted({at for place in found for at in range(place - BEFORE, place + AFTER + 1) if 0 <= at < len(lines)})
    return sorted({*around[:LINES_MAX - END], *range(max(0, len(lines) - END), len(lines))})


def main():
    with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
        lines = [line.rstrip() for line in log if line.strip()]
    last = -1
    for at in excerpt(lines):
        if at != last + 1:
            print("...")
        print(lines[at])
        last = at


if __name__ == "__main__":
    main()
