"""What an import took and what it left: one account, made by the reader of every format.

`hone episodes import` shows it as one table, adds what it leaves out itself, and keeps it in the session; with
`--strict` a loss is an error. Whatever a file has and an import leaves out stands here.
"""

import math


class Account:
    """Episodes and steps of a file, the ends that were found, what was left out and why, what was not used."""

    def __init__(self):
        self.found = {"episodes": 0, "steps": 0}
        self.ends = []
        self.left_out = []
        self.missing = []
        self.unused = []
        self.warnings = []

    def has(self, episodes, steps):
        """What the file holds."""
        self.found = {"episodes": int(episodes), "steps": int(steps)}

    def end(self, name, count, meaning):
        """`count` episodes end by what is called `name`."""
        if count:
            self.ends.append({"name": str(name), "count": int(count), "meaning": meaning})

    def leave_out(self, why, episodes=0, steps=0):
        """Episodes and steps that are not imported."""
        if episodes or steps:
            self.left_out.append({"why": why, "episodes": int(episodes), "steps": int(steps)})

    def miss(self, why, episodes=0, steps=0, is_told=False):
        """Episodes and steps that should be in the file and are not; a warning too, unless one is told already."""
        if (episodes or steps) and not is_told:
            counts = [plural(count, word) for count, word in ((int(episodes), "episode"), (int(steps), "step")) if count]
            self.warn(f"{' and '.join(counts)} of the data set missing: {why}")
        if episodes or steps:
            self.missing.append({"why": why, "episodes": int(episodes), "steps": int(steps)})

    def not_used(self, name, shape, why, is_loss=True, width=None):
        """Something of the file that is read by nobody; a loss unless it was left out on purpose or holds no steps.

        `width`: numbers a step, if `--keys` could observe them.
        """
        entry = {"name": str(name), "shape": shape, "why": why, "is_loss": bool(is_loss), "width": width}
        if entry not in self.unused:
            self.unused.append(entry)

    def warn(self, sentence):
        """Something that a person should look at."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def as_json(self):
        """For the hand-over."""
        return {
            "found": self.found,
            "ends": self.ends,
            "left_out": self.left_out,
            "missing": self.missing,
            "unused": self.unused,
            "warnings": self.warnings,
        }


def shape_text(shape):
    """[31, 3] as 31×3."""
    return "×".join(str(int(n)) for n in shape) or "one value"


def plural(count, word):
    """1 step, 2 steps."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def listed(items, most=4):
    """The first few of some names or numbers, and how many more there are."""
    items = [str(item) for item in items]
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more} more" if more > 0 else "")


def printable(value):
    """The same text, list or dictionary without characters that a terminal would obey, and without numbers JSON has not."""
    if isinstance(value, str):
        return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {printable(str(key)): printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(item) for item in value]
    return value
