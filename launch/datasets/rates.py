"""Steps per second that a file states where its format's own writers put them, or shows by its timestamps.

Only there: a `fps` among the settings of a renderer or a video is another rate.
"""

import numpy as np

from columns import FormatError, rate_of

STATED = ("fps", "control_freq", "control_frequency")
TIMES = ("timestamps", "timestamp")
LEAST, MOST = 0.5, 1000.0  # Hz; timestamps beyond are in another unit than seconds, or no times
USUAL = 0.2  # of the median: what a step may differ from it and still be a usual one
MOST_STEPS = 0.8  # of the steps are usual ones where timestamps show a rate
SAME = 0.01  # two rates within this are the same


def stated(said, where):
    """(rate, place) that a file states; (None, None) of one that states none.

    `said`: (place, value). Two that contradict each other are refused.
    """
    found = []
    for place, value in said:
        if value is None:
            continue
        if isinstance(value, (np.ndarray, np.generic)) and value.size == 1:
            value = value.reshape(-1)[0].item()
        rate = rate_of(value, f"{where}: {place}")
        if rate is not None:
            found.append((rate, place))
    for rate, place in found[1:]:
        if not is_same(rate, found[0][0]):
            raise FormatError(f"{where}: {found[0][1]} says {found[0][0]:g} steps a second and {place} says {rate:g}: correct the one that is wrong")
    return found[0] if found else (None, None)


def is_same(rate, other):
    """Whether two rates are one."""
    return abs(rate - other) <= SAME * max(rate, other)


def of_times(times, lengths):
    """(rate by the median step between timestamps, or None; why it is None).

    `times`: [T] of episodes of `lengths`, one after the other.
    """
    times = np.asarray(times, np.float64).reshape(-1)
    if not np.isfinite(times).all():
        return None, "they are not all finite"
    with np.errstate(all="ignore"):
        steps = np.diff(times)
    inside = np.ones(len(steps), bool)
    ends = np.cumsum(np.asarray(lengths, np.int64))[:-1] - 1
    inside[ends] = False
    steps = steps[inside]
    if not len(steps):
        return None, "no episode has two steps"
    usual = float(np.median(steps))
    if not usual > 0:
        return None, "they do not go on"
    if np.mean(np.abs(steps / usual - 1) <= USUAL) < MOST_STEPS:
        return None, "they are not evenly apart"
    if not LEAST <= 1 / usual <= MOST:
        return None, f"{usual:.4g} apart they are not in seconds"
    return float(f"{1 / usual:.4g}"), None


def by_times(times, lengths, name, columns_notes, account):
    """The rate that timestamps show, told in either case."""
    rate, why = of_times(times, lengths)
    if rate is None:
        account.warn(f"{name} show no rate: {why}")
    else:
        columns_notes.append(f"{rate:g} steps a second by {name}")
    return rate


def compare(rate, place, times, lengths, name, account):
    """Timestamps beside a rate that is stated: told where they show another."""
    shown, _ = of_times(times, lengths)
    if shown is not None and abs(shown / rate - 1) > 0.1:
        account.warn(f"{place} says {rate:g} steps a second, and {name} show {shown:g}: which is right?")
