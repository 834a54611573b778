"""Another computer for tests: a network namespace with one cable to this one."""
import os
import subprocess

SUDO = [] if os.geteuid() == 0 else ["sudo", "-n"]


def run(*words):
    subprocess.run([*SUDO, *words], check=True, timeout=20)


class Elsewhere:
    """`with Elsewhere() as there:` makes the namespace; `there.words(...)` is a command inside it."""

    def __init__(self):
        self.name = f"tickbox{os.getpid()}"
        number = os.getpid() % 250
        self.here, self.there = f"10.77.{number}.1", f"10.77.{number}.2"
        self.cable = f"tb{os.getpid()}"

    def __enter__(self):
        run("ip", "netns", "add", self.name)
        try:
            run("ip", "link", "add", f"{self.cable}a", "type", "veth", "peer", "name", f"{self.cable}b")
            run("ip", "link", "set", f"{self.cable}b", "netns", self.name)
            run("ip", "addr", "add", f"{self.here}/30", "dev", f"{self.cable}a")
            run("ip", "link", "set", f"{self.cable}a", "up")
            run("ip", "-n", self.name, "addr", "add", f"{self.there}/30", "dev", f"{self.cable}b")
            run("ip", "-n", self.name, "link", "set", f"{self.cable}b", "up")
            run("ip", "-n", self.name, "link", "set", "lo", "up")
        except Exception:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run([*SUDO, "ip", "netns", "del", self.name], timeout=20)

    def words(self, *words):
        user = [] if os.geteuid() == 0 else ["sudo", "-u", f"#{os.getuid()}", "--preserve-env"]
        return [*SUDO, "ip", "netns", "exec", self.name, *user, *words]

    def cut(self):
        """Pulls the cable; `mend` puts it back. Nothing tells either end."""
        run("ip", "link", "set", f"{self.cable}a", "down")

    def mend(self):
        run("ip", "link", "set", f"{self.cable}a", "up")
