#!/usr/bin/env python3
"""A whole evening in a room, by tests/e2e/match.mjs: browsers, windows and bots play tag twice.

    TICKBOX_BUILD=build/release tests/e2e/test_match.py
"""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TICKBOX_BUILD", ROOT / "build/release")).resolve()
PICTURES = pathlib.Path(os.environ.get("TICKBOX_PICTURES", BUILD / "pictures"))

sys.exit(subprocess.run(["node", str(ROOT / "tests/e2e/match.mjs"), str(BUILD), str(PICTURES)], timeout=280).returncode)
