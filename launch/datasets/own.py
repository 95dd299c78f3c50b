"""What Hone writes beside the numbers that it exports, and whether it still is of the numbers beside it.

Somebody may thin, reorder or remove what was exported; names, units, labels and a rate of before would then be wrong of
every step, and nobody would notice.
"""

import zlib

import numpy as np

from account import plural
from columns import own_facts

NOTHING = {"rate": None, "about": {}, "episodes": None, "actions": None, "contents": None}


def extra(columns, actions="normalised"):
    """As JSON has it: rate, about, episodes, what actions are, and of each episode how long it is and the checksum of what it observes."""
    contents = [{"steps": end - start, "observations": checksum(columns.observations[start:end])} for start, end in columns.ranges()]
    return {"rate": columns.rate, "about": columns.about, "episodes": columns.episodes, "actions": actions, "contents": contents}


def checksum(observations):
    """CRC-32 of observations [T, O] as float32, little-endian."""
    with np.errstate(all="ignore"):
        return zlib.crc32(np.ascontiguousarray(observations, "<f4").tobytes())


def facts_of(value, where, observations, lengths, account, rate=None, names=None, numbers=None):
    """What Hone wrote, where it is of these observations; `NOTHING`, which is told, where it is not.

    `rate`, `names` {observation, action}: what the data set says of itself, None where it does not. `observations`: None
    where they are not those that Hone wrote. `numbers`: of the episodes, where they are not simply 0, 1, 2.
    """
    facts = own_facts(value, where)
    why = _difference(facts, observations, lengths, rate, names or {}, numbers)
    if why is None:
        # Names of what Hone wrote are none of other keys'.
        return facts if observations is not None else facts | {"about": {k: v for k, v in facts["about"].items() if k != "observation"}}
    account.warn(
        f"what Hone wrote beside the numbers when it exported them is not of these any more ({why}): it is set aside, with its "
        "rate, names, units, action boxes and labels, and the data are read as anybody's"
    )
    return dict(NOTHING)


def _difference(facts, observations, lengths, rate, names, numbers):
    """How the data differ from what Hone wrote; None where they do not."""
    if facts["rate"] is not None and rate is not None and abs(facts["rate"] - rate) > 1e-6 * rate:
        return f"{facts['rate']:g} steps a second there, {rate:g} here"
    for key, found in names.items():
        said = [entry["name"] for entry in facts["about"].get(key) or ()]
        if said and found and said != found:
            return f"other names of the {key}, or another order"
    for key in ("episodes", "contents"):
        if facts[key] is not None and (len(facts[key]) != len(lengths) or (numbers is not None and list(numbers) != list(range(len(lengths))))):
            return f"{plural(len(facts[key]), 'episode')} there, {len(lengths)} here"
    start = 0
    for index, (entry, length) in enumerate(zip(facts["contents"] or (), lengths)):
        if entry["steps"] != length:
            return f"episode {index} has {plural(entry['steps'], 'step')} there, {length} here"
        if observations is not None and entry["observations"] != checksum(observations[start : start + length]):
            return f"other observations in episode {index}"
        start += length
    return None
