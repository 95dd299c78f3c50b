"""Transitions as columns: what every format is read into and written from.

Nothing is judged here: which rewards, actions and units fit a robot is for `hone episodes import` to say.
"""

import json
import struct
from dataclasses import dataclass, field

import numpy as np


class FormatError(Exception):
    """A file that is not what it is said to be; a sentence for a person."""


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
    notes: list = field(default_factory=list)  # sentences for the person who imports

    def __post_init__(self):
        self.observations = matrix(self.observations, "observations")
        self.actions = matrix(self.actions, "actions")
        steps = len(self.observations)
        if self.next_observations is not None:
            self.next_observations = matrix(self.next_observations, "next observations")
        for name in ("actions", "next_observations", "rewards", "terminals", "operator", "versions", "has_next"):
            column = getattr(self, name)
            if column is not None and len(column) != steps:
                raise FormatError(f"{len(column)} {name.replace('_', ' ')} do not go with {steps} observations")
        if sum(self.lengths) != steps:
            raise FormatError(f"episodes of {sum(self.lengths)} steps in all do not go with {steps} observations")

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


def matrix(values, name):
    """[T, n] float32 from [T] or [T, …]; anything else is an error."""
    values = np.asarray(values)
    if values.ndim == 0 or values.dtype.kind not in "fiub":
        raise FormatError(f"{name}: expected numbers with the steps first, found {values.dtype} {values.shape}")
    return np.ascontiguousarray(values.reshape(len(values), -1), dtype=np.float32)


def parsed(text, what):
    """The object that JSON text holds."""
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{what} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise FormatError(f"{what} is not a JSON object")
    return value


def member(group, name, where):
    """What is called `name` in a group, an archive or a table of arrays."""
    if name not in group:
        raise FormatError(f"{where} has no '{name}'; it has: {', '.join(sorted(group)) or 'nothing'}")
    return group[name]


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
    versions [T] where there are such. Metadata `dataset`: {rate, about, episodes, notes}.
    """
    columns.fill_next()
    tensors = {
        "observations": columns.observations,
        "next_observations": columns.next_observations,
        "actions": columns.actions,
        "lengths": np.asarray(columns.lengths),
        "has_next": columns.has_next,
        "rewards": columns.rewards,
        "terminals": columns.terminals,
        "operator": columns.operator,
        "versions": columns.versions,
    }
    tensors = {
        name: np.ascontiguousarray(value, dtype="<f4") for name, value in tensors.items() if value is not None
    }
    dataset = {"rate": columns.rate, "about": columns.about, "episodes": columns.episodes, "notes": columns.notes}
    header = {"__metadata__": {"dataset": json.dumps(dataset)}}
    offset = 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(value.tobytes())
