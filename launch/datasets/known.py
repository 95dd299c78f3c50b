"""Names by which data sets of others call the same things, in the order they are looked for.

Where a file has several of one kind all are read, and the account says how many ends each of them gave.
"""

import numpy as np

from account import plural
from columns import FormatError

OBSERVATIONS = ("observations", "obs", "observation", "states", "state")
ACTIONS = ("actions", "action")
NEXT = ("next_observations", "next_obs", "next_observation", "next_states", "next_state")
REWARDS = ("rewards", "reward")

# A flag a step: nothing comes after it.
TERMINALS = ("terminals", "terminations", "terminal", "terminated", "termination", "is_terminal")
# A flag a step that is 0 at a terminal one: what a value is multiplied by.
MASKS = ("masks", "discounts", "discount", "not_dones", "not_done")
# A flag a step: the episode was cut off after it.
TIMEOUTS = ("timeouts", "truncations", "timeout", "truncated", "truncation", "time_outs", "time_out", "is_timeout")
# A flag a step: the episode ends with it, one does not know how.
LASTS = ("dones", "done", "dones_float", "is_last", "is_done", "last", "episode_end", "ends")
# Of LASTS, those that say nothing of whether something would have come after: RLDS and IQL keep that apart.
CUTS = ("dones_float", "is_last", "last", "episode_end", "ends")
# A flag a step: an episode begins with it.
STARTS = ("is_first", "episode_starts", "episode_start", "starts", "is_start")
# A number an episode: how many steps it has.
LENGTHS = ("traj_lengths", "episode_lengths", "ep_lengths", "lengths", "ep_lens")
# A number an episode: how many steps there are up to its end.
ENDS = ("episode_ends", "traj_ends", "ep_ends", "meta/episode_ends")
# A number a step: which episode it is of.
NUMBERS = ("episode_index", "episode_id", "episode_ids", "episode", "traj_id", "traj_ids", "trajectory_id", "traj_index")

# Whether an episode accomplished its task: as an attribute, one value, or a flag a step.
SUCCESS = ("success", "is_success", "successes", "successful", "succeeded", "task_success")


def first(group, names):
    """The first of the names that a group has; None if it has none."""
    return next((name for name in names if name in group), None)


def flags(values, name, where):
    """[T] bool of numbers that are 0 and 1."""
    values = np.asarray(values)
    if values.dtype.kind not in "fiub":
        raise FormatError(f"{where}: {name} holds no numbers, but {values.dtype}")
    values = values.reshape(-1)
    odd = np.flatnonzero((values != 0) & (values != 1))
    if len(odd):
        raise FormatError(f"{where}: {name} is a flag, and holds {values[odd[0]]} at step {odd[0]}, which is neither 0 nor 1")
    return values.astype(bool)


def tell_of_both(count, account):
    """Steps that nothing comes after and that were cut off by time: the two contradict each other where nothing succeeded."""
    if count:
        account.warn(
            f"{plural(count, 'step')} marked as terminal and as cut off by time: taken as terminal, so that one without success is a "
            "failure for good (mask 0); take the terminal mark off where only the time was over"
        )


def truth(value):
    """True or False of an attribute or a value, such as True, 1, b'false'; None of what is neither.

    A flag a step is true where any of them is.
    """
    try:
        values = np.asarray(value)
    except (ValueError, TypeError):
        return None
    if values.dtype.kind in "iub":
        return bool(values.any()) if values.size else None
    if values.dtype.kind == "f":
        return bool((values > 0).any()) if values.size and np.isfinite(values).all() else None
    if values.dtype.kind in "SUO" and values.size == 1:
        word = values.reshape(-1)[0]
        word = word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word)
        return {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}.get(word.strip().lower())
    return None
