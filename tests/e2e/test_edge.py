#!/usr/bin/env python3
"""The server's edge against raw sockets: page, options, handshake, bad input, stopping.

usage: test_edge.py SERVER_BINARY [WORD]    with WORD only the tests whose names hold it
"""

import contextlib
import gzip
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ws  # noqa: E402

SERVER = sys.argv[1] if len(sys.argv) > 1 else None
LOCAL = "127.0.0.1"
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def check(condition, *words):
    if not condition:
        raise AssertionError(" ".join(str(word) for word in words))


def equal(found, wanted, *words):
    check(found == wanted, *words, f"found {found!r}, wanted {wanted!r}")


def plain_environment(**more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TICKBOX_")}
    clean.update(more)
    return clean


class Server:
    """A server on a free port of this machine, with a hard limit to its life."""

    def __init__(self, *options, environment=None, host=LOCAL, port="0", limit=None):
        command = ["timeout", "-k", "1", "90", SERVER]
        command += ["--host", host] if host else []
        command += ["--port", port] if port is not None else []
        if limit:
            command = ["prlimit", f"--nofile={limit}:{limit}", *command]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        env=plain_environment(**(environment or {})))
        self.words = self.process.stdout.readline()
        found = re.search(r"port (\d+)", self.words)
        check(found, "no port in", repr(self.words), self.log())
        self.port = int(found[1])

    def log(self):
        self.errors.flush()
        return os.pread(self.errors.fileno(), 1 << 20, 0).decode()

    def health(self):
        return json.loads(get(self, "/healthz").body)

    def stop(self, how=signal.SIGTERM):
        """Ends it; gives the status and how long it took."""
        start = time.monotonic()
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        os.kill(int(children[0]) if children else self.process.pid, how)
        status = self.process.wait(10)
        return status, time.monotonic() - start

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            status, seconds = self.stop()
            if kind is None:
                equal(status, 0, "status at the end", self.log())
                check(seconds < 2, f"the end took {seconds:.1f} s")
        self.process.stdout.close()


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()


def get(server, path, method="GET", body=None, **headers):
    with contextlib.closing(http.client.HTTPConnection(LOCAL, server.port, timeout=5)) as connection:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return Answer(connection.getresponse())


def raw(server, text, seconds=5):
    """All that the server answers to these bytes until it closes or falls silent."""
    with socket.create_connection((LOCAL, server.port), timeout=seconds) as connection:
        connection.sendall(text if isinstance(text, bytes) else text.encode())
        data = b""
        with contextlib.suppress(OSError):
            while chunk := connection.recv(65536):
                data += chunk
                if b" 101 " in data.split(b"\r\n")[0]:
                    break
        return data


def run(*options, environment=None):
    """The server with options that make it end by itself."""
    return subprocess.run(["timeout", "-k", "1", "10", SERVER, *options], capture_output=True, text=True,
                          env=plain_environment(**(environment or {})))


def one_line(result):
    lines = result.stderr.strip().split("\n")
    equal(len(lines), 1, "one line of error", result.stderr)
    return lines[0]


# --- the page ---------------------------------------------------------------------------------------------------


@test
def the_page_comes_with_its_type_its_policy_and_a_tag():
    with Server() as server:
        page = get(server, "/")
        equal(page.status, 200)
        check(b"<canvas" in page.body or b"<script" in page.body, "this is no page")
        check(page.headers["content-type"].startswith("text/html"), page.headers)
        for word in ("'wasm-unsafe-eval'", f"ws://{LOCAL}:{server.port}"):
            check(word in page.headers["content-security-policy"], word)
        equal(page.headers["x-content-type-options"], "nosniff")
        equal(page.headers["cache-control"], "no-cache")
        check("referrer-policy" in page.headers, "referrer-policy")
        equal(get(server, "/index.html").body, page.body)
        script = get(server, "/main.js")
        check(script.headers["content-type"].startswith("text/javascript"), script.headers)


@test
def a_known_tag_gets_304_and_an_old_one_the_page():
    with Server() as server:
        tag = get(server, "/").headers["etag"]
        again = get(server, "/", If_None_Match=tag)
        equal((again.status, again.body), (304, b""))
        equal(again.headers["etag"], tag)
        equal(get(server, "/", If_None_Match=f'"other", W/{tag}').status, 304)
        equal(get(server, "/", If_None_Match='"other"').status, 200)


@test
def who_accepts_gzip_gets_the_same_page_smaller():
    with Server() as server:
        plain, small = get(server, "/main.js"), get(server, "/main.js", Accept_Encoding="br, gzip;q=0.8")
        equal(small.headers["content-encoding"], "gzip")
        equal(gzip.decompress(small.body), plain.body)
        check(len(small.body) < len(plain.body), "not smaller")
        check(small.headers["etag"] != plain.headers["etag"], "two bodies, one tag")
        check("content-encoding" not in get(server, "/main.js", Accept_Encoding="gzip;q=0").headers, "refused gzip")


@test
def the_first_load_is_at_most_80_kilobytes():
    with Server() as server:
        total, seen, waiting = 0, set(), ["/"]
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            answer = get(server, path, Accept_Encoding="gzip")
            equal(answer.status, 200, path)
            total += len(answer.body) + 500
            text = gzip.decompress(answer.body) if "content-encoding" in answer.headers else answer.body
            names = re.findall(r"""(?:from |import |src=|href=)["']\.?/?([\w./-]+\.(?:js|css|svg|png))["']""", text.decode())
            folder = os.path.dirname(path)
            waiting += [os.path.normpath(os.path.join(folder, name)) for name in names]
        check(len(seen) > 5, "only", seen)
        check(total <= 80 * 1024, f"{total} bytes of", sorted(seen))


@test
def head_has_headers_alone_and_keeps_the_connection():
    with Server() as server, contextlib.closing(http.client.HTTPConnection(LOCAL, server.port, timeout=5)) as connection:
        for _ in range(3):
            connection.request("HEAD", "/")
            head = Answer(connection.getresponse())
            equal((head.status, head.body), (200, b""))
            connection.request("GET", "/")
            equal(str(len(Answer(connection.getresponse()).body)), head.headers["content-length"])


@test
def other_methods_get_405_and_unknown_paths_404():
    with Server() as server:
        answer = get(server, "/", method="POST", body=b"x=1")
        equal((answer.status, answer.headers["allow"]), (405, "GET, HEAD"))
        for path in ("/nothing.js", "/main.j", "/gen", "/gen/", "/package.json", "/wasm/module.c", "/ws"):
            equal(get(server, path).status, 404, path)


@test
def no_path_leads_out_of_the_folder():
    with tempfile.TemporaryDirectory() as folder:
        www = os.path.join(folder, "www")
        os.mkdir(www)
        for path, text in (("www/index.html", "inside"), ("secret.html", "secret"), ("www/.hidden.html", "secret")):
            with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
                file.write(text)
        os.symlink(os.path.join(folder, "secret.html"), os.path.join(www, "link.html"))
        with Server("--www", www) as server:
            equal(get(server, "/").body, b"inside")
            tag = get(server, "/").headers["etag"]
            equal(get(server, "/", If_None_Match=tag).status, 304)
            for path in ("/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "/x/../../secret.html",
                         "//secret.html", "/link.html", "/.hidden.html", "/..\\secret.html", "/%00", "/index.html%00.js"):
                answer = raw(server, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 1)
                check(b"secret" not in answer.split(b"\r\n\r\n")[-1], path, answer)
            equal(get(server, "/").body, b"inside", "still serving")


@test
def healthz_counts():
    with Server() as server:
        before = server.health()
        equal((before["status"], before["clients"]), ("ok", 0))
        player = ws.Socket(server.port)
        player.join()
        player.read_until("frame")
        after = server.health()
        equal((after["clients"], after["players"]), (1, 1))
        check(after["frames_sent"] > 0 and after["tick"] >= before["tick"], after)
        player.close()


@test
def many_downloads_at_once_all_arrive_whole():
    with Server() as server:
        wanted, wrong = get(server, "/gen/replica.wasm.js").body, []

        def load():
            for _ in range(5):
                if get(server, "/gen/replica.wasm.js").body != wanted:
                    wrong.append(1)

        threads = [threading.Thread(target=load) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(wrong, [])


# --- options ----------------------------------------------------------------------------------------------------


@test
def a_taken_port_is_one_line_and_69():
    with Server() as server:
        result = run("--host", LOCAL, "--port", str(server.port))
        equal(result.returncode, 69)
        check(str(server.port) in one_line(result), result.stderr)
        equal(result.stdout, "")
        everywhere = run("--port", str(server.port))
        equal(everywhere.returncode, 69, "at every address")


@test
def bad_usage_is_one_line_and_2():
    for options, word in ((["--prot", "1"], "--port"), (["--port"], "--port"), (["--port", "x"], "65535"),
                          (["--port", "65536"], "65535"), (["--port", "-1"], "65535"), (["--port", " 1"], "65535"),
                          (["--tick-rate", "9"], "10 to 128"), (["--tickrate", "30"], "--tick-rate"), (["extra"], "extra"),
                          (["--help=yes"], "--help"), (["--log-level", "loud"], "debug"), (["-p", "1"], "-p"),
                          (["--practice-bots", "1e1"], "100")):
        result = run(*options)
        equal(result.returncode, 2, options)
        check(word in one_line(result), options, result.stderr)


@test
def bad_configuration_is_one_line_and_78():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "server.json")
        rows = [('{"prot": 1}', '"port"'), ('{"port": "1"}', "whole number"), ('{"port": 65536}', "65535"),
                ('{"port": 1.5}', "whole number"), ('{"port": 01}', "line 1"), ('{"port": 1} x', "follows"),
                ('{"port": 1, "port": 2}', "twice"), ("[]", "object"), ("", "value"), ('{"host": 1}', "text"),
                ('{"config": "x"}', "config"), ('{"help": true}', "help"), ('{"host": "a\\u0000b"}', "u0000"),
                ('{"host": "\n"}', "line 1"), ("[" * 40, "deep"), ('{\n"port" 1}', "line 2, column 8")]
        for text, word in rows:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            result = run("--config", path)
            equal(result.returncode, 78, text, result.stderr)
            check(word in one_line(result), text, result.stderr)
        equal(run("--config", path + "x").returncode, 78, "no such file")
        equal(run("--map", path).returncode, 78, "no such map")
        equal(run("--www", path + "x").returncode, 78, "no such folder")
        with open(path, "wb") as file:
            file.write(b'{"host": "\xff"}')
        check("UTF-8" in one_line(run("--config", path)), "UTF-8")
    for name, value, word in (("TICKBOX_PROT", "1", "TICKBOX_PORT"), ("TICKBOX_PORT", "x", "TICKBOX_PORT"),
                              ("TICKBOX_PORT", "", "TICKBOX_PORT"), ("TICKBOX_TICKRATE", "30", "TICKBOX_TICK_RATE")):
        result = run(environment={name: value})
        equal(result.returncode, 78, name)
        check(word in one_line(result), result.stderr)


@test
def flags_go_over_environment_over_file_over_default():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "server.json")

        def rate(*options, **environment):
            with Server(*options, environment=environment) as server:
                player = ws.Socket(server.port)
                welcome = player.join()
                player.close()
                return welcome[4]

        with open(path, "w", encoding="utf-8") as file:
            file.write('{"tick-rate": 40}')
        equal(rate(), 30, "default")
        equal(rate("--config", path), 40, "file")
        equal(rate(TICKBOX_CONFIG=path), 40, "file named by the environment")
        equal(rate("--config", path, TICKBOX_TICK_RATE="50"), 50, "environment")
        equal(rate("--config", path, "--tick-rate=60", TICKBOX_TICK_RATE="50"), 60, "flag")


@test
def help_and_docs_name_every_option():
    helped = run("--help")
    equal(helped.returncode, 0)
    for name in ("host", "port", "tick-rate", "config", "log-level", "practice-bots", "www", "help", "version"):
        check(f"--{name}" in helped.stdout, name)
    equal(run("--version").stdout.split()[0], "tickbox-server")
    with open(os.path.join(ws.ROOT, "docs/options.md"), encoding="utf-8") as file:
        equal(run("--help-markdown").stdout, file.read(), "docs/options.md: write it anew by --help-markdown")


@test
def both_kinds_of_address_reach_it():
    with Server(host=None) as server:
        for host in (LOCAL, "::1"):
            player = ws.Socket(server.port, host)
            player.join()
            player.close()
        check("--host 127.0.0.1" in server.words, server.words)


# --- the handshake ----------------------------------------------------------------------------------------------

HANDSHAKE_REFUSALS = [
    ("h2c", {"Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings", "HTTP2_Settings": "AAMAAABkAARAAAAAAAIAAAAA"}, None),
    ("another upgrade", {"Upgrade": "websocket2"}, None),
    ("two upgrades", {"Upgrade": "websocket, h2c"}, None),
    ("another path", {"path": "/"}, 404),
    ("a longer path", {"path": "/ws/"}, 404),
    ("POST", {"method": "POST", "Content_Length": "0"}, 405),
    ("HEAD", {"method": "HEAD"}, 405),
    ("HTTP/1.0", {"http": "HTTP/1.0"}, 400),
    ("no host", {"Host": None}, None),
    ("version 8", {"Sec_WebSocket_Version": "8"}, 426),
    ("version 14", {"Sec_WebSocket_Version": "14"}, 426),
    ("version 13x", {"Sec_WebSocket_Version": "13x"}, 426),
    ("no version", {"Sec_WebSocket_Version": None}, 426),
    ("two versions", {"Sec_WebSocket_Version": ["13", "8"]}, 426),
    ("no subprotocol", {"Sec_WebSocket_Protocol": None}, 400),
    ("an unknown subprotocol", {"Sec_WebSocket_Protocol": "chat"}, 400),
    ("the subprotocol of HTTP", {"Sec_WebSocket_Protocol": "http"}, 400),
    ("no key", {"Sec_WebSocket_Key": None}, 400),
    ("a short key", {"Sec_WebSocket_Key": "AAAA"}, 400),
    ("a long key", {"Sec_WebSocket_Key": "A" * 26 + "=="}, 400),
    ("no connection", {"Connection": None}, 400),
    ("connection up", {"Connection": "up"}, 400),
    ("connection keep-alive", {"Connection": "keep-alive"}, 400),
    ("a foreign origin", {"Origin": "http://evil.example"}, 403),
    ("a foreign port", {"Origin": f"http://{LOCAL}:1"}, 403),
    ("origin null", {"Origin": "null"}, 403),
    ("an origin that starts alike", {"Origin": "http://HOST.evil.example"}, 403),
    ("an origin of 100 bytes", {"Origin": "http://" + "a" * 93}, 403),
    ("an origin of 8 KB", {"Origin": "http://" + "a" * 8192}, None),
    ("two origins", {"Origin": ["http://HOST", "http://evil.example"]}, 403),
    ("two origins, ours last", {"Origin": ["http://evil.example", "http://HOST"]}, 403),
    ("an origin of another scheme", {"Origin": "ftp://HOST"}, 403),
]


def fill_host(value, place):
    if isinstance(value, list):
        return [fill_host(one, place) for one in value]
    return value and value.replace("HOST", place)


@test
def every_wrong_handshake_is_refused():
    with Server() as server:
        place = f"{LOCAL}:{server.port}"
        for name, changes, status in HANDSHAKE_REFUSALS:
            changes = {key: fill_host(value, place) for key, value in changes.items()}
            answer = raw(server, ws.upgrade_request(LOCAL, server.port, **changes), 3)
            first = answer.split(b"\r\n")[0]
            check(b" 101 " not in first, name, "was accepted")
            if status:
                check(f" {status} ".encode() in first, name, first)
        equal(server.health()["clients"], 0)


@test
def every_right_handshake_is_accepted():
    with Server() as server:
        place = f"{LOCAL}:{server.port}"
        rights = [{}, {"Origin": f"http://{place}"}, {"Upgrade": "WebSocket"}, {"Connection": "keep-alive, Upgrade"},
                  {"Origin": f"https://{place}"}, {"Sec_WebSocket_Protocol": "chat, tickbox.msgpack"},
                  {"Origin": "http://Play.Example", "Host": "play.example"}, {"path": "/ws?name=Ada"},
                  {"Origin": "https://play.example", "Host": "play.example:443"}]
        for changes in rights:
            answer = raw(server, ws.upgrade_request(LOCAL, server.port, **changes), 3)
            check(b" 101 " in answer.split(b"\r\n")[0], changes, answer)
            check(b"tickbox.msgpack" in answer, "the subprotocol is not named")


@test
def a_handshake_may_come_split_at_every_byte():
    with Server() as server:
        text = ws.upgrade_request(LOCAL, server.port, Origin=f"http://{LOCAL}:{server.port}").encode()
        for at in range(1, len(text)):
            with socket.create_connection((LOCAL, server.port), timeout=3) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(text[:at])
                time.sleep(0.001)
                connection.sendall(text[at:])
                check(b" 101 " in connection.recv(4096), "split at", at)


@test
def handshakes_that_never_end_are_closed_within_12_seconds():
    with Server() as server:
        start = time.monotonic()
        silent, partial = [], []
        for _ in range(50):
            silent.append(socket.create_connection((LOCAL, server.port), timeout=12))
            partial.append(socket.create_connection((LOCAL, server.port), timeout=12))
            partial[-1].sendall(b"GET /ws HTTP/1.1\r\nHost: a\r\n")
        trickle = socket.create_connection((LOCAL, server.port), timeout=1)
        with contextlib.suppress(OSError):
            for byte in b"GET /ws HTTP/1.1\r\nX: " + b"a" * 1000:
                trickle.sendall(bytes([byte]))
                time.sleep(0.2)
                check(time.monotonic() - start < 12, "a trickle is still open")
        for connection in [*silent, *partial]:
            connection.settimeout(max(0.1, 12 - (time.monotonic() - start)))
            with contextlib.suppress(ConnectionResetError):
                equal(connection.recv(1), b"")
        player = ws.Socket(server.port)
        player.join()
        player.close()


# --- bad input --------------------------------------------------------------------------------------------------


class Bystander(threading.Thread):
    """Plays on while others misbehave: notes the longest gap between two frames."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.socket = ws.Socket(server.port)
        self.tick = self.socket.join("Bystander")[3]
        self.frames, self.longest, self.trouble, self.running = 0, 0.0, None, True
        self.start()

    def run(self):
        last = said = time.monotonic()
        sequence = 0
        try:
            while self.running:
                found = self.socket.read()
                now = time.monotonic()
                if found[0] == ws.MESSAGES["frame"]:
                    self.frames += 1
                    self.longest = max(self.longest, now - last)
                    self.tick, last = found[1], now
                if now - said > 0.4:
                    sequence, said = sequence + 1, now
                    self.socket.send(ws.message("input", sequence, self.tick + 3, 1 << sequence % 4))
        except (ws.Closed, OSError) as trouble:
            self.trouble = trouble

    def finish(self):
        self.running = False
        self.join(5)
        self.socket.close()


def joined(server):
    player = ws.Socket(server.port)
    player.join()
    return player


def opened(server):
    return ws.Socket(server.port)


def sends(payload, start=joined):
    def act(server):
        player = start(server)
        player.send(payload)
        return player
    return act


def sends_fragments(count, size):
    def act(server):
        player = joined(server)
        with contextlib.suppress(OSError):
            for number in range(count):
                player.send_frame(ws.BINARY if number == 0 else 0, b"\x00" * size, final=number == count - 1)
        return player
    return act


def floods(server):
    player = joined(server)
    with contextlib.suppress(OSError):
        for number in range(1, 2000):
            player.send(ws.message("input", number, 0, number & 15))
    return player


def sends_text(server):
    player = joined(server)
    player.send_frame(ws.TEXT, b"hello")
    return player


INPUT = ws.message("input", 1, 0, 0)
BAD_INPUT = [
    ("a truncated message", sends(INPUT[:-1]), "bad_message"),
    ("an empty message", sends(b""), "bad_message"),
    ("trailing bytes", sends(INPUT + b"\x00"), "bad_message"),
    ("a wrong type", sends(ws.message("input", "1", 0, 0)), "bad_message"),
    ("no array", sends(ws.pack(1)), "bad_message"),
    ("nil in place of a number", sends(ws.message("input", None, 0, 0)), "bad_message"),
    ("a float in place of a number", sends(ws.message("input", 1.0, 0, 0)), "bad_message"),
    ("a number as id that is text", sends(ws.pack(["input", 1, 0, 0])), "bad_message"),
    ("too few fields", sends(ws.message("input", 1, 0)), "bad_message"),
    ("too many fields", sends(ws.message("input", 1, 0, 0, 0)), "bad_message"),
    ("a list that claims 4 billion", sends(b"\xdd\xff\xff\xff\xff\x02"), "bad_message"),
    ("text that claims 4 billion bytes", sends(b"\x95\x01\x00\xdb\xff\xff\xff\xff"), "bad_message"),
    ("nested arrays", sends(b"\x91" * 4000), "bad_message"),
    ("a number out of range", sends(ws.message("input", 1, 0, 128)), "out_of_range"),
    ("a negative number", sends(ws.message("input", 1, -1, 0)), "out_of_range"),
    ("2^63", sends(ws.message("input", 1, 1 << 63, 0)), "out_of_range"),
    ("an unknown id", sends(ws.pack([99])), "unknown_message"),
    ("a message that only servers send", sends(ws.pack([ws.MESSAGES["goodbye"], 0, ""])), "unknown_message"),
    ("text where binary belongs", sends_text, "text_message"),
    ("4097 bytes", sends(b"\x00" * 4097), "too_large"),
    ("100000 bytes", sends(b"\x00" * 100000), "too_large"),
    ("4200 bytes in parts", sends_fragments(3, 1400), "too_large"),
    ("a thousand empty parts", sends_fragments(1000, 0), "too_large"),
    ("a second hello", sends(ws.hello()), "second_hello"),
    ("an input before hello", sends(INPUT, opened), "hello_first"),
    ("no hello in 5 s", opened, "no_hello"),
    ("another version", sends(ws.hello(version=12345), opened), "version_differs"),
    ("an unknown room", sends(ws.hello(room="cellar"), opened), "unknown_room"),
    ("two thousand inputs at once", floods, "too_fast"),
]


@test
def each_bad_input_closes_its_peer_by_name_and_disturbs_nobody():
    with Server("--log-level", "debug") as server:
        bystander = Bystander(server)
        for name, act, code in BAD_INPUT:
            player = act(server)
            address = "{}:{}".format(*player.raw.getsockname())
            closed, messages = player.read_to_end()
            player.close()
            equal((closed.status, closed.reason), (4000 + ws.CODES.index(code), code), name)
            last = messages[-1] if messages else [0]
            check(last[0] in (ws.MESSAGES["refused"], ws.MESSAGES["goodbye"]), name, "no word before the close:", last)
            equal(last[1], ws.CODES.index(code), name)
            time.sleep(0.05)
            lines = [line for line in server.log().split("\n") if address in line and code in line]
            equal(len(lines), 1, name, "lines in the log", lines)
        frames, longest, trouble = bystander.frames, bystander.longest, bystander.trouble
        bystander.finish()
        equal(trouble, None)
        check(frames > 100, "the bystander got", frames, "frames")
        check(longest < 0.25, f"the bystander waited {longest:.3f} s for a frame")
        time.sleep(0.1)
        equal(server.health()["clients"], 0)


@test
def the_silent_are_dropped_after_10_seconds():
    with Server() as server:
        player = joined(server)
        start = time.monotonic()
        closed, _ = player.read_to_end(14)
        equal(closed.reason, "silent")
        check(9 < time.monotonic() - start < 12, "after", time.monotonic() - start)


@test
def one_connection_too_many_is_told_that_the_server_is_full():
    with Server("--max-clients", "3") as server:
        players = [joined(server) for _ in range(3)]
        late = opened(server)
        late.send(ws.hello())
        closed, messages = late.read_to_end()
        equal(closed.reason, "full")
        equal(messages[-1][:3], [ws.MESSAGES["refused"], ws.CODES.index("full"), "3"])
        players.pop().close()
        time.sleep(0.2)
        players.append(joined(server))
        for player in players:
            player.close()


@test
def a_message_in_parts_is_one_message():
    with Server() as server:
        player = opened(server)
        text = ws.hello()
        player.send_frame(ws.BINARY, text[:3], final=False)
        player.send_frame(ws.PING, b"between")
        player.send_frame(0, text[3:7], final=False)
        player.send_frame(0, text[7:])
        player.read_until("welcome")
        player.close()


@test
def broken_frames_end_only_their_own_connection():
    dice = random.Random(7)
    with Server() as server:
        bystander = Bystander(server)
        for _ in range(200):
            player = joined(server)
            with contextlib.suppress(OSError):
                player.raw.sendall(bytes(dice.randrange(256) for _ in range(dice.randrange(1, 300))))
            player.close()
        frames = bystander.frames
        time.sleep(0.3)
        check(bystander.frames > frames and bystander.trouble is None, "the bystander stands still", bystander.trouble)
        bystander.finish()


@test
def protocol_errors_close_with_their_status():
    with Server() as server:
        for name, opcode, payload, kind in (("a reserved bit", ws.BINARY, b"x", {"reserved": 0x40}),
                                            ("a reserved opcode", 3, b"x", {}), ("a long ping", ws.PING, b"x" * 126, {}),
                                            ("a ping in parts", ws.PING, b"x", {"final": False}),
                                            ("a part of nothing", 0, b"x", {})):
            player = joined(server)
            player.send_frame(opcode, payload, **kind)
            try:
                player.read_to_end(7)
            except TimeoutError:
                check(False, name, "is still open")
            player.close()


@test
def readers_that_never_read_cost_little_and_disturb_nobody():
    with Server() as server:
        bystander = Bystander(server)
        sleepers = []
        for _ in range(20):
            sleeper = ws.Socket(server.port, receive_bytes=2048)
            sleeper.send(ws.hello())
            sleepers.append(sleeper)
        for number in range(1, 9):
            for sleeper in sleepers:
                sleeper.send(ws.message("input", number, 0, number & 15))
            time.sleep(0.5)
        check(bystander.trouble is None and bystander.longest < 0.25, bystander.trouble, bystander.longest)
        for sleeper in sleepers:
            sleeper.close()
        bystander.finish()


@test
def a_thousand_connections_come_and_go():
    with Server("--max-clients", "1100") as server:
        players = []
        for number in range(1000):
            players.append(ws.Socket(server.port))
            players[-1].send(ws.hello())
            if number % 200 == 199:
                for player in players:  # so that none is dropped as silent before the last has come
                    player.send(ws.message("ping", number))
        for player in players:
            player.read_until("welcome")
        equal(server.health()["players"], 1000)
        for player in players:
            player.close()
        time.sleep(1)
        equal(server.health()["clients"], 0)


@test
def out_of_descriptors_the_server_waits_instead_of_spinning():
    with Server(limit=128) as server:
        player = joined(server)
        crowd = []
        for _ in range(400):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex((LOCAL, server.port))
            crowd.append(connection)
        pid = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True).stdout.split()
        pid = pid[0] if pid else str(server.process.pid)

        def cpu_ticks():
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])

        before = cpu_ticks()
        start, frames = time.monotonic(), 0
        while time.monotonic() - start < 3:
            frames += player.read()[0] == ws.MESSAGES["frame"]
        used = (cpu_ticks() - before) / os.sysconf("SC_CLK_TCK") / 3
        check(frames > 70, "the player got", frames, "frames")
        check(used < 0.1, f"{used:.0%} of a core")
        check(len(server.log().split("\n")) < 100, "lines of log")
        for connection in crowd:
            connection.close()
        player.close()
        time.sleep(1)
        late = joined(server)
        late.close()


# --- stopping ---------------------------------------------------------------------------------------------------


@test
def sigterm_and_sigint_say_goodbye_and_end_with_0_in_2_seconds():
    for how in (signal.SIGTERM, signal.SIGINT):
        with Server() as server:
            players = [joined(server) for _ in range(50)]
            sleeper = ws.Socket(server.port, receive_bytes=2048)
            sleeper.send(ws.hello())
            half = socket.create_connection((LOCAL, server.port))
            half.sendall(b"GET /ws HTTP/1.1\r\n")
            time.sleep(0.3)
            ended = []
            stopper = threading.Thread(target=lambda: ended.append(server.stop(how)))
            stopper.start()
            for player in players:
                closed, messages = player.read_to_end()
                equal(closed.reason, "shutting_down")
                equal(messages[-1][:2], [ws.MESSAGES["goodbye"], ws.CODES.index("shutting_down")])
                player.close()
            stopper.join()
            status, seconds = ended[0]
            equal(status, 0)
            check(seconds < 2, f"{seconds:.1f} s")
            sleeper.close()
            half.close()


def main():
    if not SERVER:
        sys.exit(__doc__.strip())
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    chosen = [function for function in TESTS if word in function.__name__]
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
