"""How long after a stall a client is right again, by its own clock and against the server's trace.

A row (see clients.py) is right if the newest confirmed tick is as fresh, and the prediction as far ahead of it, as in the
time before the stall; if nothing was corrected since the row before; and, of a drawn frame, if the others are shown as
fresh as before, each box is drawn where the server had it, and the own box where the server will have it. Whoever froze,
ran late or stood elsewhere is not right.

A client is right again when all rows are right for STEADY_MS: longer than a round trip, in which the server tells what it
thinks of the inputs that the stall held back. Later a busy machine may disturb a single frame, as it may at any time. But
the clocks may not drift to elsewhere by and by, so they are looked at once more at the end.
"""
import statistics

from truth import other_is_right, own_is_right

SILENCE_MS = 700  # so long without a new tick is a stall of a second; jitter and load are far below
BEFORE_MS, STEADY_MS, AFTER_MS = 1500, 300, 1500
# Later than the worst before the stall: a further sample of jitter (20 ms each way) may be a little worse, and ticks are whole.
FRAMES_TICKS = 1
# The two clocks follow the worst of the last ten seconds, and so may move a little by themselves; the lead also falls far
# when an older peak is ten seconds old, though never below what the network takes. But a stall that is taken for jitter
# raises them by up to 250 ms (CLOCK_STALL_US).
CLOCKS_TICKS = 3


def lead_of(row):
    return row["predicted"] - row["tick"]


class Usual:
    """What was ordinary before a stall, in ticks."""

    def __init__(self, rows, rate, least_lead):
        self.rate, self.least_lead = rate, least_lead
        self.age = max(self.age_of(row, "tick") for row in rows)
        self.lead = statistics.median(map(lead_of, rows))
        self.shown_age = max(self.age_of(row, "shown") for row in rows) if "shown" in rows[0] else 0

    def age_of(self, row, name):
        return row["time"] * self.rate / 1000 - row[name]

    def lead_faults(self, lead):
        if lead > self.lead + CLOCKS_TICKS or lead < min(self.least_lead, self.lead - CLOCKS_TICKS):
            yield f"predicted {lead:.0f} ticks ahead, not {self.lead:.0f}"

    def shown_faults(self, age):
        if age - self.shown_age > CLOCKS_TICKS:
            yield f"others shown {age - self.shown_age:.1f} ticks late"

    def drifts(self, rows):
        """What is wrong with the two clocks in these rows, by the median."""
        yield from self.lead_faults(statistics.median(map(lead_of, rows)))
        if "shown" in rows[0]:
            yield from self.shown_faults(statistics.median(self.age_of(row, "shown") for row in rows))

    def faults(self, row, before, truth):
        """What is wrong with a row, in words."""
        aged = self.age_of(row, "tick") - self.age
        if aged > FRAMES_TICKS:
            yield f"confirmed {aged:.1f} ticks late"
        yield from self.lead_faults(lead_of(row))
        if row["corrections"] != before["corrections"]:
            yield "corrected"
        if "items" in row:
            yield from self.drawn_faults(row, truth)

    def drawn_faults(self, row, truth):
        yield from self.shown_faults(self.age_of(row, "shown"))
        amiss = sum(other_is_right(row, item, truth) is False for item in row["items"] if not item[3])
        if amiss:
            yield f"{amiss} others elsewhere"
        own = [item for item in row["items"] if item[3]]
        if not own or own_is_right(row, own[0], truth) is False:
            yield "the own box elsewhere"


class Stall:
    """`ms` from the stall's end, as the client saw it, until it is right again; `last_fault` was the last thing wrong before.
    `faults_in` counts the rows that were not right during the stall: a client that only wakes by frames has none then."""

    def __init__(self, rows, begun, at, rate, least_lead, truth):
        """Between the rows `begun` and `at` no tick came."""
        self.rows, self.truth = rows, truth
        # Of a client that looks all the time, the news came after it last looked in vain; of one that wakes by them, now.
        self.end = rows[at - 1 if at - 1 > begun else at]["time"]
        self.usual = Usual([row for row in rows[:begun + 1] if row["time"] > rows[begun]["time"] - BEFORE_MS], rate,
                           least_lead)
        self.faults_in = sum(bool(self.faults(one)) for one in range(begun + 1, at))
        later = [one for one in range(at, len(rows)) if rows[one]["time"] <= self.end + AFTER_MS]
        self.corrections = rows[later[-1]]["corrections"] - rows[begun]["corrections"]
        self.find_right(later)
        late = [rows[one] for one in later if rows[one]["time"] > self.end + AFTER_MS - STEADY_MS]
        self.drift = ", ".join(self.usual.drifts(late))

    def faults(self, at):
        return ", ".join(self.usual.faults(self.rows[at], self.rows[at - 1], self.truth))

    def find_right(self, later):
        since, self.last_fault = later[0], ""
        for one in later:
            if self.rows[one]["time"] - self.rows[since]["time"] > STEADY_MS:
                break
            if fault := self.faults(one):
                since, self.last_fault = one + 1, fault
        self.ms = self.rows[min(since, later[-1])]["time"] - self.end


def stalls_of(rows, rate, least_lead, truth):
    """Those with enough time before and after. `least_lead` is what the network takes, in ticks."""
    found, begun = [], 0
    for at in range(1, len(rows)):
        if rows[at]["tick"] == rows[at - 1]["tick"]:
            continue
        whole = rows[begun]["time"] - rows[0]["time"] > BEFORE_MS and rows[-1]["time"] - rows[at]["time"] > AFTER_MS
        if whole and rows[at]["time"] - rows[begun]["time"] > SILENCE_MS:
            found.append(Stall(rows, begun, at, rate, least_lead, truth))
        begun = at
    return found
