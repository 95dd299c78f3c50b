import Configuration
import Embodiment
import Experience
import Foundation
import Glibc
import Platform
import Testing

@testable import Agent
@testable import TestSupport

/// Session directories that somebody else has made: archives, shared folders, a colleague's request to have a look.
@Suite("A session directory of somebody else's")
struct ForeignSessionTests {
    private let project: OwnProject
    private let folder: String
    /// What a program of theirs would make.
    private let trace: String
    private var command: String { "bridge.command=[/usr/bin/touch, \(trace)]" }

    init() throws {
        project = try OwnProject()
        let scratch = project.scratch
        (folder, trace) = (scratch.path("sessions/theirs"), scratch.path("ran"))
        let endpoint = "ipc://" + scratch.path("none")
        try project.change("launch/demo.yaml", "simulation:", "bridge:")
        try project.change("launch/demo.yaml", "  variant: field", "  endpoint: \(endpoint)")
        try project.change("launch/demo.yaml", "  noise: 1", "  connect_s: 0.2")
        try Files.makeDirectories(folder)
    }

    /// Lays an empty session there that would begin anew.
    private func lay(
        _ overrides: [String] = [], launch: String = "demo",
        _ change: (inout SessionRecord) -> Void = { _ in }
    ) throws {
        let own = Project(root: project.scratch.folder)
        var record = SessionRecord(
            importing: try LaunchFile.read(launch, in: own, overrides: overrides))
        record.command = .finetune
        record.project = own.root
        change(&record)
        try record.write(to: URL(fileURLWithPath: folder + "/session.json"))
    }

    private func resume(
        _ more: [String] = [], in place: String? = nil
    ) throws -> HoneProgram.Outcome {
        try HoneProgram.run(
            ["finetune", "--quiet", "--resume", folder] + more,
            in: place ?? project.scratch.folder)
    }

    /// A project of theirs, beside their session or in it, whose limits are wider.
    private func layProject(in place: String) throws {
        for part in ["robots", "calibration", "launch"] {
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: project.scratch.path(part), toPath: place + "/" + part)
        }
        let launch = place + "/launch/demo.yaml"
        let text = try String(contentsOfFile: launch, encoding: .utf8)
        try text.replacingOccurrences(
            of: "  connect_s: 0.2", with: "  connect_s: 0.2\n  command: [/usr/bin/touch, \(trace)]"
        ).write(toFile: launch, atomically: true, encoding: .utf8)
    }

    // MARK: Commands

    @Test("Its command is not run unasked, and is run when a person repeats it word for word")
    func commandUnasked() throws {
        try lay([command])
        for allowed in [[], ["--allow", "bridge.command"], ["--allow", command + " "]] {
            let refused = try resume(allowed)
            #expect(refused.code == 77, "\(refused.errors)")
            #expect(refused.errors.contains("--allow '\(command)'"), "\(refused.errors)")
            #expect(!Files.exists(trace))
        }
        let allowed = try resume(["--allow", command])
        #expect(allowed.code == 69, "\(allowed.errors)")
        #expect(Files.exists(trace))
        let alone = try HoneProgram.run(["finetune", "demo", "--allow", command])
        #expect(alone.code == 64 && alone.errors.contains("--resume"))
    }

    @Test("Nor is it by the supervisor, which asks for no more than its person gave it")
    func supervised() throws {
        try lay([command])
        let refused = try resume(["--supervised"])
        #expect(refused.code == 77 && !Files.exists(trace), "\(refused.errors)")
        let allowed = try resume(["--supervised", "--allow", command])
        #expect(allowed.code == 69 && Files.exists(trace), "\(allowed.errors)")
    }

    @Test(
        "Whatever starts a program or chooses the robot needs that word, however it is written",
        arguments: [
            "bridge.endpoint=ipc:///tmp/other", "bridge={command: [/bin/true]}",
            "robot=robots/sim-widowx.yaml", "calibration=calibration/sim-0001.yaml",
        ])
    func orders(word: String) throws {
        try lay([word])
        let asked = ResumeRequest(directory: folder)
        #expect(throws: ResumeError.self) { try resumeHere(asked) }
        let record = try SessionRecord(reading: URL(fileURLWithPath: folder + "/session.json"))
        #expect(RecordedOrders(of: record).words == [word])
        try lay(["session.robot_minutes=1", "seed=3", "session.workers=1"])
        let harmless = try SessionRecord(reading: URL(fileURLWithPath: folder + "/session.json"))
        #expect(RecordedOrders(of: harmless).words.isEmpty)
    }

    @Test("On a terminal a person is asked, and sees all that would be run")
    func question() throws {
        guard Files.exists("/usr/bin/script") else { return }
        try lay([command])
        for (answer, code) in [("n", 77), ("", 77), ("y", 69)] {
            let said = project.scratch.path("said")
            let words = "\(HoneProgram.path) finetune --quiet --resume \(folder)"
            let child = try ChildProcess.spawn(
                executable: "/bin/sh",
                arguments: [
                    "-c",
                    "cd \(project.scratch.folder) && echo '\(answer)' | script -qec '\(words)' /dev/null",
                ], output: said, errors: said)
            let found = child.wait()
            let text = try project.scratch.text("said")
            #expect(found == code, "\(text)")
            #expect(text.contains(command) && text.contains("[y/N]"), "\(text)")
            #expect(Files.exists(trace) == (answer == "y"))
        }
    }

    // MARK: Projects

    @Test("It goes on in the project of whoever asks, not in one that it names")
    func anotherProject() throws {
        let theirs = project.scratch.path("theirs")
        try layProject(in: theirs)
        try lay { $0.project = theirs }
        let other = try resume()
        #expect(other.code == 65, "\(other.errors)")
        #expect(other.errors.contains("was begun in the project \(theirs)"), "\(other.errors)")
        #expect(other.errors.contains("--project"))
        // Its files are those of this project: so it may be said.
        let named = try resume(["--project", project.scratch.folder], in: "/")
        #expect(named.code == 69, "\(named.errors)")
        #expect(try resume(["--project", "/dev"]).code == 78)
        #expect(!Files.exists(trace))
    }

    @Test("A project in its own directory is nobody's, also for who stands in it")
    func ownProject() throws {
        try layProject(in: folder)
        try lay { $0.project = folder }
        try Files.makeDirectories(folder + "/log")
        let ways: [([String], String?)] = [
            ([], folder), (["--project", folder], nil), ([], folder + "/log"),
        ]
        for (more, place) in ways {
            let refused = try resume(more, in: place)
            #expect(refused.code == 65, "\(refused.errors)")
            #expect(refused.errors.contains("lies in its own directory"), "\(refused.errors)")
        }
        #expect(!Files.exists(trace))
    }

    @Test("Limits come from no file in it, allowed or not; a launch from elsewhere needs a word")
    func ownFiles() throws {
        try layProject(in: folder)
        let robot = "robot=\(folder)/robots/sim-widowx.yaml"
        try lay([robot])
        #expect(try resume().code == 77)
        let itsRobot = try resume(["--allow", robot])
        #expect(itsRobot.code == 65, "\(itsRobot.errors)")
        #expect(itsRobot.errors.contains("lies in its own directory"), "\(itsRobot.errors)")
        for path in [
            folder + "/launch/demo.yaml", "launch/../sessions/theirs/launch/demo.yaml",
            "sessions/theirs/launch/demo.yaml",
        ] {
            try lay(launch: project.scratch.path("sessions/theirs/launch/demo.yaml")) {
                $0.files[0].path = path
            }
            #expect(try resume().code == 77, "\(path)")
            let allowed = try resume(["--allow", "launch=\(path)"])
            #expect(allowed.code == 65, "\(allowed.errors)")
        }
        #expect(!Files.exists(trace))
    }

    // MARK: Links

    private func resumeHere(_ asked: ResumeRequest) throws {
        var asked = asked
        asked.project = project.scratch.folder
        asked.quiet = true
        try SessionCommand.resume(asked)
    }

    /// What is around the session, to the byte.
    private func surroundings(_ place: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for entry in try Files.list(place) {
            let path = "\(place)/\(entry.name)"
            if entry.isDirectory {
                found[path] = Data()
                found.merge(try surroundings(path)) { $1 }
            } else {
                found[path] = FileManager.default.contents(atPath: path)
            }
        }
        return found
    }

    @Test(
        "No link in it is followed, to be written, emptied or read",
        arguments: [
            "session.json", "metrics.jsonl", "report.json", "report.html", ".lock", "log",
            "weights", "checkpoints", "log/bridge.txt", "log/bridge-2.txt", "log/superseded",
            "log/session.mcap", "log/session.ring", "log/session.ring.bad-1",
            "log/session-0002.mcap", "checkpoints/.resume-new", "checkpoints/resume-000001",
            "checkpoints/000000001.safetensors", "weights/000001.safetensors",
            "metrics.jsonl.new-\(getpid())", "control", "control.path",
        ])
    func links(name: String) throws {
        try lay(["bridge.command=[/bin/true]"])
        let outside = project.scratch.path("outside")
        try Files.makeDirectories(outside + "/folder")
        for name in ["file", "folder/resume-000001", "folder/session.mcap", "folder/.lock"] {
            try Files.replace("\(outside)/\(name)", with: Array("precious".utf8))
        }
        for target in ["file", "folder", "none"] {
            let copy = project.scratch.path("copy")
            try? FileManager.default.removeItem(atPath: copy)
            try FileManager.default.copyItem(atPath: folder, toPath: copy)
            try Files.makeDirectories(
                ("\(copy)/\(name)" as NSString).deletingLastPathComponent)
            if name == "session.json" {
                try Files.replace(
                    outside + "/file", with: try Files.read(copy + "/session.json", limit: 1 << 24))
                try Files.remove(copy + "/session.json")
            }
            try? FileManager.default.removeItem(atPath: "\(copy)/\(name)")
            try #require(symlink("\(outside)/\(target)", "\(copy)/\(name)") == 0)
            let before = try surroundings(outside)
            var asked = ResumeRequest(directory: copy)
            asked.allowed = ["bridge.command=[/bin/true]"]
            #expect(throws: (any Error).self) { try resumeHere(asked) }
            #expect(try surroundings(outside) == before, "\(name) to \(target)")
        }
    }

    @Test(
        "To be looked at, mended or learned from, it costs nobody a file", .timeLimit(.minutes(5)))
    func recover() throws {
        try lay()
        try Files.makeDirectories(folder + "/log")
        let secret = project.scratch.path("key")
        try Files.replace(secret, with: Array("secret".utf8))
        for name in ["log/session.ring", "log/session.mcap", "log/labels-0001.mcap"] {
            for target in [secret, "../../../key"] {
                try #require(symlink(target, "\(folder)/\(name)") == 0)
                for command in ["recover", "list", "verify"] {
                    let outcome = try HoneProgram.run(["episodes", command, folder])
                    #expect(!(outcome.output + outcome.errors).contains("secret"))
                    #expect(try project.scratch.text("key") == "secret", "\(name), \(command)")
                }
                try Files.remove("\(folder)/\(name)")
                #expect(try surroundings(folder).values.allSatisfy { $0 != Data("secret".utf8) })
            }
        }
    }
}
