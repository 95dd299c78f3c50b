"""HDF5: D4RL, Minari and robomimic.

Written: D4RL (one file) and Minari (a folder that `minari.MinariDataset` opens). Read: all three.
"""

import json
import re
from pathlib import Path

import h5py
import numpy as np

from columns import Columns, FormatError, joined, member, names_of, parsed
from flat import flat_columns, flat_export

MINARI_FILE = "main_data.hdf5"


def write_d4rl(columns, path):
    arrays, extra = flat_export(columns)
    with h5py.File(path, "x") as file:
        file.attrs["hone"] = json.dumps(extra)
        for name, value in arrays.items():
            file.create_dataset(name, data=value)


def read_d4rl(path, _keys):
    with h5py.File(path, "r") as file:
        arrays = {}

        def take(name, item):
            if isinstance(item, h5py.Dataset) and item.ndim > 0 and item.dtype.kind in "fiub":
                arrays[name] = item[()]

        file.visititems(take)
        extra = _extra(file)
    return flat_columns(arrays, extra, path)


# Minari: episode_i with N + 1 observations, and a JSON of the spaces beside it.


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
    with h5py.File(data / MINARI_FILE, "x", track_order=True) as file:
        file.attrs["hone"] = json.dumps(
            {"rate": columns.rate, "about": columns.about, "episodes": columns.episodes}
        )
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


def read_minari(path, keys):
    path = Path(path)
    if path.is_dir():
        path = next((p for p in (path / "data" / MINARI_FILE, path / MINARI_FILE) if p.exists()), path)
    with h5py.File(path, "r") as file:
        groups = _numbered(file, "episode_")
        parts = {name: [] for name in ("obs", "next", "actions", "rewards", "terminations", "operator", "versions")}
        lengths = []
        names = None
        for group in groups:
            observations, names = _concatenated(member(group, "observations", group.name), keys)
            actions, _ = _concatenated(member(group, "actions", group.name), None)
            steps = len(actions)
            if len(observations) != steps + 1:
                raise FormatError(f"{group.name}: {len(observations)} observations for {steps} actions; Minari has one more")
            lengths.append(steps)
            parts["obs"].append(observations[:-1])
            parts["next"].append(observations[1:])
            parts["actions"].append(actions)
            parts["rewards"].append(_column(group, "rewards"))
            parts["terminations"].append(_column(group, "terminations").astype(bool))
            if "hone" in group:
                parts["operator"].append(_column(group["hone"], "operator").astype(bool))
                parts["versions"].append(_column(group["hone"], "policy_version"))
        extra = _extra(file) or {}
    has_own = len(parts["operator"]) == len(lengths)
    return Columns(
        observations=joined(parts["obs"], "observations"),
        next_observations=joined(parts["next"], "observations"),
        actions=joined(parts["actions"], "actions"),
        lengths=lengths,
        rewards=np.concatenate(parts["rewards"]),
        terminals=np.concatenate(parts["terminations"]),
        operator=np.concatenate(parts["operator"]) if has_own else None,
        versions=np.concatenate(parts["versions"]) if has_own else None,
        rate=extra.get("rate"),
        about=extra.get("about") or ({"observation": names} if names else {}),
        episodes=extra.get("episodes"),
    )


# robomimic: data/demo_i with obs and next_obs by key.


def read_robomimic(path, keys):
    with h5py.File(path, "r") as file:
        groups = _numbered(member(file, "data", path), "demo_")
        parts = {name: [] for name in ("obs", "next", "actions", "rewards", "dones")}
        names = None
        for group in groups:
            observations, names = _concatenated(member(group, "obs", group.name), keys)
            parts["obs"].append(observations)
            if "next_obs" in group:
                parts["next"].append(_concatenated(group["next_obs"], keys)[0])
            parts["actions"].append(_concatenated(member(group, "actions", group.name), None)[0])
            for name in ("rewards", "dones"):
                if name in group:
                    parts[name].append(_column(group, name))
    lengths = [len(actions) for actions in parts["actions"]]

    def whole(name):
        return joined(parts[name], name) if len(parts[name]) == len(lengths) else None

    dones = whole("dones")
    return Columns(
        observations=joined(parts["obs"], "observations"),
        next_observations=whole("next"),
        actions=joined(parts["actions"], "actions"),
        lengths=lengths,
        rewards=whole("rewards"),
        terminals=None if dones is None else dones.astype(bool),
        about={"observation": names},
        notes=["a robomimic file: observation keys in alphabetical order unless --keys names others"]
        if keys is None
        else [],
    )


def _extra(file):
    """What Hone wrote beside the arrays; None in a file of others."""
    return parsed(file.attrs["hone"], f"{file.filename}: hone") if "hone" in file.attrs else None


def _numbered(group, stem):
    found = [name for name in group if re.fullmatch(stem + r"\d+", name)]
    if not found:
        raise FormatError(f"{group.file.filename} has no {stem}0 in {group.name}")
    return [group[name] for name in sorted(found, key=lambda name: int(name[len(stem) :]))]


def _numbers(item):
    """[T, n] float32 of a dataset of numbers."""
    if not isinstance(item, h5py.Dataset) or item.dtype.kind not in "fiub" or item.ndim == 0 or item.size == 0:
        raise FormatError(f"{item.file.filename}: {item.name} holds no numbers with the steps first")
    return np.asarray(item[()], np.float32).reshape(len(item), -1)


def _column(group, name):
    """[T] numbers of a dataset, in their own type."""
    item = member(group, name, group.name)
    _numbers(item)
    return item[()].reshape(-1)


def _concatenated(item, keys):
    """[T, n] float32 of a dataset, or of a group's vectors side by side; and the names, if keys give any."""
    if isinstance(item, h5py.Dataset):
        return _numbers(item), None
    if keys is None:
        # Images are not scalars; anything flat is.
        keys = [name for name in sorted(item) if isinstance(item[name], h5py.Dataset) and item[name].ndim <= 2]
    missing = [key for key in keys if key not in item]
    if missing or not keys:
        raise FormatError(f"{item.name} has no {', '.join(missing) or 'vectors'}; it has: {', '.join(sorted(item))}")
    columns = [_numbers(item[key]) for key in keys]
    if len({len(column) for column in columns}) != 1:
        raise FormatError(f"{item.name}: {', '.join(keys)} differ in their number of steps")
    names = []
    for key, column in zip(keys, columns):
        names += [key] if column.shape[1] == 1 else [f"{key}[{i}]" for i in range(column.shape[1])]
    return np.concatenate(columns, axis=1), [{"name": name, "unit": None} for name in names]
