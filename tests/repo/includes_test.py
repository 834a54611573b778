"""Who may include whom. Dependencies point one way: clients and server know common, common knows neither."""
import re
import unittest

from tree import TreeTest, files, includes

# Freestanding C: the browser runs these same files as WebAssembly.
FREESTANDING = ("common/sim", "common/replica", "common/view", "common/wander", "common/clock")
# Games may use these, and each other.
UNDER_GAMES = ("common/games/", "common/sim.h", "common/wander.h", "common/gen/protocol.h", "common/pre.h")
FREESTANDING_HEADERS = {"float.h", "iso646.h", "limits.h", "stdalign.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdnoreturn.h"}

# One outside library, one door: the start of its headers' names, and the files that may include them.
DOORS = {
    "libwebsockets": ["server/net_inside.h", "client-sdl/net.c"],
    "uv": ["server/loop.c"],
    "msgpack": ["common/wire.c"],
    "cjson": ["server/json.c"],
    "utf8proc": ["server/text.c"],
    "sodium": ["server/token.c"],
    "qrencode": ["server/qr.c"],
    "png": ["client-sdl/png.c"],
}
SDL_FILES_MAX = 3


def is_test(name):
    return name.startswith("tests/unit/")


def sources():
    return files(".c", ".h")


def ours(name):
    return [path for mark, path in includes(name) if mark == '"']


def outside(name):
    return [path for mark, path in includes(name) if mark == "<"]


def is_of(library, path):
    """<uv.h>, <uv/unix.h> and <uv_something.h> are of "uv"; <uvw.h> is not."""
    return re.match(rf"(.*/)?{library}[./_]", path, flags=re.I) is not None


class Includes(TreeTest):
    def test_the_tree_holds_every_part(self):
        for part in ("common/", "server/", "client-sdl/", "tests/"):
            self.assertTrue([name for name in sources() if name.startswith(part)], part)

    def test_common_knows_no_server_and_no_client(self):
        self.assert_none([f"{name} includes {path}" for name in sources() if name.startswith("common/")
                          for path in ours(name) if not path.startswith("common/")])

    def test_a_client_never_includes_the_server(self):
        self.assert_none([f"{name} includes {path}" for name in sources()
                          if name.startswith(("client-sdl/", "client-web/", "tests/bots/"))
                          for path in ours(name) if path.startswith("server/")])

    def test_the_server_never_includes_a_client(self):
        self.assert_none([f"{name} includes {path}" for name in sources() if name.startswith("server/")
                          for path in ours(name) if path.startswith(("client-", "tests/"))])

    def test_sim_and_replica_know_each_other_and_the_generated_structs_only(self):
        allowed = (*FREESTANDING, "common/gen/protocol.h", "common/pre.h")
        files_of = [name for name in sources() if name.startswith(FREESTANDING)]
        self.assertGreaterEqual(len(files_of), 2 * len(FREESTANDING))
        self.assert_none([f"{name} includes {path}" for name in files_of for path in ours(name) if not path.startswith(allowed)])

    def test_games_know_the_step_and_each_other_only(self):
        self.assert_none([f"{name} includes {path}" for name in sources() if name.startswith("common/games/")
                          for path in ours(name) if not path.startswith(UNDER_GAMES)])

    def test_sim_replica_and_games_are_freestanding(self):
        self.assert_none([f"{name} includes <{path}>" for name in sources() if name.startswith((*FREESTANDING, "common/games/"))
                          for path in outside(name) if path not in FREESTANDING_HEADERS])

    def test_one_library_has_one_door(self):
        offenders = []
        for library, doors in DOORS.items():
            for name in sources():
                if name not in doors and not is_test(name):
                    offenders += [f"{name} includes <{path}>" for path in outside(name) if is_of(library, path)]
        self.assert_none(offenders)

    def test_every_door_is_used(self):
        self.assert_none([f"{door} does not include {library}" for library, doors in DOORS.items() for door in doors
                          if not any(is_of(library, path) for path in outside(door))])

    def test_sdl_stays_behind_three_files(self):
        users = sorted({name for name in sources() for path in outside(name) if path.startswith("SDL")})
        self.assertTrue(users)
        self.assertLessEqual(len([name for name in users if not is_test(name)]), SDL_FILES_MAX, users)
        self.assert_none([name for name in users if not name.startswith(("client-sdl/", "tests/"))])


if __name__ == "__main__":
    unittest.main()
