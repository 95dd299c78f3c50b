"""Reads LeRobotDataset v2.x and v3.x: Parquet columns, held against the data set's own metadata.

Rows are in the order of their files and, within one, of their `index`. What an episode is, its metadata says; where files,
columns and metadata disagree one sentence says how, and nothing is scrambled. A gap in time splits an episode.
Longer than 400 lines, for the two versions differ only in where things stand and share every check.
"""

import re
from pathlib import Path

import numpy as np

import following
import known
import lerobot_names
import own
import rates
import tables
from account import Account, listed, plural, printable, shape_text
from columns import Columns, FormatError, rate_of
from format_lerobot import ACTION, DONE, NEXT_STATE, NORMALISED, OPERATOR, REWARD, STATE, TRUNCATED, VERSION, boxes, physical
from sources import json_file, look, natural, parsed, reading, whole

SUCCESS = ("next.success", "success", "is_success")
OWN = {"index", "episode_index", "frame_index", "timestamp", "task_index", NORMALISED}
LATE = 2.5  # steps between two timestamps are a gap; less is a clock that was late
MISSED = 1.5  # the same of a clock that is never late: of timestamps that are a rate's own
EXACT = 0.01  # of a step: what such a clock is off
SLACK = 1e-5  # of an action box: what float32 rounds


def read(folder, keys):
    root = Path(folder)
    info = json_file(root / "meta/info.json")
    version = str(info.get("codebase_version", ""))
    if not version.startswith(("v2.", "v3.")):
        raise FormatError(f"{root} is LeRobotDataset {version[:20] or 'of no version'}; v2.x and v3.x are read")
    features = info.get("features")
    if not isinstance(features, dict) or not all(isinstance(feature, dict) for feature in features.values()):
        raise FormatError(f"{root}/meta/info.json says no features")
    account = Account()
    states = list(keys) if keys else [STATE]
    missing = [key for key in [*states, ACTION] if key not in features]
    if missing:
        hint = ": choose what is observed with --keys" if keys is None and STATE in missing else ""
        raise FormatError(f"{root} has no {', '.join(missing)}; it has: {listed(features, 20)}{hint}")
    hone = root / "meta/hone.json"
    optional = [
        name
        for name in (NEXT_STATE, REWARD, DONE, TRUNCATED, OPERATOR, VERSION, *SUCCESS, "frame_index", "timestamp", "task_index")
        if name in features and (name != NEXT_STATE or states == [STATE])
    ]
    if hone.exists() and NORMALISED in features:
        optional.append(NORMALISED)
    rate = rate_of(info.get("fps"), root / "meta/info.json")
    data = _data(root, [*states, ACTION], optional, features, account)
    listed_episodes = _episodes(root)
    runs = _runs(data, root)
    account.has(len(runs), len(data["episode_index"]))
    facts = _own(hone, data, runs, states, features, rate, account) if hone.exists() else own.NOTHING
    chosen = _chosen(runs, listed_episodes, info, root, account)
    _tell_of_tasks(chosen, data, listed_episodes, account)
    notes = []
    if rate is None and "timestamp" in data:
        rows = np.concatenate([np.arange(first, end) for _, first, end, _ in chosen])
        rate = rates.by_times(data["timestamp"][rows], [end - first for _, first, end, _ in chosen], "timestamp", notes, account)
    pieces = _pieces(chosen, data, rate, root, account)
    columns = _columns(data, pieces, states, features, facts, info, rate, keys, account, root)
    columns.notes += notes
    return columns


def _own(path, data, runs, states, features, rate, account):
    """What Hone wrote when it exported this, where it still is of the data set beside it."""
    runs = sorted(runs)
    observations = np.concatenate([data[STATE][first:end] for _, first, end, _ in runs]) if states == [STATE] else None

    def said(key):
        return lerobot_names.of_feature(features[key].get("names"), _width(features, key))[0]

    names = {"action": said(ACTION)} | ({"observation": said(STATE)} if states == [STATE] else {})
    lengths = [end - first for _, first, end, _ in runs]
    return own.facts_of(json_file(path), path, observations, lengths, account, rate, names, [run[0] for run in runs])


def _data(root, needed, optional, features, account):
    """{column: [T] or [T, n]} of every file in order; `file` and `path` number and name the file of each row."""
    with reading(root):
        files = sorted((root / "data").rglob("*.parquet"), key=lambda path: natural(path.relative_to(root)))
    hidden = [file.name for file in files if file.name.startswith(".")]
    if hidden:
        account.warn(f"{plural(len(hidden), 'hidden file')} in data/, of another program, not read: {listed(hidden)}")
    files = [file for file in files if not file.name.startswith(".")]
    if not files:
        raise FormatError(f"{root}/data has no Parquet file")
    names = list(dict.fromkeys(["index", "episode_index", *needed, *optional]))
    parts, there = {name: [] for name in [*names, "file"]}, set()
    for number, file in enumerate(files):
        table, others = tables.parquet_table(file, names)
        there.update([*names, *others])
        for name in others:
            if name not in features and name not in OWN:
                account.not_used(name, "", "in the files, and not in meta/info.json")
        columns = {name: tables.numbers(table[name], f"{file}: {name}") for name in names}
        if len(table) == 0:
            continue
        for name in ("index", "episode_index", "frame_index"):
            if name in columns and columns[name].dtype.kind not in "iu":
                raise FormatError(f"{file}: {name} holds {columns[name].dtype}, not whole numbers")
        order = _order(columns["index"].reshape(-1))
        for name in names:
            values = columns[name][order]
            count = _width(features, name)
            found = 1 if values.ndim == 1 else values.shape[1]
            if count is not None and found != count:
                raise FormatError(f"{file}: {name} has {plural(found, 'number')} a row, and meta/info.json says {count}")
            if name in needed or name in (NEXT_STATE, NORMALISED):
                values = values.reshape(len(values), -1)
            elif found != 1:
                raise FormatError(f"{file}: {name} has {found} numbers a row where one was expected")
            else:
                values = values.reshape(-1)
            if parts[name] and parts[name][0].shape[1:] != values.shape[1:]:
                raise FormatError(f"{file}: {name} has {found} numbers a row, and files before it have {parts[name][0].shape[1]}")
            parts[name].append(values)
        parts["file"].append(np.full(len(table), number))
    if not parts["file"]:
        raise FormatError(f"{root}/data has no row")
    data = {name: np.concatenate(values) for name, values in parts.items()}
    data["paths"], data["there"] = files, there
    return data


def _order(index):
    """The order of a file's rows: by their index where each has its own, as they stand otherwise."""
    if len(np.unique(index)) == len(index):
        return np.argsort(index, kind="stable")
    return np.arange(len(index))


def _width(features, name):
    """How many numbers a row of a feature has by the metadata; None where it does not say."""
    shape = features.get(name, {}).get("shape")
    if shape is None:
        return None
    if not isinstance(shape, list) or not all(isinstance(n, int) and not isinstance(n, bool) and 0 < n < 1 << 31 for n in shape):
        raise FormatError(f"meta/info.json: the shape of {name} is {str(shape)[:40]}")
    return int(np.prod(shape, dtype=object))


def _episodes(root):
    """{episode_index: {length, file, success}} by the metadata; None where there is none."""
    lines, folder = root / "meta/episodes.jsonl", root / "meta/episodes"
    rows = []
    if lines.exists():
        look(lines)
        with reading(lines):
            text = lines.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                rows.append((parsed(line, f"{lines}:{number}"), f"{lines}:{number}"))
    elif folder.is_dir():
        for file in sorted(folder.rglob("*.parquet"), key=natural):
            opened = tables.parquet(file)
            with reading(file), opened:
                names = [n for n in ("episode_index", "length", "tasks", "data/chunk_index", "data/file_index", *SUCCESS) if n in opened.schema_arrow.names]
                rows += [(row, file) for row in opened.read(columns=names, use_threads=False).to_pylist()]
    else:
        return None
    episodes = {}
    for row, where in rows:
        number = whole(row.get("episode_index"), f"{where}: episode_index")
        if number in episodes:
            raise FormatError(f"{where}: episode {number} is listed twice")
        place = (row.get("data/chunk_index"), row.get("data/file_index"))
        episodes[number] = {
            "length": whole(row.get("length"), f"{where}: the length of episode {number}"),
            "place": place if all(isinstance(n, int) for n in place) else None,
            "tasks": [task for task in row.get("tasks") or () if isinstance(task, str)] if isinstance(row.get("tasks"), list) else [],
            "success": next((known.truth(row[name]) for name in SUCCESS if row.get(name) is not None), None),
        }
    return episodes or None


def _runs(data, root):
    """Rows that follow each other in one recording: [(declared episode, first row, behind the last, file)].

    One ends where the episode's number changes, where its frames begin anew, and with its file, unless the next file goes
    on where it stopped.
    """
    episode, file = data["episode_index"], data["file"]
    breaks = episode[1:] != episode[:-1]
    files = file[1:] != file[:-1]
    if "frame_index" in data:
        frame = data["frame_index"]
        breaks |= frame[1:] <= frame[:-1]
        breaks |= files & (frame[1:] != frame[:-1] + 1)
    else:
        breaks |= files & (data["index"][1:] != data["index"][:-1] + 1)
    bounds = np.concatenate([[0], np.flatnonzero(breaks) + 1, [len(episode)]])
    return [(int(episode[a]), int(a), int(b), data["paths"][file[a]]) for a, b in zip(bounds[:-1], bounds[1:])]


def _chosen(runs, episodes, info, root, account):
    """[(episode, first row, behind the last, success)] that the metadata and the files agree on, in order."""
    runs = _numbered_by_file(runs, episodes, root, account)
    numbers = [run[0] for run in runs]
    for number in sorted({n for n in numbers if numbers.count(n) > 1} if len(set(numbers)) < len(numbers) else ()):
        places = [run[3] for run in runs if run[0] == number]
        raise FormatError(
            f"{root}: episode_index {number} begins {len(places)} times (in {listed([p.name for p in places])}): files were "
            "merged without renumbering, or its rows are out of order; merge with LeRobot's own tool, which renumbers"
        )
    runs = sorted(runs)
    rows = sum(run[2] - run[1] for run in runs)
    said = info.get("total_frames")
    listed_rows = sum(episode["length"] for episode in episodes.values()) if episodes else rows
    if said is not None and whole(said, f"{root}/meta/info.json: total_frames") not in (rows, listed_rows):
        raise FormatError(
            f"{root}: meta/info.json says total_frames {said}, and the files hold {plural(rows, 'row')}: a recording or a "
            "copy that was cut off; copy it again, or correct meta/info.json if what is there is whole"
        )
    total = info.get("total_episodes")
    if total is not None and whole(total, f"{root}/meta/info.json: total_episodes") not in (len(runs), len(episodes or runs)):
        raise FormatError(f"{root}: meta/info.json says total_episodes {total}, and the files hold {plural(len(runs), 'episode')}")
    if episodes is None:
        account.warn("no list of episodes in meta/: their lengths, and which were deleted, are not known")
        return [(number, first, end, None) for number, first, end, _ in runs]
    gone = [run for run in runs if run[0] not in episodes]
    account.leave_out(
        f"not in the metadata's list of episodes, so deleted: {listed([run[0] for run in gone])}",
        episodes=len(gone), steps=sum(run[2] - run[1] for run in gone),
    )  # fmt: skip
    present = set(numbers)
    absent = [number for number in sorted(episodes) if number not in present and episodes[number]["length"] > 0]
    account.miss(
        f"in the metadata, and without a row in the files: {listed(absent)}; a file was lost or not copied: copy it again",
        episodes=len(absent), steps=sum(episodes[n]["length"] for n in absent),
    )  # fmt: skip
    empty = [number for number in episodes if episodes[number]["length"] == 0]
    account.leave_out(f"without a step: {listed(empty)}", episodes=len(empty))
    chosen = [run for run in runs if run[0] in episodes]
    for number, first, end, path in chosen:
        if episodes[number]["length"] != end - first:
            raise FormatError(
                f"{path}: episode {number} has {plural(end - first, 'row')}, and the metadata says {episodes[number]['length']}: a "
                "recording or a copy that was cut off"
            )
    if not chosen:
        raise FormatError(f"{root}: none of the episodes in the files ({listed(sorted(present))}) is in the metadata's list")
    return [(number, first, end, episodes[number]["success"]) for number, first, end, _ in chosen]


def _numbered_by_file(runs, episodes, root, account):
    """Runs by the number of their file or their metadata, where the columns inside were copied without renumbering."""
    by_name = [re.fullmatch(r"episode_([0-9]{1,12})", run[3].stem) for run in runs]
    names = [int(match.group(1)) if match else None for match in by_name]
    wrong = [i for i, (run, name) in enumerate(zip(runs, names)) if name is not None and name != run[0]]
    is_one_each = len({run[3] for run in runs}) == len(runs)
    is_twice = len({run[0] for run in runs}) < len(runs)
    if not wrong and not is_twice:
        return runs
    if all(name is not None for name in names) and is_one_each:
        fits = episodes is not None and all(n in episodes and episodes[n]["length"] == run[2] - run[1] for n, run in zip(names, runs))
        if fits:
            account.warn(
                f"episode_index inside {plural(len(wrong), 'file')} is not that of the file's name ({listed([runs[i][3].name for i in wrong])}): "
                "copied without renumbering; episodes are taken by their files, as the metadata lists them"
            )
            return [(name, *run[1:]) for name, run in zip(names, runs)]
        if wrong:
            run = runs[wrong[0]]
            raise FormatError(
                f"{run[3]}: episode_index inside is {run[0]}, its name says {names[wrong[0]]}, and the metadata does not settle "
                "it; merge with LeRobot's own tool, which renumbers"
            )
    if is_twice and episodes is not None and len(episodes) == len(runs):
        order = sorted(episodes)
        if all(episodes[n]["length"] == run[2] - run[1] for n, run in zip(order, runs)) and _places_fit(order, runs, episodes):
            account.warn(
                "episode_index repeats in the files: merged without renumbering; episodes are taken in the order of the "
                "files, as the metadata lists them"
            )
            return [(number, *run[1:]) for number, run in zip(order, runs)]
    return runs


def _places_fit(order, runs, episodes):
    """Whether each run's file is the one that the metadata names for its episode."""
    for number, run in zip(order, runs):
        place = episodes[number]["place"]
        if place is not None and (run[3].stem, run[3].parent.name) != (f"file-{place[1]:03d}", f"chunk-{place[0]:03d}"):
            return False
    return True


def _pieces(chosen, data, rate, root, account):
    """[(episode, first row, behind the last, stopped, success)]: each episode, or its parts between gaps in time."""
    pieces, gaps, lost = [], [], 0.0
    thinned, slow, late = [], [], []
    for number, first, end, success in chosen:
        step = np.ones(max(0, end - first - 1))
        if "frame_index" in data:
            frame = data["frame_index"][first:end].astype(np.int64)
            step = np.diff(frame).astype(np.float64)
            if frame[0] > 0:
                late.append((number, int(frame[0])))
        if "timestamp" in data and rate is not None and len(step):
            time = data["timestamp"][first:end].astype(np.float64)
            seconds = np.diff(time)
            if not np.isfinite(time).all():
                at = int(np.flatnonzero(~np.isfinite(time))[0])
                raise FormatError(f"{root}: episode {number}: the timestamp of step {at} is not finite")
            if (seconds < 0).any():
                at = int(np.flatnonzero(seconds < 0)[0])
                raise FormatError(f"{root}: episode {number}: the timestamp after step {at} is {time[at + 1]:.6g} s, after {time[at]:.6g} s: time goes backwards")
            usual = float(np.median(seconds))
            is_exact = 2 * (np.abs(seconds * rate - 1) <= EXACT).sum() >= len(seconds)
            if abs(usual * rate - 1) > 0.1 and not is_exact and not (step > 1.5).all():
                slow.append((number, usual))
            longest, late_by = max(usual, 1 / rate), LATE
            if is_exact:
                longest, late_by = 1 / rate, MISSED
            step = np.maximum(step, np.where(seconds > late_by * longest + 1e-3, seconds / longest, 1))
        if len(step) > 1 and 2 * (step > 1.5).sum() > len(step):
            thinned.append(number)
        holes = np.flatnonzero(step > 1.5)
        bounds = [first, *(first + holes + 1).tolist(), end]
        for part, (a, b) in enumerate(zip(bounds[:-1], bounds[1:])):
            pieces.append((number, a, b, part < len(holes), success))
        gaps += [(number, int(hole)) for hole in holes]
        lost += float((step[holes] - 1).sum())
    if late:
        account.miss(f"the beginning of episode {listed([n for n, _ in late])}", steps=sum(first for _, first in late))
    if thinned:
        raise FormatError(
            f"{root}: the frames of episode {listed(thinned)} are more than one step apart all along: the data were thinned and "
            "the rate in meta/info.json is that of before; correct fps, frame_index and timestamp"
        )
    if slow:
        account.warn(
            f"the timestamps of episode {listed([n for n, _ in slow])} are {slow[0][1]:.4g} s apart and fps {rate:g} says "
            f"{1 / rate:.4g} s: {_unit_of(slow[0][1] * rate)}"
        )
    if gaps:
        places = listed([f"episode {n} after step {at}" for n, at in gaps])
        text = f"gaps in time, {plural(round(lost), 'step')} missing" + (f" ({lost / rate:.3g} s)" if rate else "")
        account.warn(f"{text}: {places}; the parts are episodes of their own, and only the last of each can have succeeded")
        account.miss(f"gaps in time: {places}", steps=round(lost), is_told=True)
    return pieces


def _unit_of(times):
    """Why timestamps may be so many times the seconds that they should be, as a question."""
    for unit, scale in (("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9)):
        if 0.5 < times / scale < 2:
            return f"are they {unit}?"
    return "which is right?"


def _tell_of_tasks(chosen, data, episodes, account):
    """Episodes of several tasks are taken as those of one, which nobody should find out by training on them."""
    tasks = [task for number, *_ in chosen for task in (episodes or {}).get(number, {}).get("tasks", ())]
    if len(set(tasks)) < 2 and "task_index" in data:
        tasks = [f"task {index}" for _, first, end, _ in chosen for index in np.unique(data["task_index"][first:end])]
    names = sorted(set(tasks))
    if len(names) > 1:
        counts = listed([f"{printable(name)[:60]} ({plural(tasks.count(name), 'episode')})" for name in names])
        account.warn(f"episodes of {len(names)} tasks, all taken as the launch's one: {counts}")


def _columns(data, pieces, states, features, facts, info, rate, keys, account, root):
    """The rows of the pieces as columns."""
    rows = np.concatenate([np.arange(a, b) for _, a, b, _, _ in pieces])
    lengths = [b - a for _, a, b, _, _ in pieces]
    ends = np.cumsum(lengths)

    def column(name):
        return data[name][rows] if name in data else None

    def flag(name):
        return None if name not in data else known.flags(data[name], name, f"{root}/data")[rows]

    done, truncated = flag(DONE), flag(TRUNCATED)
    terminals = None if done is None else (done if truncated is None else done & ~truncated)
    episodes = len({piece[0] for piece in pieces})
    account.end("episode_index", episodes, "another episode begins")
    if done is not None:
        account.end(DONE, int(done[ends - 1].sum()), "nothing comes after" if truncated is None else f"nothing comes after, unless {TRUNCATED}")
    notes = ["next.done without next.truncated: every episode's end counts as terminal"] if done is not None and truncated is None else []
    success = [piece[4] for piece in pieces]
    for name in SUCCESS:
        if name in data:
            success = [known.truth(data[name][a:b]) if data[name].dtype.kind in "fiub" else None for _, a, b, _, _ in pieces]
            used = name
            break
    else:
        used = None
    _unused(features, states, data, used, keys, account)
    actions, actions_are = _actions(column(ACTION), column(NORMALISED), NORMALISED in features, facts, account)
    about = facts["about"] or {
        "robot": info.get("robot_type") if isinstance(info.get("robot_type"), str) else None,
        "action": _names(features, [ACTION], account),
    }
    if "observation" not in about:
        about = about | {"observation": _names(features, states, account)}
    with np.errstate(all="ignore"):
        observations = np.concatenate([column(key) for key in states], axis=1)
    own = facts["episodes"]
    if own is not None:
        own = [own[piece[0]] for piece in pieces] if len(pieces) == episodes and all(piece[0] < len(own) for piece in pieces) else None
    columns = Columns(
        observations=observations,
        actions=actions,
        lengths=lengths,
        next_observations=column(NEXT_STATE),
        rewards=column(REWARD),
        terminals=terminals,
        operator=flag(OPERATOR),
        versions=column(VERSION),
        rate=facts["rate"] or rate,
        about=about,
        episodes=own,
        succeeded=success,
        stopped=[piece[3] for piece in pieces],
        observed=states,
        actions_are=actions_are,
        notes=notes,
        account=account,
    )
    following.check(columns, NEXT_STATE, root)
    columns.end_once()
    return columns


def _actions(actions, normalised, is_exported, facts, account):
    """Actions as Hone trains on them, and what they are: of Hone's own exports −1…1 to the bit, of others as they stand."""
    box = boxes(facts["about"])
    if facts["actions"] is None:
        # Hone's own column beside it says what the action is, though not in which box.
        return actions, "physical" if is_exported else None
    if facts["actions"] != "physical" or box is None or len(box) != actions.shape[1]:
        return actions, "normalised" if facts["actions"] == "normalised" else None
    if normalised is not None:
        with np.errstate(all="ignore"):
            off = np.abs(physical(normalised, box).astype(np.float64) - actions) > SLACK * (box[:, 1] - box[:, 0])
        if normalised.shape == actions.shape and not off.any():
            return normalised, "normalised"
        account.warn(f"{ACTION} was changed since Hone wrote it, and {NORMALISED} was not: {ACTION} is taken, by the file's action boxes")
    with np.errstate(all="ignore"):
        back = (actions - box.mean(axis=1)) / ((box[:, 1] - box[:, 0]) / 2)
    return back.astype(np.float32), "normalised"


def _unused(features, states, data, success, keys, account):
    """What the data set has by its metadata and nobody reads."""
    for name, feature in features.items():
        if name in OWN or name in states or name in (ACTION, success) or (name in data and name not in SUCCESS):
            continue
        shape = feature.get("shape")
        text = shape_text(shape) if isinstance(shape, list) and all(isinstance(n, int) for n in shape) else ""
        if feature.get("dtype") in ("image", "video"):
            account.not_used(name, text, "a picture: only scalars are observed", keys is None)
        else:
            is_there = name in data["there"]
            width = _width(features, name) if is_there and name.startswith("observation.") and _is_number(feature) else None
            account.not_used(name, text, "not observed" if is_there else "in meta/info.json, and in no file", keys is None, width)


def _is_number(feature):
    """Whether the metadata says that a feature is of numbers."""
    return str(feature.get("dtype", "")).startswith(("float", "int", "uint", "bool"))


def _names(features, keys, account):
    """Names of the features side by side."""

    def width(key):
        count = _width(features, key)
        if count is None:
            raise FormatError(f"meta/info.json says no shape of {key}")
        return count

    return lerobot_names.of_features(features, keys, width, account)
