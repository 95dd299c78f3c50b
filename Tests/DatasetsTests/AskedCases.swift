/// Data sets of which only a person can know what is meant: what an import asks, and the way out that it names.
enum AskedCases {
    /// What an import makes of each.
    static let all: [ForeignCases.Expected] = [
        .init(
            name: "other-name",
            words: ["left_gripper (5) → yaw, and not gripper", "--action-columns says"],
            lengths: [4, 6, 5]),
        .init(
            name: "other-name", arguments: ["--strict"], code: 65,
            words: ["left_gripper (5) → yaw, and not gripper"]),
        .init(
            name: "other-name", arguments: ["--action-columns", "0,1,2,3,4,6,5"],
            lengths: [4, 6, 5], absent: ["and not gripper", "is followed where"]),
        .init(
            name: "split", code: 65,
            words: ["--keys observation.state,observation.environment_state observes as many"],
            absent: ["--columns"]),
        .init(
            name: "split",
            arguments: ["--keys", "observation.state,observation.environment_state"],
            lengths: [4, 6, 5]),
        .init(name: "beside.npz", code: 65, words: ["--keys observations,extra observes as many"]),
        .init(
            name: "beside.npz", arguments: ["--keys", "observations,extra"], lengths: [4, 6, 5]),
        .init(
            name: "both.npz", words: ["3 steps marked as terminal and as cut off by time"],
            lengths: [4, 6, 5]),
        .init(
            name: "both-mi", words: ["3 steps marked as terminal and as cut off by time"],
            lengths: [4, 6, 5]),
        .init(
            name: "same-length.npz",
            words: ["3 episodes end in a terminal failure, all after 5 steps", "time-outs?"],
            lengths: [5, 5, 5]),
        .init(
            name: "other-lengths.npz", words: ["2 of 15 steps come after the step that succeeded"],
            lengths: [4, 4, 5]),
        .init(
            name: "threefold.npz", code: 65, words: ["actions leave −1…1"],
            absent: ["--clip-actions"]),
    ]

    /// Writes them, behind `ForeignCases.script` and `SilentCases.script`.
    static let script = #"""

        lerobot("other-name", names("action", ACT[:5] + ["left_gripper", "right_yaw"]))
        def split(f):
            for i, n in enumerate(L):
                t = table(f, page(i))
                rows = np.array(t[STATE].to_pylist(), np.float32)
                t = t.set_column(t.column_names.index(STATE), STATE, samples._vectors(np.ascontiguousarray(rows[:, :10])))
                f[page(i)] = samples._parquet(t.append_column("observation.environment_state", samples._vectors(np.ascontiguousarray(rows[:, 10:]))))
            def features(v):
                v["features"][STATE].update(shape=[10], names=None)
                v["features"]["observation.environment_state"] = {"dtype": "float32", "shape": [3], "names": None}
            info(f, features)
        lerobot("split", split)
        def beside(e):
            rows = np.random.default_rng(7).uniform(-.05, .05, (15, 13))
            return {"observations": rows[:, :10], "extra": rows[:, 10:]}
        flat("beside.npz", beside, ())
        flat("both.npz", lambda e: {"terminals": e, "timeouts": e})
        def both(f):
            for i, n in enumerate(L):
                g = f[f"episode_{i}"]
                for key in ("terminations", "truncations"):
                    if key in g: del g[key]
                    g[key] = np.r_[np.zeros(n - 1), 1].astype(bool)
        hdf5("both-mi", samples.minari(), "data/main_data.hdf5", both)
        flat("same-length.npz", lambda e: {"rewards": np.full(15, -1.0)}, (), (5, 5, 5))
        flat("other-lengths.npz", lambda e: {"traj_lengths": np.array([6, 4, 5])})
        flat("threefold.npz", lambda e: {"actions": np.random.default_rng(8).uniform(-3, 3, (15, 7))}, ())
        """#
}
