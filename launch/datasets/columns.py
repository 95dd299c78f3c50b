"""Transitions as columns: what every format is read into and written from.

Nothing is judged here: which rewards, actions and units fit a robot is for `hone episodes import` to say.
"""

import json
import struct
from dataclasses import dataclass, field

import numpy as np

from account import Account, listed, printable


class FormatError(Exception):
    """A file that is not what it is said to be; a sentence for a person."""


def below_keys(every, keys, subject):
    """The (name, part)s that keys name, with all that stands below each, in the order of the keys."""
    chosen = []
    for key in keys:
        stem = key.replace("/", ".").strip(".")
        below = [(name, part) for name, part in every if name == stem or name.startswith(stem + ".")]
        if not below:
            raise FormatError(f"{subject} has no {key}; it has: {listed([name for name, _ in every], 20)}")
        chosen += below
    return chosen


@dataclass
class Columns:
    """T steps of E episodes, one after the other.

    Every array has T rows; `lengths` says how many belong to each episode. None is a column that the file does not
    have.
    """

    observations: np.ndarray  # [T, O] float32, raw units
    actions: np.ndarray  # [T, A] float32, as the file has them
    lengths: list  # [E] steps of each episode
    next_observations: np.ndarray | None = None  # [T, O] float32
    has_next: np.ndarray | None = None  # [T] bool; None when every step has one
    rewards: np.ndarray | None = None  # [T] float32
    terminals: np.ndarray | None = None  # [T] bool: nothing comes after the step
    operator: np.ndarray | None = None  # [T] bool: a person or script acted, not a policy
    versions: np.ndarray | None = None  # [T] int: weights that acted
    rate: float | None = None  # steps per second
    about: dict = field(default_factory=dict)  # task, instruction, robot, observation, action (names, units)
    episodes: list | None = None  # [E] dicts: number, seed, purpose, outcome
    succeeded: list | None = None  # [E] True, False, or None where the file does not say
    stopped: list | None = None  # [E] True where the recording stops and nobody says that the episode ended
    observed: list | None = None  # keys that are observed, where the file has several
    actions_are: str | None = None  # "normalised", "physical", or None where the file does not say
    notes: list = field(default_factory=list)  # sentences for the person who imports
    account: Account = field(default_factory=Account)  # what was taken and left

    def __post_init__(self):
        warn_of_choices(self.actions, self.account)
        self.observations = matrix(self.observations, "observations")
        self.actions = matrix(self.actions, "actions")
        steps = len(self.observations)
        if self.next_observations is not None:
            self.next_observations = matrix(self.next_observations, "next observations")
        for name in ("actions", "next_observations", "rewards", "terminals", "operator", "versions", "has_next"):
            column = getattr(self, name)
            if column is not None and len(column) != steps:
                raise FormatError(f"{len(column)} {name.replace('_', ' ')} do not go with {steps} observations")
        if any(length <= 0 for length in self.lengths):
            raise FormatError("an episode without a step")
        if sum(self.lengths) != steps:
            raise FormatError(f"episodes of {sum(self.lengths)} steps in all do not go with {steps} observations")
        if steps == 0:
            raise FormatError("there is no step in it")
        if self.episodes is not None and len(self.episodes) != len(self.lengths):
            self.account.warn(
                f"Hone's own list names {len(self.episodes)} episodes and the file has {len(self.lengths)}: numbers, "
                "seeds, purposes and outcomes are not used"
            )
            self.episodes = None
        short = sum(length == 1 for length in self.lengths)
        if short and len(self.lengths) > 1:
            self.account.warn(f"{short} of {len(self.lengths)} episodes have one step: are their ends where the file says?")
        widths = (self.observations.shape[1], self.next_observations.shape[1]) if self.next_observations is not None else (1, 1)
        if widths[0] != widths[1]:
            raise FormatError(f"next observations of {widths[1]} numbers do not go with observations of {widths[0]}")
        for name in ("observations", "actions"):
            if getattr(self, name).shape[1] == 0:
                raise FormatError(f"{name} of no numbers")

    @property
    def steps(self):
        return len(self.observations)

    def ranges(self):
        """First step and the step behind the last, for each episode."""
        ends = np.cumsum(self.lengths)
        return [(int(end - length), int(end)) for end, length in zip(ends, self.lengths)]

    def last_steps(self):
        """[T] bool: the last step of each episode."""
        last = np.zeros(self.steps, bool)
        last[np.cumsum([n for n in self.lengths]) - 1] = True
        return last

    def fill_next(self):
        """Where a file has no next observations: the following ones; an episode's last step has none."""
        if self.next_observations is not None:
            return
        self.next_observations = np.concatenate([self.observations[1:], self.observations[-1:]])
        last = self.last_steps()
        self.next_observations[last] = self.observations[last]
        self.has_next = ~last

    def keep(self, rows):
        """Only the rows of a mask [T]; an episode of which nothing is kept is gone."""
        self.fill_next()
        for name in ("observations", "actions", "next_observations", "has_next", "rewards", "terminals", "operator", "versions"):
            column = getattr(self, name)
            if column is not None:
                setattr(self, name, column[rows])
        counts = [int(rows[start:end].sum()) for start, end in self.ranges()]
        for name in ("episodes", "succeeded", "stopped"):
            values = getattr(self, name)
            if values is not None:
                setattr(self, name, [value for value, count in zip(values, counts) if count])
        self.lengths = [count for count in counts if count]

    def end_once(self):
        """Where an end is marked at every last step of an episode, it ends at the first of those.

        Environments mark every step that is near the goal, and files of others keep recording there.
        """
        if self.terminals is None:
            return
        rows = np.ones(self.steps, bool)
        for start, end in self.ranges():
            going = np.flatnonzero(~self.terminals[start:end])
            first = start + (int(going[-1]) + 1 if len(going) else 0)
            if end - first >= 2:
                rows[self.end_of_run(first, end) + 1 : end] = False
        self.leave_after_end(rows)

    def end_of_run(self, first, end):
        """The step that ends an episode of those that all say so: the first, or the first with the run's largest reward."""
        if self.rewards is None:
            return first
        rewards = np.nan_to_num(np.asarray(self.rewards[first:end], np.float64))
        return first + int(np.argmax(rewards))

    def leave_after_end(self, rows):
        """Leaves out the steps behind an end."""
        if rows.all():
            return
        why = "behind the episode's end: the end is marked at every step from the first on that has it"
        self.account.leave_out(why, steps=int((~rows).sum()))
        self.keep(rows)


def warn_of_choices(actions, account):
    """Actions that are whole numbers may be choices among several, which are no motions."""
    kind = np.asarray(actions).dtype
    if kind.kind in "iu":
        account.warn(f"actions are whole numbers ({kind}): choices among several, such as buttons, are no motions of an axis")


def matrix(values, name):
    """[T, n] float32 from [T] or [T, …]; anything else is an error."""
    values = np.asarray(values)
    if values.ndim == 0 or values.dtype.kind not in "fiub":
        raise FormatError(f"{name}: expected numbers with the steps first, found {values.dtype} {values.shape}")
    width = int(np.prod(values.shape[1:], dtype=object))
    return np.ascontiguousarray(narrow(values.reshape(len(values), width), name))


def narrow(values, name):
    """The same numbers as float32; one that is beyond its range is refused, for it would be infinite."""
    values = np.asarray(values)
    with np.errstate(all="ignore"):
        numbers = values.astype(np.float32)
        if values.dtype.kind == "f" and values.dtype.itemsize > 4:
            lost = np.flatnonzero((np.isinf(numbers) & np.isfinite(values)).reshape(-1))
            if len(lost):
                row, column = divmod(int(lost[0]), int(np.prod(values.shape[1:], dtype=object)))
                found = values.reshape(-1)[lost[0]]
                place = f"row {row}" + (f", column {column}" if values.ndim > 1 else "")
                raise FormatError(f"{name}: {found:.6g} in {place} is beyond what a number of 32 bits holds: is it a mark of what is missing, or damage?")
    return numbers


def of_all(parts, name, noun, account):
    """Arrays one after the other where every part has one; None where some have none, which is told."""
    has = sum(part is not None for part in parts)
    if 0 < has < len(parts):
        account.not_used(name, "", f"only {has} of {len(parts)} {noun} have it")
    return joined(parts, name) if has == len(parts) else None


def joined(parts, what):
    """Arrays of the same width, one after the other."""
    widths = sorted({part.shape[1:] for part in parts})
    if len(widths) != 1:
        raise FormatError(f"{what} differ in width from episode to episode: {', '.join(map(str, widths))}")
    return np.concatenate(parts)


def names_of(about, key):
    """Names of the observed scalars or axes, if known."""
    entries = about.get(key)
    return [entry["name"] for entry in entries] if entries else None


def named(names, units=None):
    """Names as `about` has them; a unit is None where nobody says."""
    return [{"name": str(name), "unit": units[i] if units else None} for i, name in enumerate(names)]


def write_intermediate(columns, path):
    """Writes what `hone episodes import` reads: a safetensors file of float32 tensors, and JSON in its metadata.

    observations [T, O], next_observations [T, O], actions [T, A], lengths [E]; has_next, rewards, terminals, operator,
    versions [T] where there are such. Metadata `dataset`: {rate, about, episodes, succeeded, stopped, observed, actions,
    notes, account}.
    """
    columns.fill_next()
    known = [value for value in columns.succeeded or () if value is not None]
    if known:
        columns.notes.append(f"the file says of {len(known)} of {len(columns.lengths)} episodes whether they succeeded: {sum(known)} did")
    tensors = {
        "observations": columns.observations,
        "next_observations": columns.next_observations,
        "actions": columns.actions,
        "lengths": np.asarray(columns.lengths),
        "has_next": columns.has_next,
        "rewards": None if columns.rewards is None else narrow(columns.rewards, "rewards"),
        "terminals": columns.terminals,
        "operator": columns.operator,
        "versions": columns.versions,
    }
    with np.errstate(all="ignore"):
        tensors = {
            name: np.ascontiguousarray(value, dtype="<f4") for name, value in tensors.items() if value is not None
        }
    dataset = {
        "rate": columns.rate,
        "about": columns.about,
        "episodes": columns.episodes,
        "succeeded": columns.succeeded,
        "stopped": columns.stopped,
        "observed": columns.observed,
        "actions": columns.actions_are,
        "notes": columns.notes,
        "account": columns.account.as_json(),
    }
    header = {"__metadata__": {"dataset": json.dumps(printable(dataset), allow_nan=False)}}
    offset = 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(value.tobytes())


def own_facts(extra, where):
    """What Hone wrote beside the numbers, as far as it has the right shape: rate, about, episodes, actions, contents."""
    about, episodes = extra.get("about") or {}, extra.get("episodes")
    kinds = {"name": str, "unit": str, "kind": str, "low": (int, float), "high": (int, float), "control_space": str}

    def is_quantity(entry):
        return isinstance(entry, dict) and isinstance(entry.get("name"), str) and all(
            entry.get(key) is None or (isinstance(entry[key], kind) and not isinstance(entry[key], bool))
            for key, kind in kinds.items()
        )

    if not isinstance(about, dict) or not all(isinstance(about.get(k) or "", str) for k in ("robot", "task", "instruction", "control_space")):
        raise FormatError(f"{where}: 'about' is not what Hone writes there")
    for key in ("observation", "action"):
        entries = about.get(key)
        if entries is not None and not (isinstance(entries, list) and all(is_quantity(entry) for entry in entries)):
            raise FormatError(f"{where}: '{key}' is not a list of names and units")
    if episodes is not None:
        texts = ("seed", "purpose", "outcome")
        if not isinstance(episodes, list) or not all(
            isinstance(entry, dict)
            and isinstance(entry.get("number"), int)
            and 0 <= entry["number"] < 1 << 32
            and all(isinstance(entry.get(key), str) for key in texts)
            for entry in episodes
        ):
            raise FormatError(f"{where}: 'episodes' is not a list of numbers, seeds, purposes and outcomes")
    contents = extra.get("contents")
    if contents is not None and not (
        isinstance(contents, list)
        and all(isinstance(entry, dict) and all(isinstance(entry.get(key), int) for key in ("steps", "observations")) for entry in contents)
    ):
        raise FormatError(f"{where}: 'contents' is not a list of steps and checksums")
    actions = extra.get("actions") if extra.get("actions") in ("normalised", "physical") else None
    return {"rate": rate_of(extra.get("rate"), where), "about": about, "episodes": episodes, "actions": actions, "contents": contents}


def rate_of(rate, where):
    """Steps per second, if there are such."""
    if rate is None or rate == 0:
        return None
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate < 1e6:
        raise FormatError(f"{where}: the rate is {printable(repr(rate))[:40]}, not steps per second")
    return float(rate)
