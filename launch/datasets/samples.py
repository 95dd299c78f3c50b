"""Small whole data sets of every format that is read, as their own libraries write them: {path: bytes} each.

Three episodes of a few steps, by default 3 observed numbers and 2 axes; what the fuzzer damages and tests compare with.
"""

import io
import json

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from google.protobuf import descriptor_pb2, message_factory
from mcap.writer import CompressionType
from mcap_protobuf.writer import Writer

LENGTHS = (4, 6, 5)
WIDTH, AXES = 3, 2


def _numbers(seed=1):
    """Observations of N + 1 rows and actions of N, of each episode."""
    rng = np.random.default_rng(seed)
    observations = [rng.uniform(-0.1, 0.1, (n + 1, WIDTH)).astype(np.float32) for n in LENGTHS]
    actions = [rng.uniform(-1, 1, (n, AXES)).astype(np.float32) for n in LENGTHS]
    return observations, actions


def _last(n, value=1.0):
    return np.r_[np.zeros(n - 1), value]


def _hdf5(fill):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        fill(file)
    return buffer.getvalue()


def _parquet(table):
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _arrow(table):
    buffer = io.BytesIO()
    with pa.ipc.new_file(buffer, table.schema) as writer:
        writer.write_table(table)
    return buffer.getvalue()


def _vectors(values):
    return pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), values.shape[1])


def _hone():
    axes = [{"name": f"a{i}", "unit": "rad", "kind": "delta", "low": -0.2, "high": 0.3} for i in range(AXES)]
    episodes = [{"number": i, "seed": str(i), "purpose": "demonstration", "outcome": "success"} for i in range(len(LENGTHS))]
    observation = [{"name": f"o{i}", "unit": "m"} for i in range(WIDTH)]
    return {"rate": 5.0, "about": {"robot": "r", "observation": observation, "action": axes}, "episodes": episodes}


def d4rl():
    observations, actions = _numbers()

    def fill(file):
        file["observations"] = np.concatenate([o[:-1] for o in observations])
        file["next_observations"] = np.concatenate([o[1:] for o in observations])
        file["actions"] = np.concatenate(actions)
        file["rewards"] = np.concatenate([_last(n) for n in LENGTHS])
        file["terminals"] = np.concatenate([_last(n) for n in LENGTHS]).astype(bool)
        file["timeouts"] = np.zeros(sum(LENGTHS), bool)
        file.create_dataset("infos/qpos", data=np.zeros((sum(LENGTHS), 2)), chunks=(4, 2), compression="gzip")
        file["metadata/policy"] = "text"
        file.attrs["hone"] = json.dumps({**_hone(), "actions": "normalised"})

    return {"data.hdf5": _hdf5(fill)}


def npz():
    observations, actions = _numbers()
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        observations=np.concatenate([o[:-1] for o in observations]),
        actions=np.concatenate(actions),
        rewards=np.concatenate([_last(n) for n in LENGTHS]),
        dones=np.concatenate([_last(n) for n in LENGTHS]).astype(bool),
        hone=np.array(json.dumps(_hone())),
    )
    return {"data.npz": buffer.getvalue()}


def dppo():
    observations, actions = _numbers()
    buffer = io.BytesIO()
    states = np.concatenate([o[:-1] for o in observations])
    np.savez(buffer, states=states, actions=np.concatenate(actions), traj_lengths=np.array(LENGTHS))
    return {"data.npz": buffer.getvalue()}


def robomimic():
    observations, actions = _numbers()

    def fill(file):
        data = file.create_group("data")
        data.attrs["total"] = sum(LENGTHS)
        data.attrs["env_args"] = json.dumps({"env_name": "Lift"})
        for i, n in enumerate(LENGTHS):
            demo = data.create_group(f"demo_{i + 1}")
            demo.attrs["num_samples"] = n
            demo.attrs["success"] = True
            demo["actions"], demo["rewards"], demo["dones"] = actions[i], _last(n), _last(n).astype(int)
            demo["obs/arm/eef"], demo["obs/object"] = observations[i][:-1, :2], observations[i][:-1, 2:]
            demo["next_obs/arm/eef"], demo["next_obs/object"] = observations[i][1:, :2], observations[i][1:, 2:]
            demo["obs/camera"] = np.zeros((n, 2, 2, 3), np.uint8)

    return {"data.hdf5": _hdf5(fill)}


def minari():
    observations, actions = _numbers()

    def fill(file):
        for i, n in enumerate(LENGTHS):
            group = file.create_group(f"episode_{i}")
            group.attrs["total_steps"] = n
            group["observations/observation"] = observations[i][:, :2]
            group["observations/goal/cup"] = observations[i][:, 2:]
            group["actions"], group["rewards"] = actions[i], _last(n)
            group["terminations"], group["truncations"] = _last(n).astype(bool), np.zeros(n, bool)
            group["infos/success"] = np.r_[False, _last(n).astype(bool)]

    metadata = {"total_episodes": len(LENGTHS), "total_steps": sum(LENGTHS), "data_format": "hdf5"}
    return {"data/main_data.hdf5": _hdf5(fill), "data/metadata.json": json.dumps(metadata).encode()}


def _minari_tables(encode, suffix):
    observations, actions = _numbers()
    files = {}
    for i, n in enumerate(LENGTHS):
        flag = pa.array(np.r_[_last(n), 0].astype(bool))
        observed = pa.StructArray.from_arrays(
            [_vectors(observations[i][:, :2]), _vectors(observations[i][:, 2:])], names=["arm", "cup"]
        )
        table = pa.table(
            {
                "observations": observed,
                "actions": _vectors(np.pad(actions[i], ((0, 1), (0, 0)))),
                "rewards": pa.array(np.r_[_last(n), 0]),
                "terminations": flag,
                "truncations": pa.array(np.zeros(n + 1, bool)),
                "infos": pa.StructArray.from_arrays([flag], names=["success"]),
            }
        )
        files[f"data/{i}/part-0.{suffix}"] = encode(table)
        files[f"data/{i}/metadata.json"] = json.dumps({"id": i, "total_steps": n}).encode()
    metadata = {"total_episodes": len(LENGTHS), "total_steps": sum(LENGTHS), "data_format": suffix}
    return {**files, "data/metadata.json": json.dumps(metadata).encode()}


def minari_arrow():
    return _minari_tables(_arrow, "arrow")


def minari_parquet():
    return _minari_tables(_parquet, "parquet")


def _frames(i, start, observations, actions):
    n = LENGTHS[i]
    return {
        "observation.state": _vectors(observations[i][:-1]),
        "action": _vectors(actions[i]),
        "timestamp": pa.array((np.arange(n) / 5).astype(np.float32)),
        "frame_index": pa.array(np.arange(n)),
        "episode_index": pa.array(np.full(n, i)),
        "index": pa.array(np.arange(start, start + n)),
        "next.reward": pa.array(_last(n).astype(np.float32)),
        "next.done": pa.array(_last(n).astype(bool)),
    }


def _info(version):
    def feature(kind, count, names=None):
        return {"dtype": kind, "shape": [count], "names": names}

    features = {name: feature("int64", 1) for name in ("frame_index", "episode_index", "index")}
    features |= {"timestamp": feature("float32", 1), "next.reward": feature("float32", 1), "next.done": feature("bool", 1)}
    features |= {"observation.state": feature("float32", WIDTH, {"motors": [f"o{i}" for i in range(WIDTH)]}), "action": feature("float32", AXES)}
    features["observation.images.front"] = {"dtype": "video", "shape": [4, 4, 3], "names": None}
    return {
        "codebase_version": version, "robot_type": "so101", "fps": 5, "features": features,
        "total_episodes": len(LENGTHS), "total_frames": sum(LENGTHS),
    }  # fmt: skip


def lerobot_v2():
    observations, actions = _numbers()
    files, start = {"meta/info.json": json.dumps(_info("v2.1")).encode()}, 0
    for i, n in enumerate(LENGTHS):
        files[f"data/chunk-000/episode_{i:06d}.parquet"] = _parquet(pa.table(_frames(i, start, observations, actions)))
        start += n
    lines = [json.dumps({"episode_index": i, "tasks": ["t"], "length": n}) for i, n in enumerate(LENGTHS)]
    return {**files, "meta/episodes.jsonl": "\n".join(lines).encode()}


def lerobot_v3():
    observations, actions = _numbers()
    starts = np.cumsum([0, *LENGTHS])
    frames = [pa.table(_frames(i, starts[i], observations, actions)) for i in range(len(LENGTHS))]
    rows = [
        {"episode_index": i, "length": n, "data/chunk_index": 0, "data/file_index": 0 if i < 2 else 1}
        for i, n in enumerate(LENGTHS)
    ]
    return {
        "meta/info.json": json.dumps(_info("v3.0")).encode(),
        "meta/episodes/chunk-000/file-000.parquet": _parquet(pa.Table.from_pylist(rows)),
        "data/chunk-000/file-000.parquet": _parquet(pa.concat_tables(frames[:2])),
        "data/chunk-000/file-001.parquet": _parquet(frames[2]),
    }


def _messages():
    """Classes of the log's messages, of the fields that a data set is made of."""
    kinds = {"uint32": 13, "fixed64": 6, "float": 2, "double": 1, "bool": 8}
    fields = {
        "EpisodeMark": [("episode", 1, "uint32"), ("seed", 2, "fixed64"), ("purpose", 3, "uint32"), ("outcome", 4, "uint32"), ("steps", 5, "uint32")],
        "Transition": [("episode", 1, "uint32"), ("step", 2, "uint32"), ("source", 3, "uint32"), ("policy_version", 4, "uint32"),
            ("observation", 5, "floats"), ("proposed", 6, "doubles"), ("executed", 7, "doubles"), ("reward", 8, "float"),
            ("terminal", 9, "bool"), ("next_observation", 10, "floats")],
    }  # fmt: skip
    file = descriptor_pb2.FileDescriptorProto(name="hone/sample.proto", package="hone", syntax="proto3")
    for name, members in fields.items():
        message = file.message_type.add(name=name)
        for member, number, kind in members:
            message.field.add(name=member, number=number, type=kinds[kind.removesuffix("s")], label=3 if kind.endswith("s") else 1)
    return message_factory.GetMessages([file])


def session(compression=CompressionType.NONE):
    """A session's log, as Hone writes it or `mcap compress` leaves it."""
    observations, actions = _numbers()
    classes, buffer = _messages(), io.BytesIO()
    mark, step = classes["hone.EpisodeMark"], classes["hone.Transition"]
    writer = Writer(buffer, compression=compression, chunk_size=512)
    for i, n in enumerate(LENGTHS):
        writer.write_message("/episode", mark(episode=i, seed=i), log_time=i)
        for t in range(n):
            row = step(episode=i, step=t, source=1, observation=observations[i][t], proposed=actions[i][t], executed=actions[i][t],
                reward=0 if t == n - 1 else -1, terminal=t == n - 1, next_observation=observations[i][t + 1])  # fmt: skip
            writer.write_message("/transition", row, log_time=i)
        writer.write_message("/episode", mark(episode=i, seed=i, outcome=1, steps=n), log_time=i)
    writer.finish()
    return {"session.mcap": buffer.getvalue()}


SAMPLES = {
    "lerobot-v2": lerobot_v2,
    "lerobot-v3": lerobot_v3,
    "robomimic": robomimic,
    "minari": minari,
    "minari-arrow": minari_arrow,
    "minari-parquet": minari_parquet,
    "d4rl": d4rl,
    "npz": npz,
    "dppo": dppo,
    "session": session,
    "session-zstd": lambda: session(CompressionType.ZSTD),
}


def write(files, root):
    """Writes a data set into a folder; the path that is imported: its only file, or the folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    names = list(files)
    return root / names[0] if len(names) == 1 and "/" not in names[0] else root
