"""Where the server's time goes: perf looks many times a second where it is, and each look falls into a phase.

A look inside the kernel counts for the system call that led there. Else it is the function that decides: the sources say
in which file it lives, and these files are what the phases are made of."""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from processes import ROOT, Trouble

LOOKS_A_SECOND = "999"

# Shown in this order. The first phase whose words a function or library begins with has it.
CALLS = {
    "send (kernel)": ("send", "write"),
    "receive (kernel)": ("recv", "read"),
    "wait and poll (kernel)": ("poll", "epoll", "ppoll"),
}
# By folder or file, without their endings: the longest name that fits has it.
OURS = {
    "read inputs": ("server/client", "server/handshake", "server/bucket", "server/token", "server/text", "server/names",
                    "server/json", "common/wire_decode"),
    "step the world": ("server/world", "server/map", "server/practice", "common/sim", "common/wander"),
    "run the game": ("server/match", "server/referee", "server/games", "common/games"),
    "write frames": ("server/frames", "server/chunks", "server/interest", "server/room_frames", "common/wire", "common/view"),
    "tick and room": ("server/host", "server/room", "server/rooms", "server/roster", "server/schedule", "server/ids",
                      "server/letter", "server/code"),
    "talk and relay": ("server/talk", "server/room_talk", "server/host_talk", "server/relay"),
    "links": ("server/net", "server/outbox", "server/loop", "server/lag", "server/lab", "server/poll", "server/link",
              "server/listen", "server/log"),
    "page and start": ("server/page", "server/main", "server/options", "server/address", "server/qr"),
}
LIBRARIES = {"libwebsockets and libuv": ("libwebsockets", "libuv")}
REST = "everything else"
FUNCTION = re.compile(r"^(?!typedef|enum|struct \w+ \{)[a-z][\w *]*?\**(\w+)\([^;]*?\{$", re.MULTILINE)


def first(phases, name):
    return next((phase for phase, words in phases.items() if name.startswith(words)), REST)


def phase_of_file(name):
    """Of a source, such as "server/room_talk.c"."""
    fits = [(len(word), phase) for phase, words in OURS.items() for word in words
            if re.match(word + r"(?![a-z])", name)]
    return max(fits)[1] if fits else REST


def homes_of_functions():
    """Phases by the names of our functions; of two of one name, that of the later file counts, so the server's own."""
    homes = {}
    for folder in ("common", "server"):
        for source in sorted((ROOT / folder).rglob("*.[ch]")):
            phase = phase_of_file(source.relative_to(ROOT).as_posix())
            for function in FUNCTION.findall(source.read_text(encoding="utf-8")):
                homes[function] = phase
    return homes


def phase_of(look, homes):
    """Of one look's lines, innermost function first: the first that is not the kernel's decides."""
    for line in look.splitlines():
        _, _, rest = line.strip().partition(" ")
        symbol, _, home = rest.rpartition(" (")
        home = os.path.basename(home.rstrip(")"))
        if not home or home.startswith("[kernel") or home.startswith("[guest"):
            continue
        if home.startswith("tickbox-server"):
            return homes.get(symbol.partition(".")[0], REST)
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
    homes = homes_of_functions()
    counts = collections.Counter(phase_of(look, homes) for look in looks)
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
