"""The processes that the bench measures: started on a core, bounded in time, ended by their own id."""
import contextlib
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TICKBOX_BUILD", ROOT / "build/release")).resolve()
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("TICKBOX_")}
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, BOTS_CORE = CORES[0], CORES[-1]
JOIN_SECONDS_MAX = 60
HERE_AT_LEAST = 0.98  # of the bots: a few are on their way back to their seats
DESCRIPTORS_BESIDE = 384  # what the server wants beside those of its clients


class Trouble(Exception):
    """Why nothing could be measured."""


def need_descriptors(bots):
    """Server and bots raise their own limit as far as the system lets them."""
    wanted, (_, most) = bots + DESCRIPTORS_BESIDE, resource.getrlimit(resource.RLIMIT_NOFILE)
    if most not in (resource.RLIM_INFINITY, -1) and most < wanted:
        raise Trouble(f"{bots} players need {wanted} open files, more than a process may have here (ulimit -Hn: {most})")


def start(core, program, *arguments, **more):
    """A process on its core; `more` goes to Popen."""
    return subprocess.Popen([BUILD / program, *map(str, arguments)], env=PLAIN, stdin=subprocess.DEVNULL, text=True,
                            preexec_fn=lambda: os.sched_setaffinity(0, {core}), **more)


def end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout:
        process.stdout.close()


@contextlib.contextmanager
def running(*started, **more):
    process = start(*started, **more)
    try:
        yield process
    finally:
        end(process)


def output(process, seconds):
    """What it printed until it ended by itself, within so many seconds; its last line as JSON."""
    try:
        text, _ = process.communicate(timeout=seconds)
        return json.loads(text.splitlines()[-1])
    except (subprocess.TimeoutExpired, IndexError, ValueError) as error:
        raise Trouble(f"{os.path.basename(process.args[0])} has no figures (status {process.poll()})") from error


def cpu_us(pid):
    """CPU time of all its threads: exact where the kernel says so, by its 10 ms samples elsewhere."""
    tasks = pathlib.Path(f"/proc/{pid}/task")
    try:
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1000
    except FileNotFoundError:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1e6 / os.sysconf("SC_CLK_TCK")


def core_times():
    """Of all cores since the machine began: (ticks in all, ticks that a virtual machine's host took for others)."""
    with open("/proc/stat", encoding="ascii") as lines:
        user, nice, system, idle, iowait, irq, softirq, steal = map(int, lines.readline().split()[1:9])
    return user + nice + system + idle + iowait + irq + softirq + steal, steal


def memory_kb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


class Server:
    """A tickbox-server of this build, for `with`."""

    def __init__(self, rate, clients, flags=()):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = start(SERVER_CORE, "tickbox-server", "--host", "127.0.0.1", "--port", self.port, "--tick-rate", rate,
                             "--max-clients", clients, "--practice-bots", 0, "--seed", 1, "--log-level", "warn", *flags,
                             stdout=subprocess.DEVNULL)
        self.pid = self.process.pid

    def __enter__(self):
        try:
            self.wait_until(lambda: self.health() is not None, 10, "the server does not answer")
        except Trouble:
            end(self.process)
            raise
        return self

    def __exit__(self, *_):
        end(self.process)

    def health(self, **asked):
        try:
            query = urllib.parse.urlencode(asked)
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz?{query}", timeout=2) as answer:
                return json.load(answer)
        except OSError:
            return None

    def wait_until(self, happens, seconds, otherwise, others=None):
        """`others`: a process that it takes, beside the server."""
        until = time.monotonic() + seconds
        while not happens():
            if time.monotonic() > until or any(each and each.poll() is not None for each in (self.process, others)):
                raise Trouble(otherwise)
            time.sleep(0.05)

    def wait_for_clients(self, count, bots):
        self.wait_until(lambda: (self.health() or {}).get("clients", 0) >= HERE_AT_LEAST * count, JOIN_SECONDS_MAX,
                        f"{count} bots did not all get in", bots)

    def bots(self, count, seconds, flags=()):
        """Load bots that play, for `with`."""
        return running(BOTS_CORE, "tickbox-bots", "--url", f"ws://127.0.0.1:{self.port}", "--bots", count, "--seconds", seconds,
                       "--json", *flags, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
