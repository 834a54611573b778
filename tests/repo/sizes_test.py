"""Files near two hundred lines and functions near ten: these are the limits far above that."""
import json
import shutil
import subprocess
import unittest

from tree import ROOT, TreeTest, files, text

FILE_LINES_MAX = 450
FUNCTION_LINES_MAX = 60
HEADS = ("common/gen/", "client-web/gen/")


def sources():
    return [name for name in files(".c", ".h", ".js", ".mjs", ".css", ".py") if not name.startswith(HEADS)]


def functions(names):
    """(file, function, lines) of every C and JavaScript function, by ctags."""
    tags = subprocess.run(["ctags", "--output-format=json", "--languages=C,JavaScript", "--kinds-C=f",
                           "--kinds-JavaScript=fm", "--fields=+ne", "-f", "-", *names],
                          cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout
    for line in tags.splitlines():
        tag = json.loads(line)
        if "end" in tag:
            yield tag["path"], tag["name"], tag["end"] - tag["line"] + 1


class Sizes(TreeTest):
    def test_no_file_is_too_long(self):
        self.assert_none([f"{name} has {lines} lines" for name in sources()
                          if (lines := len(text(name).splitlines())) > FILE_LINES_MAX])

    def test_no_function_is_too_long(self):
        self.assertTrue(shutil.which("ctags"), "ctags is missing")
        found = list(functions([name for name in sources() if not name.endswith((".py", ".css"))]))
        self.assertGreater(len(found), 100)
        self.assert_none([f"{name}: {function} has {lines} lines" for name, function, lines in found if lines > FUNCTION_LINES_MAX])


if __name__ == "__main__":
    unittest.main()
