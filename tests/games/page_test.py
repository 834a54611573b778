"""docs/write-a-game.md is true: the game that it grows compiles at every stage, passes the page's own test, and is
played to a winner by bots on a real server. The page's commands that change the tree run in a copy of it."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/write-a-game.md").read_text()
LEFT_OUT = shutil.ignore_patterns("build", "node_modules", ".git", "__pycache__")
SYNTAX = ["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-Wno-unused-const-variable", "-ffreestanding", "-fsyntax-only", "-I."]
BOTS = 8


def stages():
    """The sections with a number: their C blocks as (file, code), and their shell lines."""
    for section in re.split(r"^## (?=\d)", PAGE, flags=re.M)[1:]:
        code = re.findall(r"^```c (\S+)\n(.*?)^```$", section, flags=re.M | re.S)
        shell = "".join(re.findall(r"^```sh\n(.*?)^```$", section, flags=re.M | re.S))
        yield section.splitlines()[0], code, shell.splitlines()


def subject(code):
    """What a block is about: the first thing that it defines; None for includes."""
    found = re.search(r"^(?:static |const )[^;{=(]*?(\w+)(?:\[\])?\s*[=(]", code, flags=re.M)
    return found.group(1) if found else None


class Game:
    """The files that a reader has after some of the blocks: new ones above the table, those shown again in place."""

    def __init__(self):
        self.blocks, self.others = {}, {}

    def read(self, name, code):
        if name == "game.c":
            self.blocks[subject(code)] = code
        else:
            self.others[name] = code

    def text(self):
        last = [self.blocks["game_coins"]] if "game_coins" in self.blocks else []
        return "\n".join([code for name, code in self.blocks.items() if name != "game_coins"] + last)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.tree = pathlib.Path(cls.folder.name) / "tickbox"
        shutil.copytree(ROOT, cls.tree, ignore=LEFT_OUT)
        cls.place = cls.tree / "common/games/coins"
        cls.place.mkdir()

    def run_in_tree(self, command, seconds=300, **more):
        done = subprocess.run(command, cwd=self.tree, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=seconds, **more)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}")
        return done.stdout

    def test_1_every_stage_compiles(self):
        game, count = Game(), 0
        for title, code, _ in stages():
            for name, block in code:
                game.read(name, block)
            with self.subTest(title):
                (self.place / "game.c").write_text(game.text())
                self.run_in_tree([*SYNTAX, "common/games/coins/game.c"])
                self.assertIn("const game_rules game_coins", game.text())
            count += 1
        self.assertGreaterEqual(count, 6)
        self.assertEqual(set(game.others), {"step.c", "test_game_coins.c"})
        (self.place / "step.c").write_text(game.others["step.c"])
        (self.tree / "tests/unit/test_game_coins.c").write_text(game.others["test_game_coins.c"])

    def test_2_the_commands_for_a_step_make_what_is_kept(self):
        commands = [line for title, _, shell in stages() if "step" in title for line in shell]
        self.assertEqual(len(commands), 3)
        for command in commands:
            self.run_in_tree(command.split())
        self.assertIn(" coins\n", (self.tree / "tests/golden/steps.txt").read_text())
        self.run_in_tree(["script/wasm", "--check"])

    def test_3_the_pages_own_test_passes(self):
        commands = [line for title, _, shell in stages() if "test" in title for line in shell]
        self.assertEqual(len(commands), 3)
        for command in commands:
            self.run_in_tree(command.split(), 600)

    def test_4_bots_play_it_to_a_winner_on_a_real_server(self):
        self.run_in_tree(["cmake", "--build", "build/coins", "--target", "tickbox-server", "tickbox-bots"], 900)
        bare = {name: value for name, value in os.environ.items() if not name.startswith("TICKBOX_")}
        server = subprocess.Popen(["timeout", "120", "build/coins/tickbox-server", "--host", "127.0.0.1", "--port", "0"],
                                  cwd=self.tree, env=bare, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            address = self.address_of(server)
            told = self.run_in_tree(["build/coins/tickbox-bots", "--url", f"ws://{address}", "--bots", str(BOTS), "--rooms", "2",
                                     "--game", "coins", "--options", "coins=3", "--seconds", "45", "--json"], 100, env=bare)
        finally:
            server.terminate()
            server.communicate(timeout=10)
        figures = json.loads(told.splitlines()[-1])
        print(json.dumps(figures))
        self.assertGreaterEqual(figures["matches"], 2)
        self.assertGreaterEqual(figures["winners"], 2)
        self.assertEqual(figures["desyncs"], 0)

    def address_of(self, server):
        for line in server.stdout:
            if found := re.search(r"127\.0\.0\.1:\d+", line):
                return found.group(0)
        self.fail("the server named no address")


if __name__ == "__main__":
    unittest.main()
