/// Data sets in which something would be assumed that nobody said, and what an import has to say of it.
enum OddCases {
    /// What an import makes of each.
    static let all: [ForeignCases.Expected] = [
        .init(
            name: "tasks", words: ["episodes of 2 tasks", "pick (2 episodes)"], lengths: [4, 6, 5]),
        .init(name: "milliseconds", words: ["are they milliseconds?"], lengths: [4, 6, 5]),
        .init(name: "hidden", words: ["1 hidden file"], lengths: [4, 6, 5]),
        .init(
            name: "unlisted", lengths: [4, 6, 5],
            account: ["observation.force: in the files, and not in meta/info.json"]),
        .init(
            name: "unwritten", lengths: [4, 6, 5],
            account: ["observation.effort: in meta/info.json, and in no file"]),
        .init(name: "stateless", code: 65, words: ["observation.joints", "with --keys"]),
        .init(name: "timeless", code: 65, words: ["episode 1", "is not finite"]),
        .init(name: "endless", code: 65, words: ["episode 1", "step 5 is not finite"]),
        .init(name: "dones_float.npz", lengths: [4, 6, 5], successes: 3),
        .init(
            name: "an-episode.npz", words: ["1 episodes are no success"], lengths: [4, 6, 5],
            successes: 2),
        .init(name: "parts.hdf5", lengths: [4, 6, 5], successes: 3),
        .init(name: "interleaved.npz", code: 65, words: ["episode_id 0 begins 5 times"]),
        .init(name: "merged-ids.npz", lengths: [4, 6, 5]),
        .init(name: "float-ids.npz", lengths: [4, 6, 5]),
        .init(
            name: "picture.npz", code: 65, words: ["observations (a picture or a table a step)"]),
        .init(name: "text-flag.npz", code: 65, words: ["terminals (<U5, not numbers)"]),
        .init(
            name: "two-ends.npz", words: ["3 of 6 episodes have one step"],
            lengths: [3, 1, 5, 1, 4, 1]),
        .init(name: "choices.npz", words: ["whole numbers (int64)"], lengths: [4, 6, 5]),
        .init(name: "no-step.npz", code: 65, words: ["no step in it"]),
        .init(
            name: "tuple", words: ["_index_2 → pitch", "_index_10 → obstacle.dy"],
            lengths: [4, 6, 5]),
        .init(name: "discrete", code: 65, words: ["MultiDiscrete", "no motions"]),
        .init(
            name: "bounds", words: ["action 6 is -2…2", "--actions physical"], lengths: [4, 6, 5]),
        .init(name: "some-rewards", lengths: [4, 6, 5], account: ["only 2 of 3 episodes have it"]),
        .init(name: "some-ends", lengths: [4, 6, 5]),
        .init(name: "frames", code: 65, words: ["holds pictures"]),
        .init(name: "arrow-bare", words: ["no metadata.json"], lengths: [4, 6, 5]),
        .init(
            name: "mask.hdf5", lengths: [4, 6, 5],
            account: ["mask [train, valid]: lists of demonstrations"]),
        .init(name: "states.hdf5", code: 65, words: ["dataset_states_to_obs.py"]),
        .init(name: "maybe.hdf5", words: ["neither true nor false"], lengths: [4, 6, 5]),
        .init(name: "traj.hdf5", code: 65, words: ["data (traj_1, traj_2, traj_3)"]),
        .init(name: "bytes.hdf5", code: 65, words: ["no name in UTF-8"]),
        .init(name: "half.hdf5", code: 65, words: ["half.hdf5"]),
        .init(name: "half-precision.hdf5", lengths: [4, 6, 5], successes: 3),
    ]

    /// Writes them, behind `ForeignCases.script`.
    static let script = #"""

        lerobot("tasks", lambda f: episodes(f, (0, 1, 2), lambda row: {**row, "tasks": ["place" if row["episode_index"] == 1 else "pick"]}))
        def milliseconds(f):
            for i, n in enumerate(L): column(f, page(i), "timestamp", np.arange(n) * 200.0)
        lerobot("milliseconds", milliseconds)
        lerobot("hidden", lambda f: f.update({"data/chunk-000/._episode_000001.parquet": b"\0\5\x16\7"}))
        def unlisted(f):
            for i, n in enumerate(L):
                f[page(i)] = samples._parquet(table(f, page(i)).append_column("observation.force", pa.array(np.zeros(n))))
        lerobot("unlisted", unlisted)
        other = {"dtype": "float32", "shape": [2], "names": None}
        lerobot("unwritten", lambda f: info(f, lambda v: v["features"].update({"observation.effort": other})))
        lerobot("stateless", lambda f: info(f, lambda v: v["features"].update({"observation.joints": v["features"].pop("observation.state")})))
        lerobot("timeless", lambda f: column(f, page(1), "timestamp", np.full(L[1], np.nan, np.float32)))
        lerobot("endless", lambda f: column(f, page(1), "timestamp", np.r_[np.arange(L[1] - 1) / 10, np.inf].astype(np.float32)))

        flat("dones_float.npz", lambda e: {"dones_float": e.astype(float)})
        flat("an-episode.npz", lambda e: {"terminals": e, "success": np.array([1, 0, 1])})
        def parts(e):
            rng = np.random.default_rng(2)
            rows = np.concatenate([rng.uniform(-.05, .05, (n + 1, 13)) for n in L])
            last = np.cumsum(np.array(L) + 1) - 1
            now, after = np.delete(rows, last, 0), np.delete(rows, last - L, 0)
            return {"terminals": e, "observations/a": now[:, :8], "observations/b": now[:, 8:],
                "next_observations/a": after[:, :8], "next_observations/b": after[:, 8:]}
        flat("parts.hdf5", parts, ("dones", "observations"))
        flat("interleaved.npz", lambda e: {"episode_id": np.arange(15) % 3})
        flat("merged-ids.npz", lambda e: {"terminals": e, "episode_id": np.repeat([0, 1, 0], L)})
        flat("float-ids.npz", lambda e: {"episode_id": np.repeat([7.0, 3.0, 9.0], L)})
        flat("picture.npz", lambda e: {"observations": np.zeros((15, 4, 4, 3), np.uint8), "terminals": e})
        flat("text-flag.npz", lambda e: {"terminals": np.array([str(bool(x)) for x in e])})
        flat("two-ends.npz", lambda e: {"terminals": e, "dones": np.r_[e[1:], True]})
        flat("choices.npz", lambda e: {"terminals": e, "actions": np.ones((15, 7), np.int64)})
        nothing = {"observations": np.zeros((0, 13)), "actions": np.zeros((0, 7)), "rewards": np.zeros(0), "terminals": np.zeros(0)}
        flat("no-step.npz", lambda e: nothing)

        def groups(f): return [(i, n, f[f"episode_{i}"]) for i, n in enumerate(L)]
        def minari(name, change): hdf5(name, samples.minari(), "data/main_data.hdf5", change)
        def tuple_(f):
            for i, n, g in groups(f):
                del g["observations"]
                for k in range(13): g[f"observations/_index_{k}"] = np.full(n + 1, k / 100)
        minari("tuple", tuple_)
        def space(name, value):
            files = samples.minari()
            metadata = json.loads(files["data/metadata.json"])
            metadata["action_space"] = json.dumps(value)
            put(name, {**files, "data/metadata.json": json.dumps(metadata).encode()})
        space("discrete", {"type": "MultiDiscrete", "nvec": [3] * 7})
        space("bounds", {"type": "Box", "shape": [7], "low": [-1] * 6 + [-2], "high": [1] * 6 + [2]})
        minari("some-rewards", lambda f: f["episode_1"].__delitem__("rewards"))
        minari("some-ends", lambda f: f["episode_1"].__delitem__("terminations"))
        def frames(f):
            for i, n, g in groups(f):
                del g["observations"]
                g["observations"] = np.zeros((n + 1, 4, 4, 3), np.uint8)
        minari("frames", frames)
        arrow = samples.minari_arrow()
        arrow.pop("data/metadata.json")
        put("arrow-bare", arrow)

        demo("mask.hdf5", lambda f: [f.__setitem__("mask/train", [b"demo_1"]), f.__setitem__("mask/valid", [b"demo_2"])])
        def demos(change):
            def all_(f):
                for g in f["data"].values(): change(g)
            return all_
        demo("states.hdf5", demos(lambda g: [g.__delitem__("obs"), g.__setitem__("states", np.zeros((4, 3)))]))
        demo("maybe.hdf5", lambda f: f["data/demo_2"].attrs.__setitem__("success", "maybe"))
        demo("traj.hdf5", lambda f: [f["data"].move(name, name.replace("demo", "traj")) for name in list(f["data"])])
        demo("bytes.hdf5", lambda f: f["data/demo_1/obs"].__setitem__(b"\xff\xfe", np.zeros((4, 1))))
        def half(g):
            actions = g["actions"][()].astype(np.float16)
            del g["actions"]
            g["actions"] = actions
        demo("half-precision.hdf5", demos(half))
        """#
}
