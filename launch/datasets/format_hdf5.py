"""HDF5 of D4RL, written and read, and of robomimic, read."""

import json

import h5py
import numpy as np

import following
import hdf5
import known
import rates
from account import Account, listed, plural, shape_text
from columns import Columns, FormatError, joined, of_all, warn_of_choices
from flat import flat_columns, flat_export
from format_minari import count_of, same_names, success_of
from sources import parsed, reading


def write_d4rl(columns, path):
    arrays, extra = flat_export(columns)
    with hdf5.written(path) as file:
        file.attrs["hone"] = json.dumps(extra)
        for name, value in arrays.items():
            file.create_dataset(name, data=value)


def read_d4rl(path, keys):
    arrays, others = {}, []
    with hdf5.opened(path) as file:
        items = hdf5.flattened(file, path)
        hdf5.foresee([item for _, item in items if hdf5.is_numbers(item) and item.ndim <= 2], path)
        for name, item in items:
            name = item.name.strip("/")
            if hdf5.is_numbers(item) and item.ndim <= 2:
                arrays[name] = hdf5.values(item, path)
            else:
                others.append((name, shape_text(item.shape or ()), "a picture or a table a step" if hdf5.is_numbers(item) else "not numbers a step"))
        text = hdf5.attribute(file, "hone", path)
        said = [(f"the attribute {name}", hdf5.attribute(file, name, path)) for name in rates.STATED]
    return flat_columns(arrays, None if text is None else parsed(str(text), f"{path}: hone"), path, keys, others, said)


# robomimic: data/demo_i with obs and next_obs by key.


def read_robomimic(path, keys):
    account = Account()
    with hdf5.opened(path) as file:
        if not hdf5.has(file, "data", path):
            raise FormatError(f"{path} has no 'data'; it has: {listed(hdf5.names_in(file, path), 20)}")
        data = hdf5.child(file, "data", path)
        if not isinstance(data, h5py.Group):
            raise FormatError(f"{path}: data is no group of demonstrations")
        demos = [_demo(name, group, keys, path, account) for name, group in hdf5.numbered(data, "demo_", path)]
        named = {demo["name"] for demo in demos}
        for name in hdf5.names_in(data, path):
            if name not in named:
                account.not_used(f"data.{name}", "", "no demonstration", keys is None)
        _tell_of_masks(file, path, account)
        for name in hdf5.names_in(file, path):
            if name not in ("data", "mask"):
                account.not_used(name, "", "neither observed nor done", is_loss=False)
        total = hdf5.attribute(data, "total", path)
        rate, place = _rate(hdf5.attribute(data, "env_args", path), path, account)
    steps = sum(len(demo["actions"]) for demo in demos)
    account.has(len(demos), steps)
    said = count_of(total)
    if said is not None and said > steps:
        account.miss("the file's own total counts them", steps=said - steps)
    elif said is not None and said != steps:
        account.warn(f"the file says total {said}, and its demonstrations have {plural(steps, 'step')}")
    empty = [demo["name"] for demo in demos if not len(demo["actions"])]
    account.leave_out(f"without a step: {listed(empty)}", episodes=len(empty))
    demos = [demo for demo in demos if len(demo["actions"])]
    if not demos:
        raise FormatError(f"{path} has no demonstration with a step")
    same_names(demos, path)
    columns = _columns(demos, keys, account, path)
    columns.rate = rate
    if place:
        columns.notes.append(f"{rate:g} steps a second by {place}")
    return columns


def _rate(text, path, account):
    """(rate, place) of the environment's own arguments: robosuite's control_freq, or a step of Isaac Lab's simulator times its decimation."""
    if text is None:
        return None, None
    try:
        arguments = parsed(text if isinstance(text, (str, bytes)) else str(text), f"{path}: env_args")
    except FormatError as error:
        account.warn(f"{error}: what rate it says is not known")
        return None, None
    settings, simulator = (arguments.get(key) if isinstance(arguments.get(key), dict) else {} for key in ("env_kwargs", "sim_args"))
    said = [(f"env_args.env_kwargs.{name}", settings.get(name)) for name in ("control_freq", "control_frequency")]
    parts = [simulator.get(name) for name in ("dt", "decimation")]
    if all(isinstance(part, (int, float)) and not isinstance(part, bool) and 0 < part < 1e6 for part in parts):
        said.append(("env_args.sim_args (dt times decimation)", float(f"{1 / (parts[0] * parts[1]):.6g}")))
    return rates.stated(said, path)


def _tell_of_masks(file, path, account):
    """Lists of demonstrations, such as those to train on: nobody reads them, so all are taken."""
    if not hdf5.has(file, "mask", path):
        return
    masks = hdf5.child(file, "mask", path)
    names = hdf5.names_in(masks, path) if isinstance(masks, h5py.Group) else []
    account.not_used(f"mask [{listed(names)}]", "", "lists of demonstrations: all are taken, whatever list they are in", is_loss=False)


def _columns(demos, keys, account, path):
    def whole(name, key=None):
        return of_all([demo[key or name] for demo in demos], name, "demonstrations", account)

    dones = whole("dones")
    for name, demo in [(demo["name"], demo) for demo in demos if demo["next"] is not None and demo["next"].shape != demo["observations"].shape]:
        raise FormatError(f"{name}: next_obs [{shape_text(demo['next'].shape)}] do not go with obs [{shape_text(demo['observations'].shape)}]")
    account.end("dones", 0 if dones is None else sum(bool(demo["dones"][-1]) for demo in demos), "nothing comes after")
    other = len(demos) if dones is None else sum(not demo["dones"][-1] for demo in demos)
    account.end("the end of the demonstration", other, "taken as cut off by time, unless it succeeded")
    columns = Columns(
        observations=joined([demo["observations"] for demo in demos], "observations"),
        next_observations=whole("next_obs", "next"),
        actions=joined([demo["actions"] for demo in demos], "actions"),
        lengths=[len(demo["actions"]) for demo in demos],
        rewards=whole("rewards"),
        terminals=dones,
        about={"observation": demos[0]["names"]} if demos[0]["names"] else {},
        succeeded=[demo["success"] for demo in demos],
        notes=["a robomimic file: observation keys in alphabetical order, numbers in them by size, unless --keys names others"] if keys is None else [],
        account=account,
    )
    following.check(columns, "next_obs", path)
    columns.end_once()
    return columns


def _demo(name, group, keys, where, account):
    """One demonstration."""
    if not isinstance(group, h5py.Group):
        raise FormatError(f"{where}: data/{name} is no group")
    where = f"{where}: {name}"

    def item(part, is_needed=True):
        if hdf5.has(group, part, where):
            return hdf5.child(group, part, where)
        if is_needed:
            names = hdf5.names_in(group, where)
            hint = ": states are the simulator's own, from which robomimic's dataset_states_to_obs.py makes obs" if part == "obs" and "states" in names else ""
            raise FormatError(f"{where} has no '{part}'; it has: {listed(names, 20)}{hint}")
        return None

    def has_rows(part):
        with reading(where):
            return any(below.shape and below.shape[0] > 0 for _, below in hdf5.flattened(part, where))

    obs, act = item("obs"), item("actions")
    if isinstance(act, h5py.Dataset) and hdf5.is_numbers(act):
        warn_of_choices(np.zeros(0, act.dtype), account)
    said = count_of(hdf5.attribute(group, "num_samples", where))
    actions = hdf5.side_by_side(act, None, where)[0] if has_rows(act) else np.zeros((0, 1), np.float32)
    steps = len(actions)
    if said is not None and said != steps:
        raise FormatError(f"{where} says num_samples {said} and has {plural(steps, 'action')}: a part of it is missing")
    observations, names, left = hdf5.side_by_side(obs, keys, where) if has_rows(obs) else (np.zeros((0, 1), np.float32), None, [])
    if len(observations) != steps:
        raise FormatError(f"{where} has {plural(len(observations), 'observation')} for {plural(steps, 'action')}")
    for part, shape, why in left:
        account.not_used(f"obs.{part}", shape, why, keys is None)
    seen_after = None
    after = item("next_obs", False)
    if after is not None and steps:
        chosen = keys if keys is not None else ([entry["name"].split("[")[0] for entry in names] if names else None)
        seen_after = hdf5.side_by_side(after, list(dict.fromkeys(chosen)) if chosen else None, where)[0]

    def column(part, is_flag=False):
        found = item(part, False)
        if found is None:
            return None
        numbers = hdf5.values(found, where).reshape(-1)
        if len(numbers) != steps:
            raise FormatError(f"{where} has {plural(len(numbers), 'row')} of {part} for {plural(steps, 'action')}")
        return known.flags(numbers, part, where) if is_flag else numbers

    success, by = success_of(group, where, account)
    for part in hdf5.names_in(group, where):
        if part not in ("obs", "next_obs", "actions", "rewards", "dones") and part != by:
            account.not_used(part, "", "neither observed nor done", keys is None)
    return {
        "name": name, "names": names, "observations": observations, "next": seen_after, "actions": actions,
        "rewards": column("rewards"), "dones": column("dones", True), "success": success,
    }  # fmt: skip
