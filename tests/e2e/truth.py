"""What the server had, by its --trace, against what a client drew."""

BUTTONS = {"up": 1, "down": 2, "left": 4, "right": 8}
EXACT = 1  # 1/16 unit: interpolating rounds
STEPS = 2 * 160 + 16  # the own box is drawn between its predicted tick and the next; and who turned while a frame is late


def read_truth(path):
    """tick -> id -> (x, y, buttons)"""
    truth = {}
    for line in path.read_text().splitlines():
        tick, number, x, y, _, _, buttons = map(int, line.split())
        truth.setdefault(tick, {})[number] = (x, y, buttons)
    return truth


def presses_of(truth, number):
    """The buttons that the server saw this player hold, in order, without the pauses."""
    held = [boxes[number][2] for _, boxes in sorted(truth.items()) if number in boxes]
    return [now for before, now in zip([0, *held], held) if now != before and now]


def other_is_right(frame, item, truth):
    """None if the server's trace does not say."""
    box, x, y = item[:3]
    before, after = truth.get(frame["shown"], {}), truth.get(frame["shown"] + 1, {})
    if box not in before or box not in after:
        return None
    part, near = frame["fraction"] / 65536, STEPS if item[4] else EXACT
    return all(abs(at - (a + (b - a) * part)) <= near for at, a, b in zip((x, y), before[box], after[box]))


def own_is_right(frame, item, truth):
    """None if the server's trace does not say."""
    there = truth.get(frame["predicted"], {}).get(item[0])
    return there and max(abs(item[1] - there[0]), abs(item[2] - there[1])) <= STEPS
