#!/usr/bin/env python3
"""The server's edge against raw sockets: page, options, handshake, bad input, stopping.

usage: test_edge.py SERVER_BINARY [WORD]    with WORD only the tests whose names hold it
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import edge  # noqa: E402
import edge_handshake  # noqa: E402, F401
import edge_page  # noqa: E402, F401
import edge_peers  # noqa: E402, F401


def main():
    if not edge.SERVER:
        sys.exit(__doc__.strip())
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    chosen = [function for function in edge.TESTS if word in function.__name__]
    failed = 0
    for number, function in enumerate(chosen, 1):
        start = time.monotonic()
        try:
            function()
            print(f"ok {number} - {function.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
        except Exception as trouble:  # noqa: BLE001
            failed += 1
            print(f"not ok {number} - {function.__name__}\n# {type(trouble).__name__}: {trouble}", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not chosen else 0)


if __name__ == "__main__":
    main()
