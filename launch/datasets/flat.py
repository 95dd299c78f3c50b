"""Flat arrays over all steps, as D4RL has them, to columns and back.

An episode ends at a terminal or a timeout. Files without timeouts: where the next observation is not the following one.
"""

import numpy as np

from columns import Columns, FormatError, matrix, member

JUMP = 1e-6  # of an observation's norm, as D4RL's own loaders take it


def flat_export(columns):
    """Arrays, and what they cannot say."""
    columns.fill_next()
    arrays = {
        "observations": columns.observations,
        "actions": columns.actions,
        "rewards": columns.rewards,
        "terminals": columns.terminals,
        "timeouts": columns.last_steps() & ~columns.terminals,
        "next_observations": columns.next_observations,
        "infos/operator": columns.operator,
        "infos/policy_version": columns.versions,
    }
    extra = {"rate": columns.rate, "about": columns.about, "episodes": columns.episodes}
    return arrays, extra


def flat_columns(arrays, extra, path):
    """Columns of flat arrays by name; `extra` as `flat_export` gave it, or None."""
    observations, actions = (member(arrays, name, path) for name in ("observations", "actions"))
    following = arrays.get("next_observations")
    shape = matrix(observations, "observations").shape
    if following is not None and matrix(following, "next observations").shape != shape:
        raise FormatError(f"{path}: next_observations {following.shape} do not go with observations {observations.shape}")
    terminals = _flags(arrays.get("terminals"))
    timeouts = _flags(arrays.get("timeouts"))
    notes = []
    steps = len(observations)
    ends = np.zeros(steps, bool)
    if terminals is not None:
        ends |= terminals
    if timeouts is not None:
        ends |= timeouts
    elif following is not None:
        flat = np.asarray(observations, np.float64).reshape(steps, -1)
        after = np.asarray(following, np.float64).reshape(steps, -1)
        ends[:-1] |= np.linalg.norm(flat[1:] - after[:-1], axis=1) > JUMP
        notes.append("no timeouts in the file: an episode ends where the next observation is not the following one")
    else:
        notes.append("no timeouts in the file: an episode ends at a terminal")
    if steps and not ends[-1]:
        ends[-1] = True
        notes.append("the last episode has no end in the file and is taken as cut off by a time-out")
    positions = np.flatnonzero(ends)
    lengths = np.diff(np.concatenate([[-1], positions])).astype(int).tolist()
    extra = extra or {}
    return Columns(
        observations=observations,
        actions=actions,
        lengths=lengths,
        next_observations=following,
        rewards=_column(arrays.get("rewards")),
        terminals=terminals,
        operator=_flags(arrays.get("infos/operator")),
        versions=arrays.get("infos/policy_version"),
        rate=extra.get("rate"),
        about=extra.get("about") or {},
        episodes=extra.get("episodes"),
        notes=notes,
    )


def _column(values):
    return None if values is None else np.asarray(values).reshape(-1)


def _flags(values):
    return None if values is None else np.asarray(values).reshape(-1).astype(bool)
