"""Flat arrays over all steps, as D4RL has them, to columns and back.

An episode ends where an array says so, by any of the names in `known`; files without timeouts also where the next
observation is not the following one. Without any end nothing is read.
"""

import numpy as np

import known
import own
import rates
from account import Account, listed, plural, shape_text
from columns import Columns, FormatError, matrix, named
from following import settled, strays
from sources import natural

FLAGS = {*known.TERMINALS, *known.TIMEOUTS, "dones", "done"}  # of nothing else
LEAP = 4.0  # times the longest way between two steps of an episode is the way to another episode


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
    return arrays, own.extra(columns)


def flat_columns(arrays, extra, path, keys=None, others=(), said=()):
    """Columns of flat arrays by name.

    `extra`: as `flat_export` gave it, or None. `keys`: the arrays that are observed; None for the usual ones.
    `others`: (name, shape, why) of what the file has and is no array of numbers. `said`: (place, value) of rates beside the arrays.
    """
    account = Account()
    used = set()

    def take(names):
        name = known.first(arrays, names)
        if name is not None:
            used.add(name)
        return name, None if name is None else arrays[name]

    observations, names, following = _observations(arrays, keys, used, others, path)
    observed = list(keys) if keys else [name for name in sorted(used, key=natural) if name.split("/")[0] in known.OBSERVATIONS]
    name, actions = take(known.ACTIONS)
    if actions is None:
        raise FormatError(f"{path} has no 'actions'; it has: {_what_there_is(arrays, others)}")
    steps = len(observations)
    if len(actions) != steps:
        raise FormatError(f"{path}: {plural(len(actions), 'row')} of {name} for {plural(steps, 'observation')}")
    if following is None and keys is None:
        following = take(known.NEXT)[1]
    following = None if following is None else matrix(following, "next observations")
    if following is not None and following.shape != observations.shape:
        raise FormatError(f"{path}: next observations [{shape_text(following.shape)}] do not go with observations [{shape_text(observations.shape)}]")
    rewards = take(known.REWARDS)[1]
    operator, versions = (take((name,))[1] for name in ("infos/operator", "infos/policy_version"))
    terminals, breaks, has_any, following = _ends(arrays, following, observations, used, account, path)
    if steps == 0:
        raise FormatError(f"{path}: there is no step in it")
    if not has_any:
        raise FormatError(
            f"{path}: {plural(steps, 'step')} and no end of an episode. Looked for: {', '.join(known.TERMINALS[:3])}, "
            f"{', '.join(known.TIMEOUTS[:3])}, {', '.join(known.LASTS[:3])}, {', '.join(known.LENGTHS[:2])} and their like; "
            f"the file has: {_what_there_is(arrays, others)}. Add an array of one flag a step that is 1 at each episode's last"
        )
    ends, kept = _episodes(terminals, breaks, observations, rewards)
    cut = steps > 0 and not ends[-1]
    if cut:
        ends[-1] = True
        account.end("the end of the file", 1, "taken as cut off by time: the last episode has no end of its own")
    positions = np.flatnonzero(ends)
    lengths = np.diff(np.concatenate([[-1], positions])).astype(int).tolist()
    account.has(len(lengths) + sum(entry["episodes"] for entry in account.left_out), steps)
    succeeded = _succeeded(arrays, lengths, used)
    notes = []
    rate = _rate(arrays, said, lengths, used, notes, account, path)
    for name in sorted(set(arrays) - used):
        is_row = arrays[name].ndim > 0 and len(arrays[name]) == steps
        why = "numbers that are neither observed nor done" if is_row else "not one a step"
        width = int(np.prod(arrays[name].shape[1:])) if is_row and arrays[name].ndim <= 2 else None
        account.not_used(name, shape_text(arrays[name].shape), why, is_row and keys is None, width)
    for name, shape, why in others:
        account.not_used(name, shape, why, is_loss=keys is None and shape.split("×")[0] == str(steps) and "a step" in why)
    facts = own.NOTHING if extra is None else own.facts_of(extra, path, observations if keys is None else None, lengths, account, rate)
    columns = Columns(
        observations=observations,
        actions=actions,
        lengths=lengths,
        next_observations=following,
        rewards=_column(rewards),
        terminals=terminals,
        operator=None if operator is None else known.flags(operator, "infos/operator", path),
        versions=None if versions is None else _column(versions),
        rate=facts["rate"] or rate,
        about=({"observation": names} if names else {}) | facts["about"],
        episodes=facts["episodes"],
        succeeded=succeeded,
        # Where the recording stops is no end.
        stopped=[False] * (len(lengths) - 1) + [True] if cut else None,
        observed=observed,
        actions_are=facts["actions"],
        notes=notes,
        account=account,
    )
    columns.leave_after_end(kept)
    columns.end_once()
    return columns


def _what_there_is(arrays, others):
    """The names in a file, and why those that are no numbers are none."""
    return listed([*sorted(arrays), *(f"{name} ({why})" for name, _, why in others)], 20) or "nothing"


def _observations(arrays, keys, used, others, path):
    """[T, O] of what is observed; names where several arrays stand side by side; what is seen next, if it has the same parts."""
    after = None
    if keys is None:
        name = known.first(arrays, known.OBSERVATIONS)
        if name is not None:
            used.add(name)
            return matrix(arrays[name], name), None, None
        folders = {key.split("/")[0]: 0 for key in arrays if "/" in key}
        stem, after = known.first(folders, known.OBSERVATIONS), known.first(folders, known.NEXT)
        keys = [key for key in sorted(arrays, key=natural) if stem and key.startswith(stem + "/") and arrays[key].ndim in (1, 2)]
        if not keys:
            raise FormatError(f"{path} has no 'observations'; it has: {_what_there_is(arrays, others)}")
    missing = [key for key in keys if key not in arrays]
    if missing:
        raise FormatError(f"{path} has no {', '.join(missing)}; it has: {_what_there_is(arrays, others)}")
    parts = [matrix(arrays[key], key) for key in keys]
    used.update(keys)
    names = []
    for key, part in zip(keys, parts):
        name = key.split("/", 1)[-1].replace("/", ".")
        names += [name] if part.shape[1] == 1 else [f"{name}[{i}]" for i in range(part.shape[1])]
    following = [f"{after}/{key.split('/', 1)[-1]}" for key in keys]
    if after and all(key in arrays for key in following):
        used.update(following)
        following = _beside([matrix(arrays[key], key) for key in following], following, path)
    else:
        following = None
    return _beside(parts, keys, path), named(names) if len(keys) > 1 else None, following


def _beside(parts, keys, path):
    """[T, n] of several arrays of T rows."""
    if len({len(part) for part in parts}) != 1:
        raise FormatError(f"{path}: {', '.join(keys)} differ in their number of steps")
    return np.concatenate(parts, axis=1)


def _ends(arrays, following, observations, used, account, path):
    """[T] terminal steps or None, [T] steps after which another episode begins for certain, whether the file has any end, and what is seen next."""
    steps = len(observations)
    terminals, breaks = None, np.zeros(steps, bool)

    def flagged(names):
        for name in names:
            if name in FLAGS and name in arrays and arrays[name].size != steps:
                raise FormatError(f"{path}: {name} [{shape_text(arrays[name].shape)}] is a flag a step, and there are {plural(steps, 'step')}")
            if name in arrays and arrays[name].size == steps and arrays[name].dtype.kind in "fiub":
                used.add(name)
                yield name, known.flags(arrays[name], name, path)

    def join(one, other):
        return other if one is None else one | other

    for name, values in flagged(known.TERMINALS):
        terminals = join(terminals, values)
        account.end(name, _runs(values), "nothing comes after")
    for name, values in flagged(known.TIMEOUTS):
        breaks |= values
        account.end(name, values.sum(), "cut off by time")
    known.tell_of_both(0 if terminals is None else int((terminals & breaks).sum()), account)
    known_kinds = terminals is not None
    if known_kinds:
        # The same once more, turned round.
        used.update(name for name in known.MASKS if name in arrays and np.array_equal(arrays[name].reshape(-1), ~terminals))
    else:
        for name, values in flagged(known.MASKS):
            terminals = join(terminals, ~values)
            account.end(name, _runs(~values), "0 where nothing comes after")
    for name, values in flagged(known.LASTS):
        if terminals is None and name not in known.CUTS:
            terminals = values & ~breaks
            account.end(name, _runs(values), "taken as: nothing comes after, but where it is a time-out")
        elif terminals is None or (values & ~terminals).any():
            breaks |= values if terminals is None else values & ~terminals
            account.end(name, values.sum(), "the episode's last step")
    for name, values in flagged(known.STARTS):
        if values.any():
            breaks[:-1] |= values[1:]
            breaks[-1:] = True
            account.end(name, values[1:].sum() + 1, "the next episode begins")
    for name in known.NUMBERS:
        if name in arrays and arrays[name].size == steps and arrays[name].dtype.kind in "fiu":
            used.add(name)
            ends = breaks if terminals is None else breaks | terminals
            changes = _changes(arrays[name].reshape(-1), ends, name, path)
            breaks[:-1] |= changes
            breaks[-1:] = True
            account.end(name, changes.sum() + 1, "the episode's number changes")
    _counted(arrays, breaks, used, account, path)
    # A file whose next observations are only its observations, moved by one, says nothing by them.
    if following is not None and steps > 1:
        inside = ~breaks[:-1] & ~(False if terminals is None else terminals[:-1])
        following = settled(observations, following, inside, "next_observations", account, path)
    if following is not None and steps > 1:
        jumps = strays(observations, following)
        breaks[:-1] |= jumps
        account.end("next observations", (jumps & inside).sum(), "not the following one: cut off there")
    has_any = bool(breaks.any()) or (terminals is not None and bool(terminals.any()))
    return terminals, breaks, has_any, following


def _changes(numbers, ends, name, path):
    """[T - 1] where an episode's number changes; one that comes back is another episode only where the file says so too."""
    if not np.isfinite(numbers).all():
        raise FormatError(f"{path}: {name} holds numbers that are not finite")
    changes = np.diff(numbers) != 0
    begun = numbers[np.concatenate([[True], changes])] if len(numbers) else numbers
    if len(np.unique(begun)) < len(begun) and (changes & ~ends[:-1]).any():
        values, counts = np.unique(begun, return_counts=True)
        back = np.flatnonzero(counts > 1)[0]
        raise FormatError(
            f"{path}: {name} {values[back]:g} begins {counts[back]} times: steps of several episodes stand between each other, or "
            "files were merged without renumbering; sort the steps by episode, or number the episodes anew"
        )
    return changes


def _counted(arrays, breaks, used, account, path):
    """Ends of arrays with one number an episode."""
    steps = len(breaks)
    for names, is_sum in ((known.LENGTHS, False), (known.ENDS, True)):
        name = known.first(arrays, names)
        if name is None or arrays[name].dtype.kind not in "fiu":
            continue
        values = np.asarray(arrays[name]).reshape(-1)
        if not len(values) or not np.isfinite(values).all() or (values != np.floor(values)).any() or (np.abs(values) > steps).any():
            raise FormatError(f"{path}: {name} is not how many steps each episode has of {steps}")
        values = values.astype(np.int64)
        lengths = np.diff(np.concatenate([[0], values])) if is_sum else values
        if (lengths < 0).any() or lengths.sum() != steps:
            raise FormatError(f"{path}: episodes of {int(lengths.sum())} steps in all by {name} do not go with {steps} observations")
        used.add(name)
        account.leave_out(f"without a step by {name}", episodes=int((lengths == 0).sum()))
        breaks[np.cumsum(lengths[lengths > 0]) - 1] = True
        account.end(name, int((lengths > 0).sum()), "as many steps as it says")


def _runs(values):
    """How many runs of true values there are."""
    return int(values[:1].sum() + (values[1:] & ~values[:-1]).sum())


def _episodes(terminals, breaks, observations, rewards):
    """[T] last steps of episodes, and [T] which steps are kept.

    Every terminal step ends an episode, unless the next one is terminal too and of the same episode: then the goal was
    reached at the first of them, and what comes up to the end that is certain, or to where the robot is somewhere else
    at once, is behind the end.
    """
    steps = len(breaks)
    kept = np.ones(steps, bool)
    if terminals is None:
        return breaks.copy(), kept
    ends = breaks | terminals
    again = terminals[:-1] & terminals[1:] & ~breaks[:-1]
    if not again.any():
        return ends, kept
    is_certain = bool(breaks.any())
    bounds = np.concatenate([[0], np.flatnonzero(breaks) + 1, [steps]])
    for start, end in zip(bounds[:-1], bounds[1:]):
        if not again[start : max(start, end - 1)].any():
            continue
        _end_segment(int(start), int(end), terminals, ends, kept, observations, rewards, is_certain)
    return ends, kept


def _end_segment(start, end, terminals, ends, kept, observations, rewards, is_certain):
    """Ends in a stretch of steps in which terminal ones follow each other."""
    with np.errstate(all="ignore"):
        ways = np.linalg.norm(np.diff(observations[start:end].astype(np.float64), axis=0), axis=1)
    inside = ways[~terminals[start : end - 1]]
    far = LEAP * (inside.max() if len(inside) else np.inf)
    row = start
    while row < end:
        marked = np.flatnonzero(terminals[row:end])
        if not len(marked):
            return
        first = row + int(marked[0])
        last = first
        while last + 1 < end and terminals[last + 1]:
            last += 1
        reached = first
        if rewards is not None and len(rewards) == len(terminals):
            reached = first + int(np.argmax(np.nan_to_num(np.asarray(rewards[first : last + 1], np.float64).reshape(last + 1 - first, -1)[:, 0])))
        # Behind the run the next episode begins, if the robot leapt there or nothing else says where episodes end.
        while is_certain and last + 1 < end and not (terminals[last] and ways[last - start] > far):
            last += 1
        ends[first:last] = False
        ends[last] = True
        kept[reached + 1 : last + 1] = False
        row = last + 1


def _succeeded(arrays, lengths, used):
    """[E] whether each episode succeeded by a flag a step, or None."""
    for name in known.SUCCESS:
        for place in (name, f"infos/{name}"):
            values = arrays.get(place)
            if values is not None and values.size == len(lengths) < sum(lengths) and values.dtype.kind in "fiub":
                used.add(place)
                return [known.truth(value) for value in values.reshape(-1)]
            if values is not None and values.size == sum(lengths) and values.dtype.kind in "fiub":
                used.add(place)
                ends = np.cumsum(lengths)
                return [known.truth(values.reshape(-1)[end - n : end]) for n, end in zip(lengths, ends)]
    return None


def _rate(arrays, said, lengths, used, notes, account, path):
    """Steps per second that a number, an attribute or timestamps say; None where none does."""
    names = [name for name in rates.STATED if name in arrays and arrays[name].size == 1]
    used.update(names)
    rate, place = rates.stated([*said, *((name, arrays[name]) for name in names)], path)
    name = next((n for n in rates.TIMES if n in arrays and arrays[n].size == sum(lengths) and arrays[n].dtype.kind in "fiu"), None)
    if rate is not None:
        notes.append(f"{rate:g} steps a second by {place}")
    if name is None:
        return rate
    used.add(name)
    if rate is None:
        return rates.by_times(arrays[name], lengths, name, notes, account)
    rates.compare(rate, place, arrays[name], lengths, name, account)
    return rate


def _column(values):
    return None if values is None else np.asarray(values).reshape(-1)
