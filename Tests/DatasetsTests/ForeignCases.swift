/// Data sets as other people's tools leave them, and what an import has to make of each.
///
/// Python, with `launch/datasets/samples.py`, writes them into a folder; every one is a small public report made again.
enum ForeignCases {
    /// What an import ends with.
    struct Expected {
        /// The case's file or folder.
        var name: String
        var arguments: [String] = []
        var code: Int32 = 0
        /// Words of the error, or of a warning or note.
        var words: [String] = []
        /// Steps of the episodes that are imported.
        var lengths: [Int] = []
        var successes: Int?
        /// Words of what was left out, missing or not used.
        var account: [String] = []
        /// Words that are not said.
        var absent: [String] = []
    }

    /// LeRobot: what its files, columns and metadata say in different ways.
    static let lerobot: [Expected] = [
        .init(name: "whole", lengths: [4, 6, 5], successes: 3, account: ["images.front"]),
        .init(
            name: "copied", words: ["without renumbering"], lengths: [4, 6, 5], successes: 3),
        .init(name: "copied-bare", code: 65, words: ["renumber", "episode_000001.parquet"]),
        .init(name: "copied-v3", words: ["merged without renumbering"], lengths: [4, 6, 5]),
        .init(name: "twice", code: 65, words: ["begins 2 times"]),
        .init(
            name: "gap", words: ["gaps in time, 20 steps missing (4 s)", "episode 1 after step 2"],
            lengths: [4, 2, 3, 5], successes: 3, account: ["gaps in time"]),
        .init(
            name: "gap", arguments: ["--reward", "demonstrations"], lengths: [4, 2, 3, 5],
            successes: 3),
        .init(name: "gap", arguments: ["--strict"], code: 65, words: ["gaps in time"]),
        .init(name: "gap-in-timestamps", words: ["gaps in time"], lengths: [4, 2, 3, 5]),
        .init(name: "backwards", code: 65, words: ["time goes backwards"]),
        .init(name: "thinned", code: 65, words: ["more than one step apart all along"]),
        .init(
            name: "deleted", lengths: [4, 5], account: ["so deleted: 1"]),
        .init(name: "deleted", arguments: ["--strict"], code: 65, words: ["so deleted: 1"]),
        .init(
            name: "absent", words: ["1 episode and 5 steps of the data set missing"],
            lengths: [4, 6], account: ["without a row in the files: 2"]),
        .init(name: "cut-file", code: 65, words: ["episode_000001.parquet", "cut off"]),
        .init(name: "short", code: 65, words: ["episode 1 has 5 rows", "metadata says 6"]),
        .init(name: "total", code: 65, words: ["total_frames 99", "15 rows"]),
        .init(name: "ragged", code: 65, words: ["row 1 has", "episode_000001.parquet"]),
        .init(name: "width", code: 65, words: ["meta/info.json says 12"]),
        .init(name: "pointer", code: 65, words: ["Git LFS pointer", "git lfs pull"]),
        .init(
            name: "failed", arguments: ["--reward", "demonstrations"], words: ["no success"],
            lengths: [4, 5, 5], successes: 2),
    ]

    /// Flat arrays: names of ends, and what becomes of the rest.
    static let flat: [Expected] = [
        .init(name: "dones.npz", lengths: [4, 6, 5], successes: 3),
        .init(name: "dones.hdf5", lengths: [4, 6, 5], successes: 3, account: ["infos/qpos"]),
        .init(name: "done.npz", lengths: [4, 6, 5], successes: 3),
        .init(name: "is_last.npz", lengths: [4, 6, 5], successes: 3),
        .init(name: "is_first.npz", lengths: [4, 6, 5], successes: 3),
        .init(name: "truncations.npz", lengths: [4, 6, 5], successes: 3),
        .init(name: "masks.npz", lengths: [4, 6, 5], successes: 3),
        .init(name: "episode_ends.npz", lengths: [4, 6, 5], successes: 3),
        .init(name: "traj_lengths.npz", lengths: [4, 6, 5], account: ["without a step"]),
        .init(name: "no-end.npz", code: 65, words: ["no end of an episode", "terminals"]),
        .init(name: "no-flag.npz", code: 65, words: ["no end of an episode"]),
        .init(name: "odd-flag.npz", code: 65, words: ["neither 0 nor 1"]),
        .init(name: "short-flag.npz", code: 65, words: ["terminals [14]", "15 steps"]),
        .init(name: "cut.npz", code: 65, words: ["cut.npz", "cut off or damaged"]),
        .init(name: "escape.npz", lengths: [4, 6, 5], account: [#"\x1b[2Jx"#]),
        .init(name: "cluster-bare.npz", lengths: [7, 9], account: ["6 behind the episode's end"]),
        .init(name: "objects.npz", lengths: [4, 6, 5], account: ["unpickled"]),
        .init(name: "pointer.hdf5", code: 65, words: ["Git LFS pointer"]),
        .init(name: "page.npz", code: 65, words: ["web page"]),
        .init(
            name: "cluster.hdf5", lengths: [7, 9], successes: 2,
            account: ["behind the episode's end"]),
        .init(
            name: "cluster.hdf5", arguments: ["--strict"], code: 65,
            words: ["6 steps: behind the episode's end"]),
        .init(
            name: "again.hdf5", lengths: [4, 6], successes: 2,
            account: ["behind the episode's end"]),
        .init(
            name: "unfinished.npz", arguments: ["--reward", "demonstrations"], lengths: [4, 6, 4],
            successes: 2),
    ]

    /// Groups: nested observations, numbers of demonstrations, empty ones, what the file says of success.
    static let groups: [Expected] = [
        .init(name: "minari", lengths: [4, 6, 5], successes: 3),
        .init(name: "minari-arrow", lengths: [4, 6, 5], successes: 3),
        .init(name: "minari-parquet", lengths: [4, 6, 5], successes: 3),
        .init(name: "minari", arguments: ["--strict"], code: 0, lengths: [4, 6, 5]),
        .init(
            name: "minari-wide", code: 65, words: ["15 observed scalars"]),
        .init(
            name: "minari-wide", arguments: ["--keys", "observation,goal.cup"],
            lengths: [4, 6, 5], account: ["observations.more"]),
        .init(
            name: "minari-wide", arguments: ["--keys", "observation,goal"], lengths: [4, 6, 5]),
        .init(name: "minari-wide", arguments: ["--keys", "nothing"], code: 65, words: ["nothing"]),
        .init(name: "minari-short", code: 65, words: ["episode_1", "total_steps 6"]),
        .init(name: "robomimic.hdf5", lengths: [4, 6, 5], successes: 3, account: ["camera"]),
        .init(
            name: "empty.hdf5", lengths: [4, 5], account: ["without a step: demo_2"]),
        .init(
            name: "failed.hdf5", arguments: ["--reward", "demonstrations"],
            words: ["1 episodes are no success"], lengths: [4, 6, 5], successes: 2),
        .init(name: "failed-bare.hdf5", lengths: [4, 6, 5], successes: 2),
        .init(
            name: "failed.hdf5", words: ["1 episodes are no success"], lengths: [4, 6, 5],
            successes: 2),
        .init(name: "other-keys.hdf5", code: 65, words: ["demo_2 does not observe"]),
        .init(name: "num-samples.hdf5", code: 65, words: ["num_samples 9"]),
        .init(name: "elsewhere.hdf5", code: 65, words: ["another file"]),
        .init(name: "half.hdf5", code: 65, words: ["half.hdf5"]),
    ]

    /// Writes all of them; the demo's robot observes 13 numbers and has 7 axes.
    static let script = #"""
        import io, json, sys, pathlib
        sys.path.insert(0, sys.argv[1])
        import h5py, numpy as np, pyarrow as pa, pyarrow.parquet as pq
        import samples
        samples.WIDTH, samples.AXES = 13, 7
        root = pathlib.Path(sys.argv[2])
        L = samples.LENGTHS
        page = lambda i: f"data/chunk-000/episode_{i:06d}.parquet"

        def put(name, files):
            (root / name).mkdir(parents=True, exist_ok=True)
            samples.write(files, root / name)

        def table(files, name):
            return pq.read_table(io.BytesIO(files[name]))

        def column(files, name, key, values):
            t = table(files, name)
            values = values if isinstance(values, pa.Array) else pa.array(values)
            files[name] = samples._parquet(t.set_column(t.column_names.index(key), key, values))

        def info(files, change):
            value = json.loads(files["meta/info.json"])
            change(value)
            files["meta/info.json"] = json.dumps(value).encode()

        def lerobot(name, change=lambda files: None, base=samples.lerobot_v2):
            files = base()
            change(files)
            put(name, files)

        lerobot("whole")
        def copied(f):
            for i, n in enumerate(L):
                column(f, page(i), "episode_index", np.zeros(n, np.int64))
                column(f, page(i), "index", np.arange(n))
        lerobot("copied", copied)
        def bare(f):
            copied(f)
            del f["meta/episodes.jsonl"]
        lerobot("copied-bare", bare)
        def copied3(f):
            column(f, "data/chunk-000/file-001.parquet", "episode_index", np.zeros(L[2], np.int64))
            column(f, "data/chunk-000/file-001.parquet", "index", np.arange(L[2]))
        lerobot("copied-v3", copied3, samples.lerobot_v3)
        def twice(f):
            f["data/chunk-000/file-002.parquet"] = f["data/chunk-000/file-001.parquet"]
            info(f, lambda v: v.pop("total_frames"))
        lerobot("twice", twice, samples.lerobot_v3)
        def gap(f, both=True):
            jump = np.r_[0, 1, 2, 23, 24, 25]
            if both: column(f, page(1), "frame_index", jump)
            column(f, page(1), "timestamp", (jump / 5).astype(np.float32))
        lerobot("gap", gap)
        lerobot("gap-in-timestamps", lambda f: gap(f, False))
        lerobot("backwards", lambda f: column(f, page(1), "timestamp", np.float32([0, .2, .4, .3, .8, 1])))
        def thinned(f):
            for i, n in enumerate(L): column(f, page(i), "frame_index", np.arange(n) * 2)
        lerobot("thinned", thinned)
        def episodes(f, keep, change=lambda row: row):
            rows = [json.loads(line) for line in f["meta/episodes.jsonl"].splitlines()]
            rows = [change(row) for row in rows if row["episode_index"] in keep]
            f["meta/episodes.jsonl"] = "\n".join(json.dumps(row) for row in rows).encode()
        lerobot("deleted", lambda f: episodes(f, (0, 2)))
        lerobot("absent", lambda f: f.pop(page(2)))
        lerobot("cut-file", lambda f: f.update({page(1): f[page(1)][:-9]}))
        def short(f):
            f[page(1)] = samples._parquet(table(f, page(1)).slice(0, 5))
            info(f, lambda v: v.pop("total_frames"))
        lerobot("short", short)
        lerobot("total", lambda f: info(f, lambda v: v.update(total_frames=99)))
        def ragged(f):
            rows = table(f, page(1))["action"].to_pylist()
            rows[1], rows[2] = rows[1] + rows[2][:1], rows[2][1:]
            column(f, page(1), "action", pa.array(rows, pa.list_(pa.float32())))
        lerobot("ragged", ragged)
        lerobot("width", lambda f: info(f, lambda v: v["features"]["observation.state"].update(shape=[12])))
        lerobot("pointer", lambda f: f.update({page(1): b"version https://git-lfs.github.com/spec/v1\noid x\nsize 9\n"}))
        def failed(f):
            for i, n in enumerate(L):
                t = table(f, page(i)).drop_columns(["next.reward", "next.done"])
                f[page(i)] = samples._parquet(t.append_column("next.success", pa.array(np.r_[np.zeros(n - 1), i != 1].astype(bool))))
            def features(v):
                v["features"]["next.success"] = v["features"].pop("next.done")
                del v["features"]["next.reward"]
            info(f, features)
        lerobot("failed", failed)

        def flat(name, change, drop=("dones",), lengths=L):
            n = sum(lengths)
            rng = np.random.default_rng(1)
            a = dict(observations=rng.uniform(-.05, .05, (n, 13)), actions=rng.uniform(-1, 1, (n, 7)))
            ends = np.zeros(n, bool)
            ends[np.cumsum(lengths) - 1] = True
            a |= dict(rewards=ends.astype(float), dones=ends)
            for key in drop: a.pop(key)
            a |= change(ends)
            if name.endswith(".npz"): return np.savez(root / name, **a)
            with h5py.File(root / name, "w") as f:
                for key, value in a.items(): f[key] = value
                f["infos/qpos"] = np.zeros((n, 3))

        flat("dones.npz", lambda e: {}, ())
        flat("dones.hdf5", lambda e: {}, ())
        for key in ("done", "is_last", "truncations"): flat(key + ".npz", lambda e: {key: e})
        flat("is_first.npz", lambda e: {"is_first": np.r_[True, e[:-1]]})
        flat("masks.npz", lambda e: {"masks": 1.0 - e})
        flat("episode_ends.npz", lambda e: {"episode_ends": np.cumsum(L)})
        flat("traj_lengths.npz", lambda e: {"traj_lengths": np.array([4, 0, 6, 5])})
        flat("no-end.npz", lambda e: {})
        flat("no-flag.npz", lambda e: {"terminals": e & False, "timeouts": e & False})
        flat("odd-flag.npz", lambda e: {"terminals": e * 7})
        flat("short-flag.npz", lambda e: {"terminals": e[:-1]})
        flat("objects.npz", lambda e: {"infos": np.array([{"a": 1}] * 15, object)}, ())
        flat("escape.npz", lambda e: {"\x1b[2Jx": np.zeros(15)}, ())
        whole = (root / "dones.npz").read_bytes()
        (root / "cut.npz").write_bytes(whole[: len(whole) // 2])
        (root / "pointer.hdf5").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid x\nsize 9\n")
        (root / "page.npz").write_bytes(b"<!DOCTYPE html><html></html>")
        near = lambda *runs: np.concatenate([np.r_[np.zeros(a), np.ones(b)] for a, b in runs])
        def cluster(e):
            near_goal = near((6, 4), (8, 4)) > 0
            return {"terminals": near_goal, "rewards": near_goal.astype(float), "timeouts": e}
        flat("cluster.hdf5", cluster, ("dones", "rewards"), (10, 12))
        # Nothing but the terminals says where episodes end.
        flat("cluster-bare.npz", lambda e: {k: v for k, v in cluster(e).items() if k != "timeouts"}, ("dones", "rewards"), (10, 12))
        # It leaves the goal and comes back within the episode.
        def again(e):
            near_goal = near((3, 2), (2, 3), (5, 1)) > 0
            return {"terminals": near_goal, "rewards": near_goal.astype(float), "timeouts": e}
        flat("again.hdf5", again, ("dones", "rewards"), (10, 6))
        def unfinished(e):
            e[-1] = False
            return {"terminals": e}
        flat("unfinished.npz", unfinished, ("dones", "rewards"))

        for name in ("minari", "minari_arrow", "minari_parquet"):
            put(name.replace("_", "-"), getattr(samples, name)())

        def hdf5(name, files, key, change):
            path = root / name
            files = dict(files)
            if len(files) == 1: path.write_bytes(files[key])
            else: samples.write(files, path); path = path / key
            with h5py.File(path, "r+") as f: change(f)

        def wide(f):
            for i, n in enumerate(L): f[f"episode_{i}/observations/more/deep"] = np.zeros((n + 1, 2))
        hdf5("minari-wide", samples.minari(), "data/main_data.hdf5", wide)
        hdf5("minari-short", samples.minari(), "data/main_data.hdf5",
            lambda f: [f.__delitem__("episode_1/actions"), f.__setitem__("episode_1/actions", np.zeros((5, 7))),
                f.__delitem__("episode_1/observations/observation"), f.__setitem__("episode_1/observations/observation", np.zeros((6, 2))),
                f.__delitem__("episode_1/observations/goal"), f.__setitem__("episode_1/observations/goal/cup", np.zeros((6, 11)))])
        def demo(name, change=lambda f: None): hdf5(name, samples.robomimic(), "data.hdf5", change)
        demo("robomimic.hdf5")
        def empty(f):
            del f["data/demo_2"]
            g = f.create_group("data/demo_2")
            g.attrs["num_samples"] = 0
            g["actions"], g["obs/arm/eef"], g["obs/object"] = np.zeros((0, 7)), np.zeros((0, 2)), np.zeros((0, 11))
        demo("empty.hdf5", empty)
        def fails(f): f["data/demo_2"].attrs["success"] = False
        demo("failed.hdf5", fails)
        def fails_bare(f):
            fails(f)
            for g in f["data"].values(): del g["rewards"], g["dones"]
        demo("failed-bare.hdf5", fails_bare)
        demo("other-keys.hdf5", lambda f: [f.move(f"data/demo_2/{k}/object", f"data/demo_2/{k}/cup") for k in ("obs", "next_obs")])
        demo("num-samples.hdf5", lambda f: f["data/demo_2"].attrs.__setitem__("num_samples", 9))
        def elsewhere(f):
            del f["data/demo_2/actions"]
            f["data/demo_2/actions"] = h5py.ExternalLink("robomimic.hdf5", "data/demo_2/actions")
        demo("elsewhere.hdf5", elsewhere)
        whole = (root / "robomimic.hdf5").read_bytes()
        (root / "half.hdf5").write_bytes(whole[: len(whole) // 2])
        """#
}
