"""Where the server's time goes: perf looks many times a second where it is, and each look falls into a phase.

A look inside the kernel counts for the system call that led there. Names of our own functions begin with the
file that they live in, so these files are what the phases are made of."""
import collections
import os
import shutil
import subprocess
import tempfile

from processes import Trouble

LOOKS_A_SECOND = "999"

# Shown in this order. The first phase whose words a function or library begins with has it.
CALLS = {
    "send (kernel)": ("send", "write"),
    "receive (kernel)": ("recv", "read"),
    "wait and poll (kernel)": ("poll", "epoll", "ppoll"),
}
OURS = {
    "read inputs": ("client_", "wire_decode", "read_", "handshake_"),
    "step the world": ("world_", "sim_", "practice_", "wander_", "map_"),
    "run the game": ("match_", "referee_", "game_", "tag_", "hill_", "roam_"),
    "write frames": ("frames_", "chunks_", "interest_", "pick", "introduce", "roster_show", "wire_append", "wire_encode", "append_",
                     "names_", "write_"),
    "tick and room": ("host_", "room_", "rooms_", "roster_", "schedule_", "letter_", "talk_", "relay_"),
    "links": ("link_", "net_", "outbox_", "loop_", "lag_", "poll_", "line_"),
}
LIBRARIES = {"libwebsockets and libuv": ("libwebsockets", "libuv")}
REST = "everything else"


def first(phases, name):
    return next((phase for phase, words in phases.items() if name.startswith(words)), REST)


def phase_of(look):
    """Of one look's lines, innermost function first: the first that is not the kernel's decides."""
    for line in look.splitlines():
        _, _, rest = line.strip().partition(" ")
        symbol, _, home = rest.rpartition(" (")
        home = os.path.basename(home.rstrip(")"))
        if not home or home.startswith("[kernel") or home.startswith("[guest"):
            continue
        if home.startswith("tickbox-server"):
            return first(OURS, symbol)
        if home.startswith("lib") and (found := first(LIBRARIES, home)) != REST:
            return found
        return first(CALLS, symbol.replace("__libc_", "").lstrip("_"))
    return REST


def shares(text):
    """Percent of all looks by phase, of what `perf script` printed."""
    looks = [look for look in text.split("\n\n") if look.strip()]
    if not looks:
        raise Trouble("perf saw nothing")
    if "[kernel" not in text:
        raise Trouble("perf may not look into the kernel here (kernel.perf_event_paranoid)")
    counts = collections.Counter(map(phase_of, looks))
    return {phase: 100 * counts[phase] / len(looks) for phase in (*CALLS, *OURS, *LIBRARIES, REST)}


def record(pid, seconds):
    """Watches a process for so long; percent by phase. Trouble if there is no perf, or it may not."""
    perf = shutil.which("perf")
    if not perf:
        raise Trouble("perf is not installed")
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "perf.data")
        limit = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
                 "timeout": seconds + 30}
        try:
            done = subprocess.run([perf, "record", "-q", "-g", "-e", "cpu-clock", "-F", LOOKS_A_SECOND, "-p", str(pid), "-o", data,
                                   "--", "sleep", str(seconds)], **limit)
            if done.returncode:
                raise Trouble("perf: " + " ".join(done.stderr.split())[:200])
            return shares(subprocess.run([perf, "script", "-i", data, "-F", "ip,sym,dso"], **limit).stdout)
        except subprocess.TimeoutExpired as error:
            raise Trouble("perf does not end") from error
