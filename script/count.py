#!/usr/bin/env python3
"""Adds up what a stage of script/test printed:  script/count.py EXIT-STATUS LOG

Prints 'PASSED FAILED'. Knows cmocka, ctest, node:test, Python's unittest, and 'ok NAME' lines. What was
skipped failed. A stage that ended badly has failed at least once; one that ended well and printed nothing
countable has passed once.
"""
import re
import sys

PASSED = [
    r"^\[  PASSED  \] (\d+) test",          # cmocka
    r"^(?:#|\S) pass (\d+)$",               # node:test, its two reporters
]
FAILED = [
    r"^\[  FAILED  \] (\d+) test",
    r"^\[  SKIPPED \] (\d+) test",
    r"^(?:#|\S) (?:fail|cancelled|skipped|todo) (\d+)$",
    r"\*\*\*(Skipped|Not Run|Timeout|Exception)",  # ctest
]


def total(patterns, text):
    found = [match for pattern in patterns for match in re.findall(pattern, text, flags=re.M)]
    return sum(int(match) if match.isdigit() else 1 for match in found)


def unittest_counts(text):
    """Each 'Ran N tests' is followed by OK or FAILED with what went wrong in brackets."""
    passed = failed = 0
    for ran, verdict in re.findall(r"^Ran (\d+) tests? in .*\n+(.*)$", text, flags=re.M):
        bad = sum(int(n) for kind, n in re.findall(r"(failures|errors|skipped|expected failures|unexpected successes)=(\d+)", verdict))
        failed += max(bad, 0 if verdict.startswith("OK") else 1)
        passed += max(int(ran) - bad, 0)
        failed += int(ran) == 0
    return passed, failed


def own_counts(text):
    # node's TAP reporter prints 'ok 1 - name' lines too, but adds them up itself.
    numbered = r"(?!\d+ - )" if re.search(r"^# pass \d+$", text, flags=re.M) else ""
    lines = re.findall(rf"^(?:not )?ok {numbered}.*$", text, flags=re.M)
    bad = sum(line.startswith("not ok") or bool(re.search(r"# (skip|todo)", line, flags=re.I)) for line in lines)
    return len(lines) - bad, bad


def count(status, text):
    passed, failed = total(PASSED, text), total(FAILED, text)
    for more_passed, more_failed in (unittest_counts(text), own_counts(text)):
        passed, failed = passed + more_passed, failed + more_failed
    if status != 0 and failed == 0:
        failed = 1
    if status == 0 and passed + failed == 0:
        passed = 1
    return passed, failed


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8", errors="replace") as log:
        print(*count(int(sys.argv[1]), log.read()))
