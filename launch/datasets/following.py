"""Next observations beside the rows that follow: what a file says was seen after a step, twice.

The two are the same but for rounding, or one of them is wrong.
"""

import numpy as np

from account import plural
from columns import FormatError

NEAR = 1e-4
"""Of a column's range. Rounding to float32, of a difference or of another order of sums, is 1e-7 of it and less than 1e-5
where a number is 100 times the range; half of a 10-bit sensor's step is 5e-4. What a robot sees anew is more."""
ULPS = 4  # of the largest number of a column
MOST = 0.5  # of the steps inside episodes: more are no ends of episodes and no accidents
ALL = 0.9


def strays(observations, following):
    """[T - 1] bool: what was seen after a step is not what the following row sees."""
    now, after = np.asarray(observations, np.float64), np.asarray(following, np.float64)
    with np.errstate(all="ignore"):
        return (np.abs(now[1:] - after[:-1]) > _near(now)).any(axis=1)


def _near(values):
    """[O] what is no difference in each column."""
    if not len(values):
        return np.zeros(values.shape[1])
    most = np.abs(values).max(axis=0)
    return NEAR * (values.max(axis=0) - values.min(axis=0)) + ULPS * np.finfo(np.float32).eps * most


def settled(observations, following, inside, name, account, where):
    """The next observations that are to be used: None for the following rows.

    `inside`: [T - 1] steps that another of the same episode follows. In most of them the two cannot differ by accident:
    a column that holds the same row once more is not used; of anything else nobody can know which of the two is right.
    """
    wrong = strays(observations, following) & inside
    count, every = int(wrong.sum()), int(inside.sum())
    if count <= MOST * every:
        return following
    now, after = np.asarray(observations, np.float64), np.asarray(following, np.float64)
    with np.errstate(all="ignore"):
        same = (np.abs(now - after) <= _near(now)).all(axis=1)
    if same.mean() >= ALL:
        why = f"in {int(same.sum())} of {plural(len(same), 'step')} it is what the step itself sees"
        account.warn(f"{name} is not what was seen after a step: {why}; the following rows are used in its place")
        account.not_used(name, "", f"{why}: the following rows are used")
        return None
    at = int(np.flatnonzero(wrong)[0])
    raise FormatError(
        f"{where}: {name} is not what the following row sees in {count} of {plural(every, 'step')} inside episodes, the first of them "
        f"row {at}: the rows are out of order or were thinned, or {name} is of other numbers; put the rows in order, or leave "
        f"{name} out so that the following rows are used"
    )


def check(columns, name, where):
    """The same of columns whose episodes are known; a few that differ are told, and the file's own are used."""
    if columns.next_observations is None:
        return
    inside = ~columns.last_steps()[:-1]
    columns.next_observations = settled(columns.observations, columns.next_observations, inside, name, columns.account, where)
    if columns.next_observations is None:
        return
    wrong = np.flatnonzero(strays(columns.observations, columns.next_observations) & inside)
    if len(wrong):
        columns.account.warn(
            f"{name} is not what the following row sees in {len(wrong)} of {plural(int(inside.sum()), 'step')} inside episodes, the "
            f"first of them row {wrong[0]}: {name} is taken as it stands"
        )
