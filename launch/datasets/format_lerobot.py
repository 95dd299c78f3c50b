"""LeRobotDataset: v3.0 written and read, v2.x read. Parquet columns only; pictures are not scalars.

Written beside LeRobot's own columns: `next.observation.state`, so that nothing is lost at an episode's end;
`complementary_info.is_operator` and `.policy_version`; and `meta/hone.json` with what columns cannot say.
"""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from columns import Columns, FormatError, member, named, names_of, parsed

STATE, ACTION, NEXT_STATE = "observation.state", "action", "next.observation.state"
REWARD, DONE, TRUNCATED = "next.reward", "next.done", "next.truncated"
OPERATOR, VERSION = "complementary_info.is_operator", "complementary_info.policy_version"
CHUNK = 1000  # files of a folder
FILE_BYTES = 100 << 20  # of a data file, before compression
DATA_PATH = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
EPISODES_PATH = "meta/episodes/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
QUANTILES = {"q01": 0.01, "q10": 0.10, "q50": 0.50, "q90": 0.90, "q99": 0.99}


def write(columns, folder):
    columns.fill_next()
    if columns.rate is None:
        raise FormatError("LeRobot needs the rate of the steps, and nothing here says it")
    root = Path(folder)
    (root / "meta").mkdir(parents=True)
    values = _values(columns)
    features = _features(columns, values)
    files = _files(columns, values)
    episodes = []
    for (chunk, file), members in files:
        start = columns.ranges()[members[0]][0]
        end = columns.ranges()[members[-1]][1]
        path = root / DATA_PATH.format(chunk_index=chunk, file_index=file)
        path.parent.mkdir(parents=True, exist_ok=True)
        table = pa.table({name: _arrow(value[start:end]) for name, value in values.items()})
        pq.write_table(table, path, compression="snappy", use_dictionary=True)
        episodes += [(index, chunk, file) for index in members]
    _write_episodes(root, columns, values, episodes)
    task = str(columns.about.get("instruction") or columns.about.get("task") or "")
    _write_tasks(root, [task])
    rate = int(columns.rate) if float(columns.rate).is_integer() else columns.rate
    info = {
        "codebase_version": "v3.0",
        "robot_type": columns.about.get("robot"),
        "total_episodes": len(columns.lengths),
        "total_frames": columns.steps,
        "total_tasks": 1,
        "chunks_size": CHUNK,
        "data_files_size_in_mb": FILE_BYTES >> 20,
        "video_files_size_in_mb": 200,
        "fps": rate,
        "splits": {"train": f"0:{len(columns.lengths)}"},
        "data_path": DATA_PATH,
        "video_path": None,
        "features": features,
    }
    (root / "meta/info.json").write_text(json.dumps(info, indent=4))
    stats = {name: _statistics(value) for name, value in values.items()}
    (root / "meta/stats.json").write_text(json.dumps(stats, indent=4))
    hone = {"rate": columns.rate, "about": columns.about, "episodes": columns.episodes}
    (root / "meta/hone.json").write_text(json.dumps(hone, indent=1))


def _values(columns):
    """Every Parquet column by name, [T] or [T, n]."""
    frame = np.concatenate([np.arange(n) for n in columns.lengths]).astype(np.int64)
    last = columns.last_steps()
    return {
        "timestamp": (frame / columns.rate).astype(np.float32),
        "frame_index": frame,
        "episode_index": np.repeat(np.arange(len(columns.lengths)), columns.lengths).astype(np.int64),
        "index": np.arange(columns.steps, dtype=np.int64),
        "task_index": np.zeros(columns.steps, np.int64),
        STATE: columns.observations,
        ACTION: columns.actions,
        NEXT_STATE: columns.next_observations,
        REWARD: np.asarray(columns.rewards, np.float32),
        DONE: last,
        TRUNCATED: last & ~columns.terminals,
        OPERATOR: columns.operator,
        VERSION: np.asarray(columns.versions, np.int64),
    }


def _features(columns, values):
    names = {
        STATE: names_of(columns.about, "observation"),
        ACTION: names_of(columns.about, "action"),
        NEXT_STATE: names_of(columns.about, "observation"),
    }
    return {
        name: {
            "dtype": "bool" if value.dtype == bool else str(value.dtype),
            "shape": [1] if value.ndim == 1 else [value.shape[1]],
            "names": names.get(name),
        }
        for name, value in values.items()
    }


def _files(columns, values):
    """Which episodes go to which file: about 100 MB each, no episode in two."""
    row = sum(value.nbytes for value in values.values()) / max(1, columns.steps)
    files = []
    members = []
    size = 0
    for index, length in enumerate(columns.lengths):
        if members and size + length * row > FILE_BYTES:
            files.append(members)
            members, size = [], 0
        members.append(index)
        size += length * row
    files.append(members)
    return [((number // CHUNK, number % CHUNK), members) for number, members in enumerate(files)]


def _arrow(value):
    """One value a row; a vector of one is a plain scalar, as LeRobot wants it."""
    if value.ndim == 1:
        return pa.array(value)
    if value.shape[1] == 1:
        return pa.array(value[:, 0])
    return pa.FixedSizeListArray.from_arrays(pa.array(value.reshape(-1)), value.shape[1])


def _statistics(value):
    numbers = value.reshape(len(value), -1).astype(np.float64)
    result = {
        "min": numbers.min(axis=0),
        "max": numbers.max(axis=0),
        "mean": numbers.mean(axis=0),
        "std": numbers.std(axis=0),
        **{name: np.quantile(numbers, q, axis=0) for name, q in QUANTILES.items()},
    }
    return {name: part.tolist() for name, part in result.items()} | {"count": [len(numbers)]}


def _write_episodes(root, columns, values, episodes):
    rows = []
    task = str(columns.about.get("instruction") or columns.about.get("task") or "")
    for index, chunk, file in episodes:
        start, end = columns.ranges()[index]
        row = {
            "episode_index": index,
            "tasks": [task],
            "length": end - start,
            "data/chunk_index": chunk,
            "data/file_index": file,
            "dataset_from_index": start,
            "dataset_to_index": end,
            "meta/episodes/chunk_index": 0,
            "meta/episodes/file_index": 0,
        }
        for name, value in values.items():
            for part, numbers in _statistics(value[start:end]).items():
                row[f"stats/{name}/{part}"] = numbers
        rows.append(row)
    path = root / EPISODES_PATH.format(chunk_index=0, file_index=0)
    path.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows), path, compression="snappy")


def _write_tasks(root, tasks):
    """The task texts as a data frame's index, in the words that pandas reads it back by."""
    index = "__index_level_0__"
    column = {"pandas_type": "int64", "numpy_type": "int64", "metadata": None}
    text = {"pandas_type": "unicode", "numpy_type": "object", "metadata": None}
    pandas = {
        "index_columns": [index],
        "column_indexes": [{"name": None, "field_name": None, **text, "metadata": {"encoding": "UTF-8"}}],
        "columns": [
            {"name": "task_index", "field_name": "task_index", **column},
            {"name": None, "field_name": index, **text},
        ],
        "creator": {"library": "pyarrow", "version": pa.__version__},
        "pandas_version": "2.0.0",
    }
    table = pa.table({"task_index": pa.array(range(len(tasks)), pa.int64()), index: pa.array(tasks)})
    table = table.replace_schema_metadata({"pandas": json.dumps(pandas)})
    pq.write_table(table, root / "meta/tasks.parquet")


def read(folder, keys):
    root = Path(folder)
    info = parsed((root / "meta/info.json").read_bytes(), root / "meta/info.json")
    version = str(info.get("codebase_version", ""))
    if not version.startswith(("v2.", "v3.")):
        raise FormatError(f"{root} is LeRobotDataset {version or 'of no version'}; v2.x and v3.x are read")
    features = info.get("features", {})
    states = list(keys) if keys else [STATE]
    files = sorted((root / "data").glob("*/*.parquet"))
    if not files:
        raise FormatError(f"{root}/data has no Parquet file")
    missing = [key for key in [*states, ACTION] if key not in features]
    if missing:
        raise FormatError(f"{root} has no {', '.join(missing)}; it has: {', '.join(features)}")
    optional = [
        name
        for name in (NEXT_STATE, REWARD, DONE, TRUNCATED, OPERATOR, VERSION)
        if name in features and (name != NEXT_STATE or states == [STATE])
    ]
    names = ["index", "episode_index", *states, ACTION, *optional]
    # One file at a time: partitions by folder name would be guessed otherwise.
    try:
        table = pa.concat_tables([pq.ParquetFile(file).read(columns=names) for file in files])
    except pa.ArrowException as error:
        raise FormatError(f"{root}/data: {error}") from error
    for name in names:
        if name not in table.column_names:
            raise FormatError(f"{root}/data has no column '{name}'; it has: {', '.join(table.column_names)}")
    table = table.take(pa.array(np.argsort(_numpy(table["index"]), kind="stable")))
    episode = _numpy(table["episode_index"])
    starts = np.flatnonzero(np.concatenate([[True], episode[1:] != episode[:-1]]))
    lengths = np.diff(np.concatenate([starts, [len(episode)]])).astype(int).tolist()

    def column(name):
        return _numpy(table[name]) if name in optional else None

    done, truncated = column(DONE), column(TRUNCATED)
    notes = []
    if done is not None and truncated is None:
        notes.append("next.done without next.truncated: every episode's end counts as terminal")
    hone = root / "meta/hone.json"
    extra = parsed(hone.read_bytes(), hone) if hone.exists() else {}
    about = extra.get("about") or {
        "robot": info.get("robot_type"),
        "observation": _names(features, states),
        "action": _names(features, [ACTION]),
    }
    if any(feature.get("dtype") in ("image", "video") for feature in features.values()):
        notes.append("pictures are left out: only scalars are observed")
    return Columns(
        observations=np.concatenate([_rows(table[key]) for key in states], axis=1),
        actions=_rows(table[ACTION]),
        lengths=lengths,
        next_observations=_rows(table[NEXT_STATE]) if NEXT_STATE in optional else None,
        rewards=column(REWARD),
        terminals=None if done is None else (done if truncated is None else done & ~truncated),
        operator=column(OPERATOR),
        versions=column(VERSION),
        rate=_rate(info, root),
        about=about,
        episodes=extra.get("episodes"),
        notes=notes,
    )


def _rate(info, root):
    """Steps per second, if the data set says so."""
    rate = info.get("fps")
    if not rate:
        return None
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or rate < 0:
        raise FormatError(f"{root}: fps is {rate!r}, not a number above 0")
    return float(rate)


def _names(features, keys):
    names = []
    for key in keys:
        found = features[key].get("names")
        # Older files keep them one level down, such as {"motors": […]}.
        while isinstance(found, dict):
            found = next(iter(found.values()), None)
        count = int(np.prod(member(features[key], "shape", f"the feature {key}")))
        names += found if isinstance(found, list) and len(found) == count else [f"{key}[{i}]" for i in range(count)]
    return named(names)


def _numpy(column):
    return column.combine_chunks().to_numpy(zero_copy_only=False).reshape(-1)


def _rows(column):
    """[T, n] of a list column, [T, 1] of a plain one."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks)
    if not pa.types.is_list(array.type) and not pa.types.is_fixed_size_list(array.type):
        return array.to_numpy(zero_copy_only=False).reshape(-1, 1)
    flat = array.flatten().to_numpy(zero_copy_only=False)
    if len(array) == 0 or len(flat) % len(array):
        raise FormatError("a list column whose rows differ in length")
    return flat.reshape(len(array), -1)
