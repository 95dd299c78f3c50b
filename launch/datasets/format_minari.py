"""Minari: written as HDF5 (a folder that `minari.MinariDataset` opens); read as HDF5, Arrow and Parquet.

HDF5: groups episode_i with N + 1 observations. Arrow and Parquet: a folder an episode, of N + 1 rows whose last is only
an observation. A JSON of the spaces beside either.
"""

import contextlib
import json
import re
from pathlib import Path

import h5py
import numpy as np

import hdf5
import known
import own
import rates
import tables
from account import Account, listed, plural, shape_text
from columns import Columns, FormatError, joined, names_of, of_all, warn_of_choices
from sources import int_of, json_file, natural, parsed, reading

MINARI_FILE = "main_data.hdf5"


def write_minari(columns, folder):
    columns.fill_next()
    data = Path(folder) / "data"
    data.mkdir(parents=True)
    last = columns.last_steps()
    inner = ~last[:-1]
    broken = inner & (columns.next_observations[:-1] != columns.observations[1:]).any(axis=1)
    if broken.any():
        raise FormatError(
            f"{int(broken.sum())} steps see something else after them than the following step sees before it; "
            "Minari has one observation for both: export to another format"
        )
    with hdf5.written(data / MINARI_FILE, track_order=True) as file:
        file.attrs["hone"] = json.dumps(own.extra(columns))
        for index, (start, end) in enumerate(columns.ranges()):
            group = file.create_group(f"episode_{index}")
            group.attrs["id"] = index
            group.attrs["total_steps"] = end - start
            group["observations"] = np.concatenate(
                [columns.observations[start:end], columns.next_observations[end - 1 : end]]
            )
            group["actions"] = columns.actions[start:end]
            group["rewards"] = columns.rewards[start:end]
            group["terminations"] = columns.terminals[start:end]
            group["truncations"] = last[start:end] & ~columns.terminals[start:end]
            # Beside Minari's own names, which its readers ask for one by one.
            group["hone/operator"] = columns.operator[start:end]
            group["hone/policy_version"] = columns.versions[start:end]

    def box(count, bound):
        return json.dumps(
            {"type": "Box", "dtype": "float32", "shape": [count], "low": [-bound] * count, "high": [bound] * count}
        )

    name = re.sub(r"[^a-z0-9-]+", "-", str(columns.about.get("task") or "session").lower())
    metadata = {
        "dataset_id": f"hone/{name}-v0",
        "minari_version": "0.5.0",
        "data_format": "hdf5",
        "total_episodes": len(columns.lengths),
        "total_steps": columns.steps,
        "observation_space": box(columns.observations.shape[1], float("inf")),
        "action_space": box(columns.actions.shape[1], 1.0),
        "description": columns.about.get("instruction") or "",
        "observation_names": names_of(columns.about, "observation"),
        "action_names": names_of(columns.about, "action"),
    }
    (data / "metadata.json").write_text(json.dumps(metadata, indent=2))


def find(path):
    """(HDF5 file or None, folder of episodes or None) of a Minari data set; (None, None) of what is none."""
    path = Path(path)
    if not path.is_dir():
        return path, None
    for folder in (path / "data", path):
        if (folder / MINARI_FILE).exists():
            return folder / MINARI_FILE, None
        # Folders of episodes are those of Minari when they hold a part of one.
        if any(folder.glob("[0-9]*/*.arrow")) or any(folder.glob("[0-9]*/*.parquet")):
            return None, folder
    return None, None


def read_minari(path, keys):
    file, folder = find(path)
    if file is None and folder is None:
        raise FormatError(f"{path} is no Minari data set: it has neither data/{MINARI_FILE} nor data/0/part-0.arrow or .parquet")
    account = Account()
    extra = None
    if file is not None:
        beside = file.parent / "metadata.json"
        with hdf5.opened(file) as opened:
            episodes = [_of_group(name, group, keys, file, account) for name, group in hdf5.numbered(opened, "episode_", file)]
            for name in hdf5.names_in(opened, file):
                if not re.fullmatch(r"episode_[0-9]+", name):
                    account.not_used(name, "", "no episode", is_loss=False)
            text = hdf5.attribute(opened, "hone", file)
            extra = None if text is None else parsed(str(text), f"{file}: hone")
    else:
        beside = folder / "metadata.json"
        parts = sorted((p for p in folder.iterdir() if p.is_dir() and re.fullmatch("[0-9]{1,18}", p.name)), key=lambda p: int(p.name))
        episodes = [_of_table(part, keys, account) for part in parts]
    return _columns(episodes, beside, extra, keys, account, path)


def _columns(episodes, beside, extra, keys, account, path):
    """One data set of its episodes; `extra`: what Hone wrote beside them, or None."""
    account.has(len(episodes), sum(len(e["actions"]) for e in episodes))
    rate, place = None, None
    if beside.exists():
        total = json_file(beside)
        rate, place = _rate(total, beside)
        _check_actions(total.get("action_space"), beside, account)
        absent = {}
        for key, found in (("total_episodes", len(episodes)), ("total_steps", account.found["steps"])):
            said = total.get(key)
            if isinstance(said, int) and said > found:
                absent[key] = said - found
            elif said is not None and said != found:
                account.warn(f"{beside.name} says {key} {str(said)[:20]}, and there are {found}")
        account.miss(f"{beside.name} counts them", absent.get("total_episodes", 0), absent.get("total_steps", 0))
    else:
        account.warn("no metadata.json beside the data: how many episodes there should be is not known")
    empty = [e["name"] for e in episodes if not len(e["actions"])]
    account.leave_out(f"without a step: {listed(empty)}", episodes=len(empty))
    episodes = [e for e in episodes if len(e["actions"])]
    if not episodes:
        raise FormatError(f"{path} has no episode with a step")
    same_names(episodes, path)
    for name, meaning in (("terminations", "nothing comes after"), ("truncations", "cut off by time")):
        account.end(name, sum(bool(e[name][-1]) for e in episodes if e[name] is not None), meaning)
    both = [e for e in episodes if all(e[name] is not None for name in ("terminations", "truncations"))]
    known.tell_of_both(sum(int((e["terminations"] & e["truncations"]).sum()) for e in both), account)
    account.end("the end of the episode's own data", sum(not _ends(e) for e in episodes), "taken as cut off by time: neither of the two says how it ended")
    names = episodes[0]["names"]
    for e in episodes:
        # One that does not say that it was terminal was not.
        if e["terminations"] is None and any(other["terminations"] is not None for other in episodes):
            e["terminations"] = np.zeros(len(e["actions"]), bool)

    def whole(key):
        return of_all([e[key] for e in episodes], key, "episodes", account)

    observations = joined([e["observations"][:-1] for e in episodes], "observations")
    lengths = [len(e["actions"]) for e in episodes]
    facts = own.NOTHING if extra is None else own.facts_of(extra, path, observations if keys is None else None, lengths, account, rate)
    columns = Columns(
        observations=observations,
        next_observations=joined([e["observations"][1:] for e in episodes], "observations"),
        actions=joined([e["actions"] for e in episodes], "actions"),
        lengths=lengths,
        rewards=whole("rewards"),
        terminals=whole("terminations"),
        operator=whole("operator"),
        versions=whole("versions"),
        rate=facts["rate"] or rate,
        about=({"observation": names} if names else {}) | facts["about"],
        episodes=facts["episodes"],
        succeeded=[e["success"] for e in episodes],
        actions_are=facts["actions"],
        notes=[f"{rate:g} steps a second by {place}"] if place else [],
        account=account,
    )
    columns.end_once()
    return columns


def _rate(metadata, beside):
    """(rate, place) by the metadata, or by what its environment was made with."""
    spec = metadata.get("env_spec")
    if isinstance(spec, str):
        with contextlib.suppress(FormatError):
            spec = parsed(spec, f"{beside}: env_spec")
    settings = spec.get("kwargs") if isinstance(spec, dict) and isinstance(spec.get("kwargs"), dict) else {}
    said = [(name, metadata.get(name)) for name in rates.STATED]
    return rates.stated([*said, *((f"env_spec.kwargs.{name}", settings.get(name)) for name in ("control_freq", "control_frequency"))], beside)


def _check_actions(space, beside, account):
    """What the metadata says of actions: choices move no axis, and bounds other than −1…1 are another scale."""
    if isinstance(space, str):
        space = parsed(space, f"{beside}: action_space")
    kind = space.get("type") if isinstance(space, dict) else None
    if kind in ("Discrete", "MultiDiscrete", "MultiBinary", "Text"):
        raise FormatError(f"{beside}: its actions are {kind}, choices among several, and no motions of a robot's axes")
    low, high = (space.get(end) if isinstance(space, dict) else None for end in ("low", "high"))
    with np.errstate(all="ignore"), contextlib.suppress(ValueError, TypeError, OverflowError):
        bounds = np.asarray([low, high], np.float64).reshape(2, -1)
        odd = np.flatnonzero((bounds[0] != -1) | (bounds[1] != 1))
        if np.isfinite(bounds).all() and len(odd):
            at = odd[0]
            account.warn(
                f"{beside.name} says that action {at} is {bounds[0, at]:.4g}…{bounds[1, at]:.4g}, and −1…1 of the robot's action "
                "boxes is taken: --actions physical if these are the axes' units"
            )


def _ends(episode):
    return any(episode[name] is not None and bool(episode[name][-1]) for name in ("terminations", "truncations"))


def same_names(episodes, path):
    """Episodes that do not observe the same things in the same order would be scrambled."""
    for episode in episodes:
        if episode["names"] != episodes[0]["names"]:
            mine, first = ({n["name"] for n in e["names"] or ()} for e in (episode, episodes[0]))
            raise FormatError(
                f"{path}: {episode['name']} does not observe what {episodes[0]['name']} does: "
                f"{listed(sorted(mine ^ first)) or 'another order'}; choose with --keys what all have"
            )


def _of_group(name, group, keys, where, account):
    """One episode of HDF5."""
    if not isinstance(group, h5py.Group):
        raise FormatError(f"{where}: {name} is no group")

    def item(part):
        if not hdf5.has(group, part, where):
            raise FormatError(f"{where}: {name} has no '{part}'; it has: {listed(hdf5.names_in(group, where), 20)}")
        return hdf5.child(group, part, where)

    observations, names, left = hdf5.side_by_side(item("observations"), keys, where) if _rows(item("observations"), where) else (None, None, [])
    for part, shape, why in left:
        account.not_used(f"observations.{part}", shape, why, keys is None)
    if isinstance(item("actions"), h5py.Dataset) and hdf5.is_numbers(item("actions")):
        warn_of_choices(np.zeros(0, item("actions").dtype), account)
    actions = hdf5.side_by_side(item("actions"), None, where)[0] if _rows(item("actions"), where) else np.zeros((0, 1), np.float32)
    steps = len(actions)
    if steps and (observations is None or len(observations) != steps + 1):
        count = 0 if observations is None else len(observations)
        raise FormatError(f"{where}: {name} has {plural(count, 'observation')} for {plural(steps, 'action')}; Minari has one more")
    said = count_of(hdf5.attribute(group, "total_steps", where))
    if said is not None and said != steps:
        raise FormatError(f"{where}: {name} says total_steps {said} and has {steps}: a part of it is missing")

    def column(part, is_flag=False):
        if not hdf5.has(group, part, where):
            return None
        numbers = hdf5.values(hdf5.child(group, part, where), where).reshape(-1)
        if len(numbers) != steps:
            raise FormatError(f"{where}: {name} has {plural(len(numbers), 'row')} of {part} for {plural(steps, 'action')}")
        return known.flags(numbers, part, f"{where}: {name}") if is_flag else numbers

    success, from_name = success_of(group, where, account)
    for part, below in hdf5.flattened(group, where):
        if part.split(".")[0] not in ("observations", "actions", "rewards", "terminations", "truncations", "hone") and part != from_name:
            account.not_used(part, "", "neither observed nor done", keys is None)
    return {
        "name": name, "names": names, "observations": observations, "actions": actions, "success": success,
        "rewards": column("rewards"), "terminations": column("terminations", True), "truncations": column("truncations", True),
        "operator": column("hone/operator", True), "versions": column("hone/policy_version"),
    }  # fmt: skip


def _rows(item, where):
    """Whether an item of an episode holds any row."""
    with reading(where):
        return any(part.shape and part.shape[0] > 0 for _, part in hdf5.flattened(item, where))


def count_of(value):
    """The whole number of an attribute; None of what is none."""
    return None if value is None or np.size(value) != 1 else int_of(np.reshape(value, -1)[0])


def success_of(group, where, account):
    """Whether an episode's group says that it succeeded, and by which member: (True, False or None, name)."""
    said, name = _said_success(group, where)
    if name is not None and said is None:
        account.warn(f"{group.name}: {name} is neither true nor false: whether it succeeded is not known")
    return said, name


def _said_success(group, where):
    """The same without a word."""
    for name in known.SUCCESS:
        said = hdf5.attribute(group, name, where)
        if said is not None:
            return known.truth(said), name
        for place in (name, f"infos/{name}"):
            if not hdf5.has(group, place, where):
                continue
            item = hdf5.child(group, place, where)
            if hdf5.is_numbers(item):
                return known.truth(hdf5.values(item, where)), place.replace("/", ".")
            with reading(where, place):
                if isinstance(item, h5py.Dataset) and item.ndim == 0:
                    return known.truth(hdf5.content(item, where)), place.replace("/", ".")
    return None, None


def _of_table(folder, keys, account):
    """One episode of Arrow or Parquet."""
    files = sorted([*folder.glob("*.arrow"), *folder.glob("*.parquet")], key=natural)
    if not files:
        raise FormatError(f"{folder} has no part of an episode (part-0.arrow or part-0.parquet)")
    columns = tables.columns(files, f"{folder}")
    for name in ("observations", "actions"):
        if name not in columns:
            raise FormatError(f"{folder} has no '{name}'; it has: {listed(columns, 20)}")
    observations, names, left = tables.side_by_side(columns["observations"], keys, f"{folder}: observations")
    for part, why in left:
        account.not_used(f"observations.{part}" if part else "observations", "", why, keys is None)
    steps = max(0, len(observations) - 1)
    actions = tables.side_by_side(columns["actions"].slice(0, steps), None, f"{folder}: actions")[0] if steps else np.zeros((0, 1), np.float32)
    beside = folder / "metadata.json"
    said = json_file(beside).get("total_steps") if beside.exists() else None
    if said is not None and said != steps:
        raise FormatError(f"{folder}: metadata.json says total_steps {str(said)[:20]} and there are {steps}: a part of it is missing")

    def column(name, is_flag=False):
        if name not in columns:
            return None
        numbers = tables.numbers(columns[name].slice(0, steps), f"{folder}: {name}").reshape(-1)
        return known.flags(numbers, name, str(folder)) if is_flag else numbers

    success = None
    for name, part in tables.flattened(columns.get("infos"), "infos"):
        if name.split(".")[-1] in known.SUCCESS and len(part) and tables.is_number(part):
            success = known.truth(tables.numbers(part, f"{folder}: {name}"))
        else:
            account.not_used(name, "", "neither observed nor done", keys is None)
    for name in columns:
        if name not in ("observations", "actions", "rewards", "terminations", "truncations", "infos", "episode_id"):
            account.not_used(name, "", "neither observed nor done", keys is None)
    return {
        "name": folder.name, "names": names, "observations": observations, "actions": actions, "success": success,
        "rewards": column("rewards"), "terminations": column("terminations", True), "truncations": column("truncations", True),
        "operator": None, "versions": None,
    }  # fmt: skip
