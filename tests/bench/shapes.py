"""The worlds that the bench measures: a row of it each."""
import dataclasses

SETTLE_SECONDS = 12
CLIENTS_MAX = 5000  # as the server's --max-clients
ROOM_BOTS = 10
VIEW, BOXES_IN_VIEW, PLAZA_CELL = (1280, 720), 50, 256  # units
BOTS_LATE_MS = 10  # at p99; beyond it the bots' own delay shows in what they report
TICK_LATE_MS = 5  # at p99

UNITS = {
    "server CPU a frame": "us", "limit CPU a frame": "us", "server against limit": "x", "server CPU a player-second": "us",
    "payload a frame": "bytes", "frames missing": "%", "clients stale": "frames", "tick late, p99": "ms",
    "limit late, p99": "ms", "echo, p50": "ms", "echo, p99": "ms", "bots late, p99": "ms", "desyncs": "",
    "memory a player": "KB", "memory a player, libwebsockets": "KB", "idle CPU": "%",
}
PLAZA_UNITS = {
    "boxes viewed": "", "boxes subscribed": "", "subscribed against viewed": "x", "bytes a subscribed box a tick": "bytes",
}
ROOM_UNITS = {"server CPU a room-second": "us"}


@dataclasses.dataclass
class Shape:
    """One world to measure."""
    name: str
    bots: int
    rate: int
    quick: bool = False
    plaza: bool = False  # a world in cells, so large that 50 boxes stand in a view
    in_rooms: bool = False  # of ROOM_BOTS each, who play tag
    check: int = 100  # percent of the bots that have a replica at a time
    behaviour: str = "wander"
    # From the last bot's arrival to the measured window: a client's lead covers the worst of ten seconds, so the crush of
    # many who join at once must be past; and in rooms the matches run by then.
    settle: float = SETTLE_SECONDS
    bars: dict = dataclasses.field(default_factory=dict)  # beside those of every shape; None: none

    @property
    def rooms(self):
        return max(1, self.bots // ROOM_BOTS)

    @property
    def places(self):
        """For --max-clients: a few more, for the bots that reconnect."""
        return min(self.bots + 16, CLIENTS_MAX)

    def server_flags(self):
        return ("--max-rooms", self.rooms + 8) if self.in_rooms else ()

    def bots_flags(self):
        rooms = ("--rooms", self.rooms, "--game", "tag") if self.in_rooms else ("--behaviour", self.behaviour)
        return ("--settle", self.settle, "--check", self.check, *rooms)

    def units(self):
        return {**UNITS, **(PLAZA_UNITS if self.plaza else {}), **(ROOM_UNITS if self.in_rooms else {})}

    def all_bars(self):
        plaza = {"memory a player": 16, "payload a frame": 128, "subscribed against viewed": 2.5,
                 "bytes a subscribed box a tick": 1.5} if self.plaza else {}
        return {"frames missing": 0.5, "tick late, p99": TICK_LATE_MS, "limit late, p99": TICK_LATE_MS,
                "echo, p99": 2000 / self.rate + 10, "bots late, p99": BOTS_LATE_MS, "desyncs": 0, **plaza, **self.bars}


# The worst case of foretelling: what it costs is shown, and promised to nobody.
NO_PROMISE = dict.fromkeys(["payload a frame", "bytes a subscribed box a tick", "tick late, p99", "frames missing", "echo, p99"])

# At half the rate a frame holds the news of twice the time; the bars are those of 20 ticks a second.
TWO_TICKS_NEWS = dict.fromkeys(["payload a frame", "bytes a subscribed box a tick"])

# A further world is a line here.
SHAPES = [
    Shape("arena", 16, 60, quick=True, settle=3),
    Shape("crowd-200", 200, 30, bars={"memory a player": 16}),
    Shape("crowd-500", 500, 20, bars={"memory a player": 16}),
    Shape("plaza-500", 500, 20, quick=True, plaza=True),
    Shape("plaza-1000", 1000, 20, plaza=True),
    Shape("plaza-2000", 2000, 20, quick=True, plaza=True, check=20, bars={"server against limit": 1.4}),
    Shape("plaza-3000", 3000, 20, plaza=True, check=5, bars={"clients stale": 0}),
    # At 20 ticks a second the bare loop itself may be late where a send costs as much as here: then only the next one tells.
    Shape("plaza-5000", 5000, 20, plaza=True, check=5, bars={"clients stale": 0}),
    Shape("plaza-5000-at-10", 5000, 10, plaza=True, check=5, bars={"clients stale": 0, **TWO_TICKS_NEWS}),
    Shape("turning", 2000, 20, plaza=True, check=20, behaviour="turn", bars=NO_PROMISE),
    Shape("rooms-20", 200, 30, in_rooms=True, check=20),
    Shape("rooms-200", 2000, 30, in_rooms=True, check=20),
]
ROOMS_FEW, ROOMS_MANY, ROOMS_BAR = "rooms-20", "rooms-200", 1.15  # a room among many costs at most so many times more
PROFILED = SOAKED = "plaza-2000"
STALLED = "plaza-1000"  # where some read poorly


def plaza_map(bots):
    """A map without blocks in which `bots` boxes stand as close as 50 in a view."""
    side = max(1280, round((bots * VIEW[0] * VIEW[1] / BOXES_IN_VIEW) ** 0.5))
    step = max(60, side // max(60, round(1.1 * bots ** 0.5)))  # more spawn points than bots, in a large world
    places = range(5, side - 55, step)
    return {"name": "Plaza", "width": side, "height": side, "cell": PLAZA_CELL, "blocks": [],
            "spawns": [[x, y] for x in places for y in places][:8192]}
