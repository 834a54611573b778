"""The tree as the tests of tests/repo see it."""
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEFT_OUT = ("build/", "node_modules/", ".git/")


def files(*suffixes):
    """Paths from the root of what git knows or would take; without git (an unpacked archive), of all files."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"],
            check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()
    else:
        listed = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]
    kept = [name for name in listed if not name.startswith(LEFT_OUT) and "__pycache__" not in name and (ROOT / name).is_file()]
    found = sorted(name for name in kept if not suffixes or name.endswith(suffixes))
    if not found:
        raise RuntimeError(f"no files end with {suffixes}")
    return found


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def includes(name):
    """What a C file includes: ("<", header) or ('"', path)."""
    return re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', text(name), flags=re.M)


class TreeTest(unittest.TestCase):
    """A test whose failure lists every offender at once."""

    maxDiff = None

    def assert_none(self, offenders):
        self.assertFalse(offenders, "\n" + "\n".join(map(str, offenders)))
