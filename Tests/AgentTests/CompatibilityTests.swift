import Configuration
import Control
import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Agent
@testable import Learning
@testable import TestSupport

@Suite("What was recorded on one robot and is used on another")
struct CompatibilityTests {
    private static let robots = [
        "sim-widowx", "widowx250s", "reach-arm", "reach-arm-wide", "sawyer-metaworld", "limited",
    ]

    /// A robot's file; `limited` is none of the project's, but the simulator's with everything that a file may have.
    private static func text(_ robot: String) throws -> String {
        guard robot == "limited" else {
            return try String(
                contentsOfFile: "\(HoneProgram.root)/robots/\(robot).yaml", encoding: .utf8)
        }
        return try text("sim-widowx").replacingOccurrences(
            of: "features:\n", with: "features:\n  - {name: wrist.force, unit: N}\n"
        ).replacingOccurrences(
            of: "    kind: delta", with: "    jerk_UNIT_s3: JERK\n    kind: delta"
        )
        .split(separator: "\n", omittingEmptySubsequences: false).reduce(into: (text: "", unit: ""))
        {
            if $1.hasPrefix("    unit: ") { $0.unit = String($1.dropFirst(10)) }
            $0.text +=
                $1.replacingOccurrences(of: "UNIT", with: $0.unit)
                .replacingOccurrences(of: "JERK", with: $0.unit == "m" ? "700" : "3500") + "\n"
        }.text + """
            tool:
              speed_m_s: 0.6
              tilt_rad: 0.3
              planes:
                - {normal: [0, 0, -1], offset_m: -0.01}
            step:
              translation_m: 0.2
              rotation_rad: 1
            force:
              features: [wrist.force]
              contact_n: 10
              stop_n: 30
              absolute_n: 60
              filter_hz: 20
            """
    }

    /// What stands between a recorded session, as its files have it, and a robot.
    private func refusal(
        of recorded: RobotDescription, on robot: RobotDescription, in scratch: Scratch
    ) throws -> String? {
        var launch = try LaunchFile.read("demo", in: Project(root: HoneProgram.root))
        launch.robot = recorded
        try SessionRecord(importing: launch)
            .write(to: URL(fileURLWithPath: scratch.path("session.json")))
        return try RecordedMeaning(ofData: scratch.folder).refusal(on: robot) {
            Issue.record("nothing could be compared: \($0)")
        }
    }

    @Test(
        "Each of 100 random changes of a robot's file is refused by its name, or changes no number")
    func randomChanges() throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        var numbers = UniformNumbers(state: seed)
        let scratch = try Scratch()
        var (tried, refused) = (0, 0)
        while tried < 100 {
            let name = Self.robots[Int(numbers.next() * Double(Self.robots.count))]
            let text = try Self.text(name)
            let before = try RobotFile.read(text: text, named: name)
            guard
                let change = RobotFileChange(of: text, observed: before.observation, &numbers),
                // What is no robot any more is told by its line; nothing meets it.
                let after = try? RobotFile.read(text: change.text, named: name)
            else { continue }
            tried += 1
            let found = try refusal(of: before, on: after, in: scratch)
            let place = "seed \(seed): \(name): \(change): \(found ?? "accepted")"
            switch change.answer {
            case .harmless:
                #expect(found == nil, "\(place)")
                #expect(after.isNoWider(than: before), "\(place)")
            case .refused(let word):
                refused += 1
                #expect(found?.contains(word) == true, "\(place)")
            }
        }
        print("seed \(seed): \(refused) of \(tried) changes refused")
        #expect(refused > 20 && refused < tried)
    }

    /// What is accepted is proved to be harmless by `isNoWider`: every sample is seen as before, name by name, every decision
    /// is the same motion, and no limit is looser or gone.
    @Test(
        "Each of 200 axes, features, names, keys and blocks that come, go or change places is refused by name, or harmless"
    )
    func randomEdits() throws {
        let seed = UInt64.random(in: 0..<1 << 32)
        var numbers = UniformNumbers(state: seed)
        let scratch = try Scratch()
        var (tried, refused, unreadable) = (0, 0, 0)
        while tried < 200 {
            let name = Self.robots[Int(numbers.next() * Double(Self.robots.count))]
            let text = try Self.text(name)
            let before = try RobotFile.read(text: text, named: name)
            guard let edit = RobotFileEdit(of: text, &numbers) else { continue }
            tried += 1
            let place = "seed \(seed): \(name): \(edit)"
            let after: RobotDescription
            do { after = try RobotFile.read(text: edit.text, named: name) } catch {
                // What is no robot any more is told by its line; nothing meets it.
                #expect(!error.errors.isEmpty && "\(error)".contains("\(name).yaml:"), "\(place)")
                unreadable += 1
                continue
            }
            if let found = try refusal(of: before, on: after, in: scratch) {
                refused += 1
                #expect(edit.words.contains { found.contains($0) }, "\(place): \(found)")
            } else {
                #expect(after.isNoWider(than: before), "\(place): accepted")
            }
        }
        print("seed \(seed): of \(tried) edits \(refused) refused, \(unreadable) are no robot")
        #expect(refused > 40 && refused + unreadable < tried)
    }

    @Test("Every key of a robot's file is listed with what a change of it must do")
    func listed() throws {
        for name in Self.robots {
            let text = try Self.text(name)
            _ = try RobotFile.read(text: text, named: name)
            #expect(RobotFileChange.unlisted(in: text) == [], "\(name)")
        }
    }

    @Test("A record is the same after it was written, whatever its axes are called")
    func roundTrip() throws {
        for name in Self.robots {
            var robot = try RobotFile.read(text: Self.text(name), named: name)
            robot.axes[robot.axes.count - 1].name = "shoulder_lift_joint"
            let value = Compatibility(robot)
            #expect(Compatibility(text: value.text) == value)
            #expect(value.differences(from: value, .init(there: "", here: "")) == [])
            var launch = try LaunchFile.read("demo", in: Project(root: HoneProgram.root))
            launch.robot = robot
            let scratch = try Scratch()
            let url = URL(fileURLWithPath: scratch.path("session.json"))
            try SessionRecord(importing: launch).write(to: url)
            let written = Compatibility(robot, task: launch.task.name)
            #expect(try SessionRecord(reading: url).compatibility == written)
        }
    }

    @Test("A limit that is gone is a looser one, a new one a tighter one")
    func limitsThatComeAndGo() throws {
        let robot = try RobotFile.read(text: Self.text("sim-widowx"), named: "sim-widowx")
        var limited = robot
        limited.axes[0].limits.jerk = 100
        limited.task.toolSpeed = 0.2
        limited.task.planes = [HalfSpace(normal: [0, 0, -1], offset: -0.03)]
        limited.task.force = ForceLimits(
            features: ["gripper.load"], contact: 1, stop: 2, absolute: 3, filterHz: 10)
        let places = Compatibility.Places(there: "there", here: "here")
        let (wide, narrow) = (Compatibility(robot), Compatibility(limited))
        #expect(narrow.differences(from: wide, places) == [])
        let lost = wide.differences(from: narrow, places)
        #expect(lost.count == 6, "\(lost)")
        #expect(lost.allSatisfy { $0.contains("without this limit here") })
        #expect(lost.contains { $0.hasPrefix("axis x: jerk, m/s³: at most 100.0 there") })
    }

    // MARK: The program

    private struct Edit: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var old: String
        var new: String
        var says: [String]
    }

    private static let edits = [
        Edit(
            testDescription: "names exchanged", old: "object.dx, object.dy, object.dz, goal.dx",
            new: "object.dy, object.dx, object.dz, goal.dx",
            says: ["observation 4 is object.dx in m there, object.dy in m here", "observation 5"]),
        Edit(
            testDescription: "another policy rate", old: "policy_rate_hz: 5 ",
            new: "policy_rate_hz: 4 ", says: ["policy rate: 5.0 Hz there, 4.0 Hz here"]),
        Edit(
            testDescription: "another action box", old: "action_high_m: 0.05\n    home_m: 0.24",
            new: "action_high_m: 0.04\n    home_m: 0.24",
            says: ["action 0 is x, delta, -0.05…0.05 m there; x, delta, -0.05…0.04 m here"]),
    ]

    @Test("Data and weights are refused with what differs, and nothing is made", arguments: edits)
    private func commands(edit: Edit) throws {
        let session = try SharedDemo.session()
        let project = try OwnProject()
        try project.change("robots/sim-widowx.yaml", edit.old, edit.new)
        let folder = project.scratch.path("new")
        let commands = [
            ["pretrain", "demo", "--data", session.folder],
            ["finetune", "demo", "--data", session.folder + "/log"],
            ["finetune", "demo", "--weights", session.folder],
            ["evaluate", "demo", "--weights", session.folder],
            ["run", "demo", "--weights", session.folder],
            ["replay", session.folder, "--train", "--launch", "demo"],
        ]
        for words in commands {
            let outcome = try HoneProgram.run(
                words + ["--quiet", "--directory", folder] + TinySession.arguments,
                in: project.scratch.folder)
            #expect(outcome.code == 65, "\(words): \(outcome.errors)")
            let errors = outcome.errors.replacingOccurrences(of: "in the log", with: "there")
            for word in edit.says { #expect(errors.contains(word), "\(words): \(outcome.errors)") }
            // A line each, as a person reads them.
            #expect(errors.contains("\n  - ") && !errors.contains("u000a"), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder), "\(words)")
        }
    }

    @Test("The data of another robot are refused, whatever their numbers are")
    func anotherRobot() throws {
        let session = try SharedDemo.session()
        let scratch = try Scratch()
        let outcome = try HoneProgram.run([
            "pretrain", "reach-arm", "--data", session.folder, "--quiet", "--directory",
            scratch.path("new"),
        ])
        #expect(outcome.code == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("robot: sim-widowx there, reach-arm here"))
        #expect(outcome.errors.contains("control space: end_effector_pose there"))
    }

    @Test("What does not change a number is used without a word")
    func harmless() throws {
        let session = try SharedDemo.session()
        let project = try OwnProject()
        let file = "robots/sim-widowx.yaml"
        try project.change(file, "summary: Embedded", "summary: Another embedded")
        try project.change(file, "velocity_m_s: 0.4", "velocity_m_s: 0.39 # slower")
        try project.change(file, "observation_hold_ms: 50", "observation_hold_ms: 60")
        let outcome = try HoneProgram.run(
            [
                "evaluate", "demo", "--weights", session.folder, "--directory",
                project.scratch.path("new"),
            ] + TinySession.arguments, in: project.scratch.folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!(outcome.output + outcome.errors).contains("could be compared"))
    }

    @Test("A session that goes on with another robot is told in what it is another one")
    func resume() throws {
        let project = try OwnProject()
        let session = try SharedDemo.copy(into: project.scratch)
        try project.change("robots/sim-widowx.yaml", "policy_rate_hz: 5 ", "policy_rate_hz: 4 ")
        let url = URL(fileURLWithPath: session.folder + "/session.json")
        var record = try SessionRecord(reading: url)
        record.project = project.scratch.folder
        try record.write(to: url)
        let outcome = try HoneProgram.run(
            ["demo", "--resume", session.folder, "--quiet"], in: project.scratch.folder)
        #expect(outcome.code == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("robots/sim-widowx.yaml changed"))
        #expect(outcome.errors.contains("policy rate: 5.0 Hz in the session, 4.0 Hz now"))
    }

    // MARK: Files of before

    @Test(
        "A session of before is compared by the robot's file in it; one that says nothing is told of"
    )
    func olderSession() throws {
        let project = try OwnProject()
        let session = try SharedDemo.copy(into: project.scratch)
        let robot = try RobotFile.read(text: Self.text("sim-widowx"), named: "sim-widowx")
        var other = robot
        other.policyRateHz = 10
        let url = URL(fileURLWithPath: session.folder + "/session.json")
        var record = try SessionRecord(reading: url)
        #expect(record.compatibility == Compatibility(robot, task: "cup-to-rack"))
        record.compatibility = nil
        try record.write(to: url)
        let older = try RecordedMeaning(ofData: session.folder)
        let same = older.refusal(on: robot) { Issue.record("\($0)") }
        #expect(same == nil)
        let different = older.refusal(on: other) { Issue.record("\($0)") }
        #expect(different?.contains("policy rate") == true)

        record.files = []
        try record.write(to: url)
        func tell(_ meaning: RecordedMeaning) -> [String] {
            var lines: [String] = []
            let why = meaning.refusal(on: other) { lines.append($0) }
            #expect(why == nil)
            return lines
        }
        let silent = tell(try RecordedMeaning(ofData: session.folder))
        #expect(silent.count == 1 && silent[0].contains("session.json does not say which robot"))
        try FileManager.default.removeItem(at: url)
        let alone = tell(try RecordedMeaning(ofData: session.folder + "/log/session.mcap"))
        #expect(alone.count == 1 && alone[0].contains("no session.json says whose"))
    }

    @Test("A weight file says of which robot it is wherever it lies; one of before is told of")
    func weights() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.session()
        let robot = try RobotFile.read(text: Self.text("sim-widowx"), named: "sim-widowx")
        var other = robot
        other.observation.swapAt(0, 1)
        for part in ["checkpoints", "weights"] {
            let bytes = [UInt8](try session.last(part).bytes)
            let meaning = RecordedMeaning(ofWeights: scratch.path("a.safetensors"), bytes)
            #expect(meaning.compatibility == Compatibility(robot, task: "cup-to-rack"), "\(part)")
            let why = meaning.refusal(on: other) { Issue.record("\($0)") }
            #expect(why?.contains("observation 0 is z in m there, roll in rad here") == true)
        }
        var lines: [String] = []
        let silent = RecordedMeaning(ofWeights: scratch.path("a.safetensors"), [])
        let why = silent.refusal(on: other) { lines.append($0) }
        #expect(why == nil)
        #expect(lines.count == 1 && lines[0].contains("a.safetensors does not say"))
    }
}

extension RobotDescription {
    /// Whether every number that is seen or decided means what it does to another, and nothing may do more.
    fileprivate func isNoWider(than other: RobotDescription) -> Bool {
        let calibration = Calibration(
            serial: "", robot: name, date: "", tool: "", axisOffsets: [:], featureOffsets: [:])
        func seen(_ robot: RobotDescription) -> [Float] {
            var sample = SensorSample(axes: robot.axes.count, features: robot.features.count)
            // What a place holds is known by its number, and what it was before: others may have come, gone or moved.
            for index in 0..<robot.axes.count { sample.position[index] = Double(index) }
            for (index, feature) in robot.features.enumerated() {
                let place = other.features.firstIndex { $0.name == feature.name } ?? index
                sample.features[index] = Float(100 + place)
            }
            return ObservationAssembler(robot: robot, calibration: calibration).assemble(sample)
                .values
        }
        guard seen(self) == seen(other), axes.count == other.axes.count,
            observation.map(unit(of:)) == other.observation.map(other.unit(of:)),
            commandRateHz == other.commandRateHz, policyRateHz == other.policyRateHz,
            scaling == other.scaling, controlSpace == other.controlSpace
        else { return false }
        return zip(axes, other.axes).allSatisfy { axis, other in
            let (limits, others) = (axis.limits, other.limits)
            return [-1, -0.3, 0, 0.7, 1].allSatisfy {
                ActionMapping.physical($0, axis: axis) == ActionMapping.physical($0, axis: other)
            } && axis.kind == other.kind && axis.unit == other.unit && axis.home == other.home
                && limits.lower >= others.lower && limits.upper <= others.upper
                && limits.velocity <= others.velocity && limits.acceleration <= others.acceleration
                && (limits.jerk ?? .infinity) <= (others.jerk ?? .infinity)
                && (axis.gripper?.dwellSeconds ?? 0) >= (other.gripper?.dwellSeconds ?? 0)
        } && task.isNoWider(than: other.task)
    }
}

extension TaskLimits {
    /// Whether nothing that these let pass would the others not.
    fileprivate func isNoWider(than other: TaskLimits) -> Bool {
        let limits: [KeyPath<TaskLimits, Double?>] = [
            \.tilt, \.toolSpeed, \.stepTranslation, \.stepRotation, \.stepJoint,
        ]
        let isNarrow = limits.allSatisfy {
            (self[keyPath: $0] ?? .infinity) <= (other[keyPath: $0] ?? .infinity)
        }
        let hasPlanes = other.planes.allSatisfy { theirs in
            planes.contains {
                ($0.x, $0.y, $0.z) == (theirs.x, theirs.y, theirs.z) && $0.offset <= theirs.offset
            }
        }
        guard let theirs = other.force else { return isNarrow && hasPlanes }
        guard let force, force.features == theirs.features, force.filterHz == theirs.filterHz
        else { return false }
        return isNarrow && hasPlanes && force.contact <= theirs.contact
            && force.stop <= theirs.stop && force.absolute <= theirs.absolute
    }
}
