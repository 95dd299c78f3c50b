import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Datasets
@testable import TestSupport

/// What an import makes of other people's data sets, and what it says of them.
@Suite("Data sets of others", .enabled(if: ConverterPython.isThere))
struct ForeignDataTests {
    private static let launch = HoneProgram.root + "/launch/datasets"

    /// What `--json` prints, as far as it is looked at.
    private struct Report: Decodable {
        struct Count: Decodable { var episodes: Int, steps: Int }
        struct Loss: Decodable { var why: String, episodes: Int, steps: Int }
        struct Unused: Decodable { var name: String, why: String }
        struct Account: Decodable {
            var found: Count
            var left_out: [Loss]
            var missing: [Loss]
            var unused: [Unused]

            var text: String {
                (left_out + missing).map { "\($0.steps) \($0.why)\n" }.joined()
                    + unused.map { "\($0.name): \($0.why)\n" }.joined()
            }
        }
        var episodes: Int
        var successes: Int
        var steps: Int
        var account: Account
        var errors: [String]
        var warnings: [String]
        var notes: [String]
    }

    private func check(
        _ cases: [ForeignCases.Expected], writtenBy script: String = ForeignCases.script
    ) throws {
        let scratch = try Scratch()
        _ = try Datasets.python(script, [Self.launch, scratch.folder], in: scratch)
        for (index, expected) in cases.enumerated() {
            let folder = scratch.path("session-\(index)")
            let outcome = try HoneProgram.run(
                [
                    "episodes", "import", scratch.path(expected.name), "--launch", "demo", "--json",
                    "--directory", folder,
                ] + expected.arguments)
            let name = "\(expected.name) \(expected.arguments): \(outcome.output)\(outcome.errors)"
            #expect(outcome.code == expected.code, "\(name)")
            #expect(!(outcome.output + outcome.errors).contains("Traceback"), "\(name)")
            #expect(!(outcome.output + outcome.errors).contains("\u{1b}"), "\(name)")
            for word in expected.words {
                #expect((outcome.output + outcome.errors).contains(word), "\(word) in \(name)")
            }
            for word in expected.absent {
                #expect(!(outcome.output + outcome.errors).contains(word), "\(word) in \(name)")
            }
            guard expected.code == 0, outcome.code == 0 else {
                #expect(!Files.exists(folder), "\(name)")
                continue
            }
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            let found = try SessionArchive(folder).episodes().episodes
            let account = report.account
            let lost = account.left_out.reduce(0) { $0 + $1.steps }
            // Whatever is not imported has its reason.
            #expect(account.found.steps - lost == report.steps, "\(name)")
            #expect(found.reduce(0) { $0 + $1.transitions.count } == report.steps)
            let withoutLast = account.left_out.contains { $0.why.contains("last steps") }
            let lengths = found.map(\.transitions.count)
            if withoutLast {
                #expect(lengths.count == expected.lengths.count, "\(name)")
            } else {
                #expect(lengths == expected.lengths, "\(name)")
            }
            if let successes = expected.successes {
                #expect(found.count { $0.outcome == .success } == successes, "\(name)")
            }
            for word in expected.account {
                #expect(account.text.contains(word), "\(word) in \(name)")
            }
            // The same account is kept in the session.
            let kept = try JSONDecoder().decode(
                Report.self, from: Data(try Files.read(folder + "/import.json", limit: 1 << 24)))
            #expect(kept.account.text == account.text)
        }
    }

    @Test("LeRobot: files, columns and metadata that disagree are told, never scrambled")
    func lerobot() throws { try check(ForeignCases.lerobot) }

    @Test("Flat arrays end by every usual name, and nothing is dropped in silence")
    func flat() throws { try check(ForeignCases.flat) }

    @Test("Groups: nested observations, empty demonstrations and failures are what they are")
    func groups() throws { try check(ForeignCases.groups) }

    @Test("What is told rather than assumed: tasks, units, choices, pictures, lists of episodes")
    func odd() throws { try check(OddCases.all, writtenBy: ForeignCases.script + OddCases.script) }

    private func checkSilent(_ cases: [ForeignCases.Expected]) throws {
        try check(cases, writtenBy: ForeignCases.script + SilentCases.script)
    }

    @Test("Names that contradict the robot's are refused with the argument that puts them right")
    func names() throws { try checkSilent(SilentCases.names) }

    @Test("A rate that is stated, or plain from timestamps, counts; that of a video does not")
    func rates() throws { try checkSilent(SilentCases.rates) }

    @Test("What Hone wrote beside an export is set aside where the data are no longer those")
    func own() throws { try checkSilent(SilentCases.own) }

    @Test("Next observations that contradict the following rows are judged alike in every format")
    func following() throws { try checkSilent(SilentCases.following) }

    @Test(
        "Doubled episodes, switches from 0 to 1, rewards that are all 1 and missing frames are told"
    )
    func rest() throws { try checkSilent(SilentCases.rest) }

    @Test("What only a person can know is asked, with the way out that works")
    func asked() throws {
        try check(
            AskedCases.all,
            writtenBy: ForeignCases.script + SilentCases.script + AskedCases.script)
    }

    @Test("A project of somebody's own without converters imports with those of the program")
    func ownProject() throws {
        let scratch = try Scratch()
        _ = try Datasets.python(ForeignCases.script, [Self.launch, scratch.folder], in: scratch)
        for file in ["robots/sim-widowx.yaml", "calibration/sim-0001.yaml", "launch/demo.yaml"] {
            let path = scratch.path("own/" + file)
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: HoneProgram.root + "/" + file, toPath: path)
        }
        let outcome = try HoneProgram.run(
            ["episodes", "import", scratch.path("dones.npz"), "--launch", "demo", "--check"],
            in: scratch.path("own"))
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        // What is wrong with a file names it once.
        let cut = scratch.path("cut.npz")
        let refused = try HoneProgram.run(
            ["episodes", "import", cut, "--launch", "demo", "--check"], in: scratch.path("own"))
        #expect(refused.code == 65)
        #expect(refused.errors.components(separatedBy: cut).count == 2, "\(refused.errors)")
    }

    @Test("Numbers in another order than the robot's are put right by names of every form")
    func permuted() throws {
        let scratch = try Scratch()
        _ = try Datasets.python(
            ForeignCases.script + SilentCases.script, [Self.launch, scratch.folder], in: scratch)
        func episodes(_ name: String) throws -> [Episode] {
            let folder = scratch.path("session-" + name)
            let outcome = try HoneProgram.run([
                "episodes", "import", scratch.path(name), "--launch", "demo", "--directory", folder,
            ])
            try #require(outcome.code == 0, "\(name): \(outcome.output)\(outcome.errors)")
            let isTold = outcome.output.contains("are put into the robot's")
            #expect(isTold == (name != "straight"), "\(name): \(outcome.output)")
            return try SessionArchive(folder).episodes().episodes
        }
        let straight = try episodes("straight")
        for name in ["list", "places", "lists", "words", "prefixed", "suffixed"] {
            #expect(try episodes(name) == straight, "\(name)")
        }
    }

    @Test("With --json what goes wrong before anything can be checked is JSON too")
    func errorsAsJSON() throws {
        struct Failure: Decodable { var ok: Bool, errors: [String] }
        for arguments in [["/none.npz", "--launch", "demo"], ["/none.npz", "--launch", "none"]] {
            let outcome = try HoneProgram.run(["episodes", "import"] + arguments + ["--json"])
            #expect(outcome.code != 0)
            let failure = try JSONDecoder().decode(Failure.self, from: Data(outcome.output.utf8))
            #expect(!failure.ok && failure.errors.count == 1, "\(outcome.output)")
        }
    }

    @Test("One table says what was found, taken, left out and not used")
    func table() throws {
        let scratch = try Scratch()
        _ = try Datasets.python(
            ForeignCases.script, [Self.launch, scratch.folder], in: scratch)
        let outcome = try HoneProgram.run([
            "episodes", "import", scratch.path("cluster.hdf5"), "--launch", "demo", "--check",
        ])
        let rows = outcome.output.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        for row in [
            "in the file 2 22", "ended by 2 terminals: nothing comes after",
            "ended by 2 timeouts: cut off by time", "taken 2 16",
        ] {
            #expect(rows.contains(row), "\(row) in \(outcome.output)")
        }
        #expect(rows.contains { $0.hasPrefix("left out 6 behind") }, "\(outcome.output)")
        #expect(rows.contains { $0.hasPrefix("not used infos/qpos [22×3]") }, "\(outcome.output)")
        // Ranges stand beside what the robot's YAML allows.
        #expect(rows.contains { $0.hasPrefix("action x −1…1") && $0.hasSuffix("%") })
    }

    @Test("Damaged files of every format are imported or refused in a sentence")
    func fuzz() throws {
        let scratch = try Scratch()
        let seed = UInt64.random(in: 0..<1 << 32)
        let script = """
            import sys
            sys.path.insert(0, sys.argv.pop(1))
            import fuzz
            sys.exit(fuzz.main())
            """
        let output = try Datasets.python(
            script, [Self.launch, "--count", "150", "--seed", "\(seed)"], in: scratch)
        #expect(output.contains("seed \(seed)") && output.contains("dppo: "))
    }

    @Test("A library that takes all memory, never ends or crashes is one line")
    func guarded() throws {
        let scratch = try Scratch()
        let script = """
            import sys
            sys.path.insert(0, sys.argv[1])
            import convert, mmap, os, signal
            convert.LEAST_BYTES, convert.RESERVED_BYTES, convert.LEAST_SECONDS = 256 << 20, 512 << 20, 1
            sys.stderr = sys.stdout
            def endless(_):
                while True: pass
            works = [lambda _: bytearray(1 << 30), lambda _: mmap.mmap(-1, 1 << 31), endless,
                lambda _: os.kill(os.getpid(), signal.SIGSEGV), lambda _: 1 // 0]
            for work in works:
                sys.stdout.flush()
                print(convert.guarded(work, None, "thing"), flush=True)
            """
        let lines = try Datasets.python(script, [Self.launch], in: scratch)
            .split(separator: "\n").map(String.init)
        let said = [
            "needs more memory", "Cannot allocate memory", "did not end within 1 s",
            "crashed on it (SIGSEGV)", "ZeroDivisionError",
        ]
        try #require(lines.count == 2 * said.count, "\(lines)")
        for (index, words) in said.enumerated() {
            #expect(lines[2 * index].hasPrefix("thing: ") && lines[2 * index].contains(words))
            #expect(lines[2 * index + 1] == "65")
        }
    }

    @Test(
        "A log is exported as Hone wrote it or another tool compressed it; what is none is a line")
    func logs() throws {
        let scratch = try Scratch()
        let script = """
            import sys
            sys.path.insert(0, sys.argv[1])
            import convert, pathlib, samples
            sys.stderr = sys.stdout
            root = pathlib.Path(sys.argv[2])
            zstd, plain = (samples.SAMPLES[name]()["session.mcap"] for name in ("session-zstd", "session"))
            at = zstd.index(bytes([0x28, 0xB5, 0x2F, 0xFD])) + 20
            logs = {"zstd": zstd, "plain": plain, "cut": plain[: len(plain) * 2 // 3], "empty": b"", "text": b"a log",
                "pointer": b"version https://git-lfs.github.com/spec/v1\\noid x\\nsize 9\\n", "flipped": zstd[:at] + b"???" + zstd[at + 3 :]}
            for name, data in logs.items():
                (root / name).write_bytes(data)
                sys.argv = ["", "export", "--log", str(root / name), "--rate", "5", "--format", "npz", "--output", str(root / (name + ".npz"))]
                print(name, convert.main(), (root / (name + ".npz")).exists(), flush=True)
            """
        let text = try Datasets.python(script, [Self.launch, scratch.folder], in: scratch)
        for line in [
            "zstd 0 True", "plain 0 True", "empty is empty\nempty 65 False",
            "begins with other bytes\ntext 65 False", "Git LFS pointer",
            "\npointer 65 False", "flipped 65 False",
            "is cut off: 2 whole episodes in it can be taken\ncut 0 True",
        ] { #expect(text.contains(line), "\(line) in \(text)") }
        #expect(!text.contains("Traceback"), "\(text)")

        // What another program recorded, such as a bag of ROS 2, is no damaged log of Hone's.
        let bag = """
            import sys
            from mcap.writer import Writer
            with open(sys.argv[1], "wb") as file:
                writer = Writer(file)
                writer.start(profile="ros2", library="rosbag2")
                schema = writer.register_schema(name="tf2_msgs/msg/TFMessage", encoding="ros2msg", data=b"")
                channel = writer.register_channel(topic="/tf", message_encoding="cdr", schema_id=schema)
                writer.add_message(channel, log_time=1, data=b"0123", publish_time=1)
                writer.finish()
            """
        _ = try Datasets.python(bag, [scratch.path("bag")], in: scratch)
        // Its chunks are compressed unless it is asked otherwise.
        let outcome = try HoneProgram.run(["episodes", "verify", scratch.path("bag")])
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains("is compressed with zstd"), "\(outcome.errors)")
        let plain = bag.replacingOccurrences(
            of: "Writer(file)", with: "Writer(file, compression=mcap.writer.CompressionType.NONE)"
        ).replacingOccurrences(of: "import sys", with: "import sys, mcap.writer")
        _ = try Datasets.python(plain, [scratch.path("plain-bag")], in: scratch)
        let verified = try HoneProgram.run(["episodes", "verify", scratch.path("plain-bag")])
        #expect(verified.code == 65)
        #expect(verified.errors.contains("holds nothing of Hone's"), "\(verified.errors)")
    }

    @Test("A missing package is one line with the remedy")
    func missingPackage() throws {
        let scratch = try Scratch()
        let said = scratch.path("said.txt")
        let child = try ChildProcess.spawn(
            executable: HoneProgram.root + "/.venv-datasets/bin/python",
            arguments: [
                "-c",
                """
                import runpy, sys
                sys.modules["pyarrow"] = None
                sys.path.insert(0, sys.argv[1])
                runpy.run_path(sys.argv[1] + "/convert.py", run_name="__main__")
                """, Self.launch,
            ], output: said, errors: said)
        #expect(child.wait() == 69)
        let text = try scratch.text("said.txt")
        #expect(text.split(separator: "\n").count == 1 && text.contains("launch/datasets/setup"))
        #expect(text.contains("pyarrow"), "\(text)")
    }
}
