#!/usr/bin/env python3
"""The server's edge against raw sockets: page, options, handshake, bad input, stopping.

usage: test_edge.py SERVER_BINARY [WORD]    with WORD only the tests whose names hold it
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import edge  # noqa: E402
import edge_crowd  # noqa: E402, F401
import edge_handshake  # noqa: E402, F401
import edge_messages  # noqa: E402, F401
import edge_page  # noqa: E402, F401
import edge_peers  # noqa: E402, F401

if __name__ == "__main__":
    edge.main(__doc__)
