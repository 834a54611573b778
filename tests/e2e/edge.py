"""What the tests of the server's edge share: a server of their own, HTTP and raw requests, a bystander who
plays on, and the list of tests."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import ws
from claims import END_SECONDS
from pulse import Pulse

# The program under test: named, or of the build that script/test is about.
BUILD = os.environ.get("TICKBOX_BUILD")
SERVER = sys.argv[1] if len(sys.argv) > 1 else BUILD and os.path.join(BUILD, "tickbox-server")
LOCAL = "127.0.0.1"
TESTS = []
PATIENT = []


def test(function):
    TESTS.append(function)
    return function


def patient_test(function):
    """A test that mostly waits for a clock: it runs beside the others."""
    PATIENT.append(function)
    return function


def check(condition, *words):
    if not condition:
        raise AssertionError(" ".join(str(word) for word in words))


def equal(found, wanted, *words):
    check(found == wanted, *words, f"found {found!r}, wanted {wanted!r}")


def until(holds, *words, seconds=8):
    """Waits for what comes by itself."""
    end = time.monotonic() + seconds
    while not holds():
        check(time.monotonic() < end, f"not within {seconds} s:", *words)
        time.sleep(0.02)


def plain_environment(**more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TICKBOX_")}
    clean.update(more)
    return clean


class Server:
    """A server on a free port of this machine, with a hard limit to its life."""

    def __init__(self, *options, environment=None, host=LOCAL, port="0", limit=None, seconds=90):
        command = ["timeout", "-k", "1", str(seconds), SERVER]
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

    def tell(self, how):
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        os.kill(int(children[0]) if children else self.process.pid, how)

    def stop(self, how=signal.SIGTERM):
        """Ends it; gives the status and how long it took."""
        start = time.monotonic()
        self.tell(how)
        status = self.process.wait(END_SECONDS + 8)
        return status, time.monotonic() - start

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            status, seconds = self.stop()
            if kind is None:
                equal(status, 0, "status at the end", self.log())
                check(seconds < END_SECONDS, f"the end took {seconds:.1f} s")
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


class Bystander(threading.Thread):
    """Plays on while others misbehave: notes the longest gap between two frames."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.socket = ws.Socket(server.port)
        self.tick = self.socket.join("Bystander")[3]
        self.frames, self.longest, self.trouble, self.running = 0, 0.0, None, True
        self.pulse = Pulse(0.01)
        self.start()

    def forget(self):
        self.longest = 0.0
        self.pulse.forget()

    def held_up(self):
        """The longest gap between two frames, without what the machine itself may have held up."""
        return max(0.0, self.longest - self.pulse.late)

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
        self.pulse.stop()
        self.join(5)
        self.socket.close()


def joined(server):
    player = ws.Socket(server.port)
    player.join()
    return player


def opened(server):
    return ws.Socket(server.port)


passed, failed = [], []


def tell(line):
    """In one piece, as several tests may tell something at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def attempt(function):
    start = time.monotonic()
    try:
        function()
        passed.append(function)
        tell(f"ok {function.__name__} ({time.monotonic() - start:.1f} s)")
    except Exception as trouble:  # noqa: BLE001
        failed.append(function)
        tell(f"not ok {function.__name__}\n# {type(trouble).__name__}: {trouble}")


def main(usage):
    """Runs the tests that were imported; with a second argument only those whose names hold it."""
    if not SERVER:
        sys.exit(usage.strip())
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    patient, others = ([function for function in some if word in function.__name__] for some in (PATIENT, TESTS))
    threads = [threading.Thread(target=attempt, args=(function,)) for function in patient]
    for thread in threads:
        thread.start()
    for function in others:
        attempt(function)
    for thread in threads:
        thread.join()
    print(f"{len(passed)} passed, {len(failed)} failed")
    sys.exit(1 if failed or not passed else 0)
