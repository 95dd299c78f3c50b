/// Data sets that contradict themselves, their own copy of what Hone wrote, or the launch's robot, where an import used to say nothing.
enum SilentCases {
    typealias Expected = ForeignCases.Expected

    /// Names of numbers, and of the robot.
    static let names: [Expected] = [
        .init(
            name: "acts-doubled", code: 65,
            words: ["two of its actions x, numbers 0 and 1", "--action-columns 0,1,2,3,4,5,6"]),
        .init(
            name: "acts-partly", code: 65,
            words: ["x is number 1, the robot's x is 0", "--action-columns 1,2,3,4,5,6,0"]),
        .init(
            name: "acts-partly", arguments: ["--action-columns", "1,2,3,4,5,6,0"],
            lengths: [4, 6, 5], absent: ["is followed where"]),
        .init(
            name: "acts-partly", arguments: ["--action-columns", "0,1,2,3,4,5,6"],
            words: ["--action-columns is followed where the file's names say something else"],
            lengths: [4, 6, 5]),
        .init(
            name: "acts-placed-twice", words: ["names of action are not used"], lengths: [4, 6, 5]),
        .init(name: "aloha", words: ["its robot is aloha"], lengths: [4, 6, 5]),
        .init(
            name: "obs-more", code: 65,
            words: ["among them all 13", "--columns 2,3,4,5,6,7,8,9,10,11,12,13,14"]),
        .init(
            name: "obs-more",
            arguments: [
                "--keys", "observation.state", "--columns", "2,3,4,5,6,7,8,9,10,11,12,13,14",
                "--strict",
            ],
            lengths: [4, 6, 5], account: ["observation more.1: --columns does not name it"]),
        .init(
            name: "straight", arguments: ["--columns", "0,0,1,2,3,4,5,6,7,8,9,10,11"], code: 65,
            words: ["names 0 twice"]),
    ]

    /// Rates, where each format has them and where none has.
    static let rates: [Expected] = [
        .init(name: "freq.hdf5", code: 65, words: ["20.0 steps a second in the file"]),
        .init(name: "freq-5.hdf5", words: ["5 steps a second by env_args"], lengths: [4, 6, 5]),
        .init(name: "isaac.hdf5", code: 65, words: ["50.0 steps a second in the file"]),
        .init(name: "video.hdf5", words: ["does not say its rate"], lengths: [4, 6, 5]),
        .init(name: "no-json.hdf5", words: ["what rate it says is not known"], lengths: [4, 6, 5]),
        .init(name: "attribute.hdf5", code: 65, words: ["20.0 steps a second in the file"]),
        .init(name: "two.hdf5", code: 65, words: ["fps says 5", "control_freq says 20"]),
        .init(name: "mi-fps", code: 65, words: ["50.0 steps a second in the file"]),
        .init(name: "mi-spec", code: 65, words: ["25.0 steps a second in the file"]),
        .init(name: "fps.npz", code: 65, words: ["50.0 steps a second in the file"]),
        .init(name: "times.npz", code: 65, words: ["50.0 steps a second in the file"]),
        .init(name: "ms.npz", words: ["20 apart they are not in seconds"], lengths: [4, 6, 5]),
        .init(name: "no-fps", code: 65, words: ["30.0 steps a second in the file"]),
    ]

    /// What Hone wrote beside an export that somebody changed since.
    static let own: [Expected] = [
        .init(name: "own", lengths: [4, 6, 5], absent: ["set aside", "does not say its rate"]),
        .init(name: "own.npz", lengths: [4, 6, 5], absent: ["set aside"]),
        .init(name: "own-mi", lengths: [4, 6, 5], absent: ["set aside"]),
        .init(
            name: "own-thin", code: 65,
            words: ["5 steps a second there, 2.5 here", "2.5 steps a second in the file"]),
        .init(
            name: "own-turned", words: ["set aside", "are put into the robot's: z (12) → z"],
            lengths: [4, 6, 5]),
        .init(name: "own-removed", words: ["3 episodes there, 2 here"], lengths: [6, 5]),
        .init(name: "own-other", words: ["other observations in episode 1"], lengths: [4, 6, 5]),
        .init(name: "own-removed.npz", words: ["3 episodes there, 2 here"], lengths: [6, 5]),
        .init(name: "own-units", code: 65, words: ["set aside", "--actions physical takes them"]),
    ]

    /// Next observations that the following rows contradict.
    static let following: [Expected] = [
        .init(
            name: "same", words: ["in 15 of 15 steps it is what the step itself sees"],
            lengths: [4, 6, 5], account: ["the following rows are used"]),
        .init(
            name: "same", arguments: ["--strict"], code: 65, words: ["not used: next.observation"]),
        .init(
            name: "same.hdf5", words: ["in 15 of 15 steps it is what the step itself sees"],
            lengths: [4, 6, 5]),
        .init(
            name: "same.npz", words: ["in 15 of 15 steps it is what the step itself sees"],
            lengths: [4, 6, 5]),
        .init(
            name: "rounded.npz", lengths: [4, 6, 5], absent: ["have one step", "following row"]),
        .init(name: "rounded.hdf5", lengths: [4, 6, 5], absent: ["following row"]),
        .init(name: "mixed", code: 65, words: ["in 12 of 12 steps", "put the rows in order"]),
        .init(name: "mixed.hdf5", code: 65, words: ["in 12 of 12 steps", "put the rows in order"]),
        .init(name: "mixed.npz", code: 65, words: ["in 12 of 12 steps", "put the rows in order"]),
        .init(
            name: "one-off.hdf5", words: ["in 1 of 12 steps", "is taken as it stands"],
            lengths: [4, 6, 5]),
    ]

    /// Episodes, actions, rewards and frames.
    static let rest: [Expected] = [
        .init(
            name: "doubled.npz", words: ["more than once", "episodes 0, 2"], lengths: [4, 6, 4]),
        .init(name: "doubled.npz", arguments: ["--strict"], code: 65, words: ["episodes 0, 2"]),
        .init(
            name: "switch.npz",
            words: ["axis gripper: its actions go from 0 to 1 and are at these"],
            lengths: [4, 6, 5]),
        .init(
            name: "switch.npz", arguments: ["--from-zero", "gripper"], lengths: [4, 6, 5],
            absent: ["axis gripper"]),
        .init(
            name: "switch.npz", arguments: ["--from-zero", "elbow"], code: 65,
            words: ["--from-zero elbow"]),
        .init(
            name: "all-one.npz", words: ["3 of 3 episodes succeed in their first step"],
            lengths: [1, 1, 1]),
        .init(
            name: "missed",
            words: ["episode 0 after step 1, episode 1 after step 1, episode 2 after step 1"],
            lengths: [2, 1, 2, 3, 2, 2]),
        .init(name: "missed", arguments: ["--strict"], code: 65, words: ["missing: 3 steps"]),
        .init(name: "beyond.npz", code: 65, words: ["1e+300 in row 0, column 3"]),
    ]
}

extension SilentCases {
    /// Writes them, behind `ForeignCases.script`.
    static let script = #"""

        OBS = "z roll pitch yaw object.dx object.dy object.dz goal.dx goal.dy obstacle.dx obstacle.dy gripper.width gripper.load".split()
        ACT = "x y z roll pitch yaw gripper".split()
        STATE, NEXT = "observation.state", "next.observation.state"
        def names(feature, value): return lambda f: info(f, lambda v: v["features"][feature].update(names=value))
        def vectors(f, key, change):
            for i, n in enumerate(L):
                rows = np.array(table(f, page(i))[key].to_pylist(), np.float32)
                column(f, page(i), key, samples._vectors(np.ascontiguousarray(change(rows), np.float32)))
        def moved(order, acts, obs=None):
            def change(f):
                vectors(f, "action", lambda rows: rows[:, order])
                names("action", acts)(f)
                if obs:
                    vectors(f, STATE, lambda rows: rows[:, ::-1])
                    names(STATE, obs)(f)
            return change
        turn = [6, 0, 1, 2, 3, 4, 5]
        turned = [ACT[i] for i in turn]
        lerobot("straight")
        lerobot("list", moved(turn, turned, OBS[::-1]))
        lerobot("places", moved(turn, {n: i for i, n in enumerate(turned)}, {n: i for i, n in enumerate(OBS[::-1])}))
        lerobot("lists", moved([3, 4, 5, 0, 1, 2, 6], {"arm": ACT[3:6] + ACT[:3], "hand": ACT[6:]}, {"motors": OBS[::-1]}))
        lerobot("words", moved(turn, [n.upper() for n in turned], [n.replace(".", "_").title() + ".pos" for n in OBS[::-1]]))
        lerobot("prefixed", moved(turn, ["main_" + n for n in turned], ["follower." + n for n in OBS[::-1]]))
        lerobot("suffixed", moved(turn, [n + "_joint.pos" for n in turned], [n + "/now" for n in OBS[::-1]]))
        lerobot("acts-doubled", names("action", ["x"] + ACT[:1] + ACT[2:]))
        lerobot("acts-partly", names("action", turned[:6] + ["foo"]))
        lerobot("acts-placed-twice", names("action", dict.fromkeys(ACT, 1)))
        lerobot("aloha", lambda f: info(f, lambda v: v.update(robot_type="aloha")))
        def more(f):
            vectors(f, STATE, lambda rows: np.concatenate([rows[:, :2] + 1, rows], axis=1))
            info(f, lambda v: v["features"][STATE].update(shape=[15], names=["more.0", "more.1"] + OBS))
        lerobot("obs-more", more)

        def arguments(name, value):
            demo(name, lambda f: f["data"].attrs.__setitem__("env_args", value if isinstance(value, str) else json.dumps(value)))
        arguments("freq.hdf5", {"env_name": "Lift", "env_kwargs": {"control_freq": 20}})
        arguments("freq-5.hdf5", {"env_kwargs": {"control_freq": 5}})
        arguments("isaac.hdf5", {"sim_args": {"dt": 0.01, "decimation": 2, "render_interval": 4}})
        arguments("video.hdf5", {"env_kwargs": {"render": {"fps": 20}, "video_fps": 20}, "fps": 30, "sim_args": {"dt": 0.01}})
        arguments("no-json.hdf5", "Lift")
        def attributes(**values):
            def change(f):
                for key, value in values.items(): f.attrs[key] = value
            return change
        flat("attribute.hdf5", lambda e: {}, ())
        flat("two.hdf5", lambda e: {}, ())
        for name, values in (("attribute", {"fps": 20}), ("two", {"fps": 5, "control_freq": 20})):
            with h5py.File(root / f"{name}.hdf5", "r+") as f: f.attrs.update(values)
        def metadata(name, **values):
            files = samples.minari()
            put(name, files | {"data/metadata.json": json.dumps(json.loads(files["data/metadata.json"]) | values).encode()})
        metadata("mi-fps", fps=50)
        metadata("mi-spec", env_spec=json.dumps({"id": "Lift-v0", "kwargs": {"control_freq": 25}}))
        times = np.concatenate([np.arange(n) for n in L])
        flat("fps.npz", lambda e: {"fps": np.array(50)}, ())
        flat("times.npz", lambda e: {"timestamps": times / 50}, ())
        flat("ms.npz", lambda e: {"timestamps": times * 20}, ())
        def no_fps(f):
            info(f, lambda v: v.pop("fps"))
            for i, n in enumerate(L): column(f, page(i), "timestamp", (np.arange(n) / 30).astype(np.float32))
        lerobot("no-fps", no_fps)

        import convert, session_log
        put("log", samples.session())
        def written(name, format, boxes=()):
            about = {"rate": 5.0, "robot": "sim-widowx", "observation": [{"name": n} for n in OBS],
                "action": [{"name": n, **(dict(low=-.05, high=.05) if boxes else {})} for n in ACT]}
            convert.WRITERS[format](session_log.read(root / "log/session.mcap", about), root / name)
        PAGE = "data/chunk-000/file-000.parquet"
        def own(name, change, boxes=()):
            written(name, "lerobot-v3", boxes)
            files = {str(p.relative_to(root / name)): p.read_bytes() for p in (root / name).rglob("*") if p.is_file()}
            change(files)
            samples.write(files, root / name)
        def kept(f, rows, fps=5):
            """Only some rows, with everything about them numbered anew."""
            t = table(f, PAGE).filter(pa.array(rows)).drop_columns([NEXT])
            episode = np.unique(np.asarray(t["episode_index"]), return_inverse=True)[1]
            lengths = np.bincount(episode)
            frame = np.concatenate([np.arange(n) for n in lengths])
            f[PAGE] = samples._parquet(t)
            new = {"episode_index": episode, "frame_index": frame, "index": np.arange(len(frame)), "timestamp": (frame / fps).astype(np.float32)}
            for key, value in new.items(): column(f, PAGE, key, value)
            lines = [{"episode_index": i, "length": int(n), "data/chunk_index": 0, "data/file_index": 0} for i, n in enumerate(lengths)]
            f["meta/episodes/chunk-000/file-000.parquet"] = samples._parquet(pa.Table.from_pylist(lines))
            def facts(v):
                v.update(fps=fps, total_frames=len(frame), total_episodes=len(lengths))
                v["features"].pop(NEXT)
            info(f, facts)
        numbers = np.repeat(np.arange(3), L)
        own("own", lambda f: None)
        own("own-thin", lambda f: kept(f, times % 2 == 0, 2.5))
        own("own-removed", lambda f: kept(f, numbers > 0))
        own("own-units", lambda f: kept(f, numbers > 0), boxes=True)
        def turned_round(f):
            for key in (STATE, NEXT):
                rows = np.array(table(f, PAGE)[key].to_pylist(), np.float32)[:, ::-1]
                column(f, PAGE, key, samples._vectors(np.ascontiguousarray(rows)))
                names(key, OBS[::-1])(f)
        own("own-turned", turned_round)
        def other(f):
            for key, by in ((STATE, 0), (NEXT, -1)):
                rows = np.array(table(f, PAGE)[key].to_pylist(), np.float32)
                rows[6 + by] += .01
                column(f, PAGE, key, samples._vectors(rows))
        own("own-other", other)
        written("own.npz", "npz")
        written("own-mi", "minari")
        with np.load(root / "own.npz") as a:
            np.savez(root / "own-removed.npz", **{k: a[k] if a[k].ndim == 0 else a[k][4:] for k in a.files})

        def after(change):
            """LeRobot with next observations made of observations [T, 13], episode by episode."""
            def with_next(f):
                for i, n in enumerate(L):
                    t = table(f, page(i))
                    rows = change(np.array(t[STATE].to_pylist(), np.float32))
                    f[page(i)] = samples._parquet(t.append_column(NEXT, samples._vectors(np.ascontiguousarray(rows, np.float32))))
                info(f, lambda v: v["features"].update({NEXT: {"dtype": "float32", "shape": [13], "names": None}}))
            return with_next
        def after_flat(change):
            def arrays(e):
                rng = np.random.default_rng(3)
                now = [rng.uniform(-.05, .05, (n, 13)) for n in L]
                return {"observations": np.concatenate(now), "next_observations": np.concatenate([change(rows) for rows in now]), "terminals": e}
            return arrays
        def after_group(change, which=(1, 2, 3)):
            def groups(f):
                for k in which:
                    g = f[f"data/demo_{k}"]
                    for key in ("arm/eef", "object"): g["next_obs/" + key][...] = change(g["obs/" + key][()])
            return groups
        same = lambda rows: rows
        shifted = lambda rows: np.r_[rows[1:], rows[-1:] + .01]
        rounded = lambda rows: shifted(rows) + 3e-6
        mixed = lambda rows: rows[::-1] + .02
        def one_off(rows):
            rows = shifted(rows)
            rows[1] += .02
            return rows
        lerobot("same", after(same))
        lerobot("mixed", after(mixed))
        for name, change in (("same", same), ("rounded", rounded), ("mixed", mixed)):
            flat(name + ".npz", after_flat(change), ("dones", "observations"))
            demo(name + ".hdf5", after_group(change))
        demo("one-off.hdf5", after_group(one_off, (2,)))

        def doubled(e):
            rng = np.random.default_rng(4)
            one, two = rng.uniform(-.05, .05, (4, 20)), rng.uniform(-.05, .05, (6, 20))
            rows = np.concatenate([one, two, one])
            return {"observations": rows[:, :13], "actions": rows[:, 13:]}
        flat("doubled.npz", doubled, (), (4, 6, 4))
        def switch(e):
            actions = np.random.default_rng(5).uniform(-.9, .9, (15, 7))
            actions[:, 6] = np.arange(15) % 4 > 1
            return {"actions": actions}
        flat("switch.npz", switch, ())
        flat("all-one.npz", lambda e: {"rewards": np.ones(15)}, ())
        def missed(f):
            for i, n in enumerate(L):
                t = table(f, page(i)).filter(pa.array(np.arange(n) != 2))
                f[page(i)] = samples._parquet(t)
                column(f, page(i), "frame_index", np.arange(n - 1))
            episodes(f, (0, 1, 2), lambda row: {**row, "length": row["length"] - 1})
            info(f, lambda v: v.update(total_frames=12))
        lerobot("missed", missed)
        def beyond(e):
            rows = np.random.default_rng(6).uniform(-.05, .05, (15, 13))
            rows[0, 3] = 1e300
            return {"observations": rows}
        flat("beyond.npz", beyond, ())
        """#
}
