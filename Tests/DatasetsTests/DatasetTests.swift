import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Datasets
@testable import Report
@testable import TestSupport

/// Data sets through the real converters; skipped where their packages could not be had (launch/test says so).
@Suite("Data sets", .enabled(if: ConverterPython.isThere))
struct DatasetTests {
    private func episodes(_ arguments: [String]) throws -> HoneProgram.Outcome {
        try HoneProgram.run(["episodes"] + arguments)
    }

    /// What every format keeps of an episode, to the bit.
    private struct Kept: Equatable {
        var number: UInt32
        var seed: UInt64
        var purpose: EpisodePurpose
        var outcome: EpisodeOutcome
        var steps: [[UInt32]]

        init(_ episode: Episode) {
            number = episode.number
            seed = episode.seed
            purpose = episode.purpose
            outcome = episode.outcome
            steps = episode.transitions.map { step in
                step.observation.values.map(\.bitPattern)
                    + step.executed.values.map { Float($0).bitPattern }
                    + step.nextObservation.values.map(\.bitPattern)
                    + [
                        step.reward.bitPattern, step.isTerminal ? 1 : 0,
                        UInt32(step.source.rawValue), step.policyVersion, step.step,
                    ]
            }
        }
    }

    /// The steps of every episode take as long as a robot of that rate takes for them.
    private static func demandSeconds(of archive: SessionArchive, rate: Double) throws {
        try archive.entries { entry in
            let seconds = Double(entry.episode.transitions.count) / rate
            #expect(abs(entry.stepSeconds - seconds) < 1e-6, "\(archive.files.folder)")
        }
    }

    @Test("What was exported in any format and imported again is the same to the last bit")
    func roundTrip() throws {
        let scratch = try Scratch()
        let session = try TinySession.record(in: scratch)
        let relabelled = try #require(try session.log.episodes.first)
        #expect(
            try episodes(["relabel", session.folder, "\(relabelled.number)", "failure"]).code == 0)
        let expected = try SessionArchive(session.folder).episodes().episodes.map { Kept($0) }
        #expect(expected.contains { $0.outcome == .failure })
        let outputs = [
            ("lerobot-v3", "dataset"), ("minari", "minari"), ("d4rl", "d4rl.hdf5"),
            ("npz", "data.npz"),
        ]
        for (format, name) in outputs {
            let exported = try episodes([
                "export", session.folder, scratch.path(name), "--format", format,
            ])
            #expect(exported.code == 0, "\(format): \(exported.errors)")
            let imported = try episodes([
                "import", scratch.path(name), "--launch", "demo", "--directory",
                scratch.path("from-" + format),
            ])
            #expect(imported.code == 0, "\(format): \(imported.output)\(imported.errors)")
            let archive = try SessionArchive(scratch.path("from-" + format))
            let (found, reports) = try archive.episodes()
            try Self.demandSeconds(of: archive, rate: 5)
            #expect(found.map { Kept($0) } == expected, "\(format)")
            let isClean = reports.allSatisfy { $0.report.isClean }
            #expect(isClean)
        }
        // An action that somebody changed counts, though Hone's own column beside it has the old one.
        _ = try Datasets.python(
            """
            import sys, numpy as np, pyarrow as pa, pyarrow.parquet as pq
            path = sys.argv[1] + "/data/chunk-000/file-000.parquet"
            table = pq.read_table(path)
            action = np.array(table["action"].to_pylist(), np.float32) / 2
            column = pa.FixedSizeListArray.from_arrays(pa.array(action.reshape(-1)), action.shape[1])
            pq.write_table(table.set_column(table.column_names.index("action"), "action", column), path)
            """, [scratch.path("dataset")], in: scratch)
        let changed = try episodes([
            "import", scratch.path("dataset"), "--launch", "demo", "--directory",
            scratch.path("changed"),
        ])
        #expect(changed.code == 0 && changed.output.contains("action was changed since"))
        func first(_ folder: String) throws -> Episode {
            try #require(try SessionArchive(folder).episodes().episodes.first)
        }
        let (half, full) = (try first(scratch.path("changed")), try first(session.folder))
        for (one, other) in zip(half.transitions, full.transitions) {
            for axis in 0..<3 { #expect(abs(2 * one.executed[axis] - other.executed[axis]) < 1e-5) }
        }
        let again = try episodes([
            "export", session.folder, scratch.path("data.npz"), "--format", "npz",
        ])
        #expect(again.code == 73)
        // Data for another robot is refused with every difference, and nothing is written.
        let other = try episodes([
            "import", scratch.path("dataset"), "--launch", "metaworld-push", "--directory",
            scratch.path("other"),
        ])
        #expect(other.code == 65 && other.errors.contains("axes"))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("other")))

        let pretrained = try HoneProgram.run(
            [
                "pretrain", "demo", "--quiet", "--data", scratch.path("from-lerobot-v3"),
                "--directory", scratch.path("pretrained"),
            ] + TinySession.arguments)
        #expect(pretrained.code == 0, "\(pretrained.errors)")
    }

    @Test(
        "Arm and base in one robot: what their axes are goes along, and is compared",
        arguments: [("lerobot-v3", "set"), ("npz", "data.npz")])
    func velocities(format: String, name: String) throws {
        let scratch = try Scratch()
        let recorded = try HoneProgram.run([
            "record", "drive-and-reach", "--quiet", "--set", "session.demonstrations=2",
            "--directory", scratch.path("session"),
        ])
        try #require(recorded.code == 0, "\(recorded.errors)")
        let expected = try SessionArchive(scratch.path("session")).episodes().episodes
            .map { Kept($0) }
        let exported = try episodes([
            "export", scratch.path("session"), scratch.path(name), "--format", format,
        ])
        #expect(exported.code == 0, "\(exported.errors)")
        let imported = try episodes([
            "import", scratch.path(name), "--launch", "drive-and-reach", "--directory",
            scratch.path("back"),
        ])
        #expect(imported.code == 0, "\(imported.output)\(imported.errors)")
        let found = try SessionArchive(scratch.path("back")).episodes().episodes.map { Kept($0) }
        #expect(found == expected)
        let refused = try episodes(["import", scratch.path(name), "--launch", "demo"])
        #expect(refused.code == 65 && refused.errors.contains("the axes are joint_position"))
    }

    @Test("An export opens with h5py and pyarrow alone")
    func opens() throws {
        let scratch = try Scratch()
        let session = try TinySession.record(in: scratch)
        for (format, name) in [("lerobot-v3", "l"), ("minari", "m"), ("d4rl", "d.hdf5")] {
            let outcome = try episodes([
                "export", session.folder, scratch.path(name), "--format", format, "--json",
            ])
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        let output = try Datasets.python(
            """
            import json, sys, h5py, numpy as np, pyarrow.parquet as pq
            root = sys.argv[1]
            with h5py.File(root + "/d.hdf5") as f:
                print(f["observations"].shape, f["actions"].dtype, int((f["terminals"][:] | f["timeouts"][:]).sum()))
            with h5py.File(root + "/m/data/main_data.hdf5") as f:
                print(len(f), all(len(g["observations"]) == len(g["actions"]) + 1 for g in f.values()))
            info = json.load(open(root + "/l/meta/info.json"))
            table = pq.ParquetFile(root + "/l/data/chunk-000/file-000.parquet").read()
            print(info["codebase_version"], info["fps"], info["features"]["action"]["names"], table.num_rows)
            hone = json.load(open(root + "/l/meta/hone.json"))
            box = np.array([[axis["low"], axis["high"]] for axis in hone["about"]["action"]])
            action = np.array(table["action"].to_pylist())
            with h5py.File(root + "/d.hdf5") as f:
                meant = box.mean(axis=1) + (box[:, 1] - box[:, 0]) / 2 * f["actions"][:].astype(np.float64)
            print(bool(np.abs(action - meant).max() < 1e-7), bool(np.abs(action[:, :3]).max() <= 0.05 + 1e-7))
            """, [scratch.folder], in: scratch)
        let recorded = try session.log.episodes
        let steps = recorded.reduce(0) { $0 + $1.transitions.count }
        let names = "['x', 'y', 'z', 'roll', 'pitch', 'yaw', 'gripper']"
        #expect(
            output.split(separator: "\n").map(String.init) == [
                "(\(steps), 13) float32 \(recorded.count)", "\(recorded.count) True",
                "v3.0 5 \(names) \(steps)", "True True",
            ])
    }

    @Test("Minari's own package opens an export", .enabled(if: Datasets.hasMinari))
    func minari() throws {
        let scratch = try Scratch()
        let session = try TinySession.record(in: scratch)
        let folder = scratch.path("minari")
        let outcome = try episodes(["export", session.folder, folder, "--format", "minari"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let script = try String(
            contentsOfFile: HoneProgram.root + "/launch/datasets/verify_reference.py",
            encoding: .utf8)
        let recorded = try session.log.episodes
        let steps = recorded.reduce(0) { $0 + $1.transitions.count }
        #expect(
            try Datasets.python(script, [folder], in: scratch)
                == "\(folder): minari: \(recorded.count) episodes, \(steps) steps\n")
    }

    /// Data sets of others, made with h5py, pyarrow and numpy alone; 13 scalars, 7 axes, 2 episodes of 4 and 3 steps.
    private static let foreignData = """
        import json, os, sys, h5py, numpy as np, pyarrow as pa, pyarrow.parquet as pq
        root = sys.argv[1]
        rng = np.random.default_rng(int(sys.argv[2]))
        obs = [rng.uniform(-0.1, 0.1, (n + 1, 13)).astype(np.float32) for n in (4, 3)]
        act = [rng.uniform(-1, 1, (n, 7)).astype(np.float32) for n in (4, 3)]
        np.savez(root + "/truth.npz", obs0=obs[0], obs1=obs[1], act0=act[0], act1=act[1])
        rew = [np.array([0, 0, 0, 1.0]), np.array([0, 0, 0.0])]
        with h5py.File(root + "/robomimic.hdf5", "w") as f:
            for i in (0, 1):
                g = f.create_group(f"data/demo_{i}")
                g.attrs["num_samples"] = len(act[i])
                g["actions"], g["rewards"], g["dones"] = act[i].astype(np.float64), rew[i], (rew[i] > 0).astype(int)
                for part, rows in (("obs", obs[i][:-1]), ("next_obs", obs[i][1:])):
                    g[part + "/a_eef"], g[part + "/b_object"] = rows[:, :4], rows[:, 4:]
                    g[part + "/camera_image"] = np.zeros((len(rows), 8, 8, 3), np.uint8)
        flat = lambda parts: np.concatenate(parts)
        with h5py.File(root + "/d4rl.hdf5", "w") as f:
            f["observations"], f["next_observations"] = flat([o[:-1] for o in obs]), flat([o[1:] for o in obs])
            f["actions"], f["rewards"] = flat(act), flat(rew)
            f["terminals"] = flat(rew) > 0
        with h5py.File(root + "/d4rl-raw.hdf5", "w") as f:
            f["observations"], f["actions"], f["rewards"] = flat([o[:-1] for o in obs]), flat(act), flat(rew)
            f["terminals"], f["timeouts"] = flat(rew) > 0, np.array([0, 0, 0, 0, 0, 0, 1], bool)
        np.savez(root + "/dppo.npz", states=flat([o[:-1] for o in obs]), actions=flat(act),
            traj_lengths=np.array([4, 3]), rewards=flat(rew))
        os.makedirs(root + "/v21/meta")
        os.makedirs(root + "/v21/data/chunk-000")
        shape = lambda n, names: {"dtype": "float32", "shape": [n], "names": {"motors": names}}
        json.dump({"codebase_version": "v2.1", "fps": 5, "features": {
            "observation.state": shape(13, [f"s{i}" for i in range(13)]), "action": shape(7, [f"m{i}" for i in range(7)]),
            "episode_index": {"dtype": "int64", "shape": [1]}, "index": {"dtype": "int64", "shape": [1]}}},
            open(root + "/v21/meta/info.json", "w"))
        start = 0
        for i in (1, 0):
            n = len(act[i])
            table = pa.table({"observation.state": pa.array(list(obs[i][:-1]), pa.list_(pa.float32())),
                "action": pa.array(list(act[i]), pa.list_(pa.float32())),
                "episode_index": pa.array([i] * n), "index": pa.array(range(4 * i, 4 * i + n))})
            pq.write_table(table, f"{root}/v21/data/chunk-000/episode_{i:06d}.parquet")
        """

    @Test(
        "Data sets of others become the same episodes", arguments: [1, 2] as [UInt64])
    func foreign(seed: UInt64) throws {
        let scratch = try Scratch()
        _ = try Datasets.python(Self.foreignData, [scratch.folder, "\(seed)"], in: scratch)
        let truth = try Datasets.python(
            """
            import sys, numpy as np
            with np.load(sys.argv[1]) as f:
                for name in ("obs0", "obs1", "act0", "act1"):
                    print(*f[name].reshape(-1).view(np.uint32))
            """, [scratch.path("truth.npz")], in: scratch)
        let bits = truth.split(separator: "\n").map {
            $0.split(separator: " ").compactMap { UInt32($0) }
        }
        try #require(bits.count == 4)
        // Steps of the second episode: without next observations its last, a time-out, is dropped.
        let all: [(name: String, arguments: [String], second: Int)] = [
            ("robomimic.hdf5", [], 3), ("d4rl.hdf5", [], 3), ("d4rl-raw.hdf5", [], 2),
            ("dppo.npz", [], 2), ("v21", ["--reward", "demonstrations"], 3),
        ]
        for (name, arguments, second) in all {
            let folder = scratch.path("from-" + name)
            let outcome = try episodes(
                ["import", scratch.path(name), "--launch", "demo", "--directory", folder]
                    + arguments)
            #expect(outcome.code == 0, "\(name), seed \(seed): \(outcome.output)\(outcome.errors)")
            let found = try SessionArchive(folder).episodes().episodes
            #expect(found.map(\.transitions.count) == [4, second], "\(name), seed \(seed)")
            #expect(found.first?.outcome == .success)
            for (episode, index) in zip(found, [0, 1]) {
                for (step, transition) in episode.transitions.enumerated() {
                    let seen = transition.observation.values.map(\.bitPattern)
                    #expect(seen == Array(bits[index][step * 13..<step * 13 + 13]), "\(name)")
                    let done = transition.executed.values.map { Float($0).bitPattern }
                    #expect(done == Array(bits[index + 2][step * 7..<step * 7 + 7]), "\(name)")
                    if !transition.isTerminal {
                        let after = transition.nextObservation.values.map(\.bitPattern)
                        #expect(
                            after == Array(bits[index][(step + 1) * 13..<(step + 2) * 13]),
                            "\(name)")
                    }
                }
            }
        }
    }

    @Test("What is no data set is told as such")
    func noDataset() throws {
        let scratch = try Scratch()
        for (name, word) in [("none.npz", "not there"), ("text.hdf5", "format")] {
            if name == "text.hdf5" {
                try Data("no".utf8).write(to: URL(fileURLWithPath: scratch.path(name)))
            }
            let outcome = try episodes(["import", scratch.path(name), "--launch", "demo"])
            #expect(outcome.code == 65 && outcome.errors.contains(word), "\(outcome.errors)")
        }
    }
}

/// The converters' own Python.
enum Datasets {
    private static let path = ConverterPython.path ?? "/usr/bin/false"

    /// The reference package of that format is there too; `launch/test` installs it.
    static let hasMinari: Bool = {
        let child = try? ChildProcess.spawn(
            executable: path, arguments: ["-c", "import minari, PIL"])
        return child?.wait() == 0
    }()

    /// Runs a script to its end and gives what it printed.
    static func python(
        _ script: String, _ arguments: [String], in scratch: Scratch
    ) throws -> String {
        let child = try ChildProcess.spawn(
            executable: path, arguments: ["-c", script] + arguments,
            output: scratch.path("python.txt"), errors: scratch.path("python-errors.txt"))
        let code = child.wait()
        let errors = try scratch.text("python-errors.txt")
        try #require(code == 0, "\(errors)")
        return try scratch.text("python.txt")
    }
}
