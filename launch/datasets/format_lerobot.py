"""LeRobotDataset v3.0, written. Parquet columns only; pictures are not scalars. `lerobot_read` reads v2.x and v3.x.

Actions are in the axes' units, as a policy that is trained elsewhere commands them, where the action box is known.
Written beside LeRobot's own columns: `next.observation.state`, so that nothing is lost at an episode's end;
`complementary_info.is_operator`, `.policy_version` and `.normalised_action`, the action as Hone trains on it, to the
bit; and `meta/hone.json` with what columns cannot say.
"""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import own
from columns import FormatError, names_of

STATE, ACTION, NEXT_STATE = "observation.state", "action", "next.observation.state"
REWARD, DONE, TRUNCATED = "next.reward", "next.done", "next.truncated"
OPERATOR, VERSION = "complementary_info.is_operator", "complementary_info.policy_version"
NORMALISED = "complementary_info.normalised_action"
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
    hone = own.extra(columns, "normalised" if boxes(columns.about) is None else "physical")
    (root / "meta/hone.json").write_text(json.dumps(hone, indent=1))


def _values(columns):
    """Every Parquet column by name, [T] or [T, n]."""
    frame = np.concatenate([np.arange(n) for n in columns.lengths]).astype(np.int64)
    last = columns.last_steps()
    box = boxes(columns.about)
    return {
        "timestamp": (frame / columns.rate).astype(np.float32),
        "frame_index": frame,
        "episode_index": np.repeat(np.arange(len(columns.lengths)), columns.lengths).astype(np.int64),
        "index": np.arange(columns.steps, dtype=np.int64),
        "task_index": np.zeros(columns.steps, np.int64),
        STATE: columns.observations,
        ACTION: columns.actions if box is None else physical(columns.actions, box),
        NEXT_STATE: columns.next_observations,
        REWARD: np.asarray(columns.rewards, np.float32),
        DONE: last,
        TRUNCATED: last & ~columns.terminals,
        OPERATOR: columns.operator,
        VERSION: np.asarray(columns.versions, np.int64),
        **({} if box is None else {NORMALISED: columns.actions}),
    }


def boxes(about):
    """[A, 2] least and largest action of each axis in its unit; None where the axes do not all say."""
    pairs = [(axis.get("low"), axis.get("high")) for axis in about.get("action") or []]
    if not pairs or any(low is None or high is None or not low < high for low, high in pairs):
        return None
    return np.array(pairs, np.float64)


def physical(actions, box):
    """[T, A] float32 in the axes' units of actions −1…1."""
    middle, half = box.mean(axis=1), (box[:, 1] - box[:, 0]) / 2
    return (middle + half * actions.astype(np.float64)).astype(np.float32)


def _features(columns, values):
    names = {
        STATE: names_of(columns.about, "observation"),
        ACTION: names_of(columns.about, "action"),
        NORMALISED: names_of(columns.about, "action"),
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

