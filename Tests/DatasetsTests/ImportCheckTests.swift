import Configuration
import Embodiment
import Experience
import Foundation
import Testing

@testable import Datasets
@testable import Report
@testable import TestSupport

@Suite("Import check")
struct ImportCheckTests {
    private static func launch() throws -> Launch {
        try LaunchFile.read("demo", in: Project(root: HoneProgram.root))
    }

    /// Two episodes, of 3 and 2 steps, within every range of the demo's robot; the first succeeds.
    private static func columns() throws -> ImportedColumns {
        let robot = try launch().robot
        let (steps, width, axes) = (5, robot.observation.count, robot.axes.count)
        func table(_ width: Int, _ scale: Float) -> ImportedColumns.Table {
            .init(width: width, values: (0..<steps * width).map { scale * Float($0 % 7 - 3) })
        }
        return ImportedColumns(
            observations: table(width, 0.01), nextObservations: table(width, 0.02),
            actions: table(axes, 0.3), lengths: [3, 2], hasNext: nil,
            rewards: [-1, -1, 0, -1, -1], terminals: [false, false, true, false, false],
            operators: nil, versions: nil,
            facts: .init(rate: 5, about: .init(), episodes: nil, notes: []))
    }

    private func check(
        _ rules: ImportRules = ImportRules(), _ change: (inout ImportedColumns) -> Void = { _ in }
    ) throws -> ImportCheck {
        var columns = try Self.columns()
        change(&columns)
        return try ImportCheck(columns, rules: rules, launch: Self.launch())
    }

    private func rules(_ change: (inout ImportRules) -> Void) -> ImportRules {
        var rules = ImportRules()
        change(&rules)
        return rules
    }

    private func errors(_ check: ImportCheck) -> [String] {
        check.findings.filter { $0.weight == .error }.map(\.text)
    }

    @Test("Rewards −1 and 0 are taken as they are, ends as terminal or timed out")
    func asIs() throws {
        let found = try check()
        #expect(errors(found) == [])
        #expect(found.episodes.map(\.outcome) == [.success, .failure])
        #expect(found.episodes[0].transitions.map(\.reward) == [-1, -1, 0])
        #expect(found.episodes[0].transitions.map(\.isTerminal) == [false, false, true])
        #expect(found.episodes[1].transitions.map(\.isTerminal) == [false, false])
        #expect(found.episodes.allSatisfy { $0.purpose == .demonstration })
        #expect(found.tally.timeouts == 1 && found.tally.terminalFailures == 0)
        // Hone's rule puts a failed episode at the floor, −1/(1 − γ); a success reaches 0.
        let returns: ClosedRange<Float> = -100...0
        #expect(found.tally.returns == returns)
        let columns = try Self.columns()
        for (episode, start) in zip(found.episodes, [0, 3]) {
            for (step, transition) in episode.transitions.enumerated() {
                for axis in 0..<transition.executed.count {
                    let bits = Float(transition.executed[axis]).bitPattern
                    #expect(bits == columns.actions[start + step, axis].bitPattern)
                }
                #expect(
                    transition.observation.values
                        == (0..<13).map { columns.observations[start + step, $0] })
            }
        }
    }

    @Test("Positive rewards are successes; what comes after one is left out")
    func sparse() throws {
        let found = try check { columns in
            columns.rewards = [0, 1, 1, 0, 0]
            columns.terminals = nil
        }
        #expect(found.isPossible && found.rule == .sparse)
        #expect(found.episodes[0].transitions.map(\.reward) == [-1, 0])
        #expect(found.episodes[0].transitions.map(\.isTerminal) == [false, true])
        #expect(found.tally.afterSuccess == 1)
        let other = try check { $0.rewards = [0.5, 2, 7, 0, 0] }
        #expect(errors(other).first?.contains("--reward") == true && other.episodes.isEmpty)
        let named = try check(rules { $0.reward = "5" }) { $0.rewards = [0.5, 2, 7, 0, 0] }
        #expect(named.episodes.map(\.outcome) == [.success, .failure])
        #expect(throws: ArgumentError.self) { try check(rules { $0.reward = "dense" }) }
    }

    @Test("Without rewards one has to say which steps succeeded")
    func demonstrations() throws {
        let bare = try check { $0.rewards = nil }
        #expect(errors(bare).first?.contains("--reward demonstrations") == true)
        let all = try check(rules { $0.reward = "demonstrations" }) { $0.rewards = nil }
        #expect(all.episodes.map(\.outcome) == [.success, .success])
        let marked = try check(rules { $0.reward = "terminal" }) { $0.rewards = nil }
        #expect(marked.episodes.map(\.outcome) == [.success, .failure])
        let neither = try check(rules { $0.reward = "terminal" }) {
            $0.rewards = nil
            $0.terminals = nil
        }
        #expect(errors(neither).first?.contains("no terminals") == true)
    }

    @Test("An action out of range names its axis and by how much, and may be clipped up to that")
    func actions() throws {
        let index = 3 * 7 + 5
        let found = try check { $0.actions.values[index] = -1.08 }
        #expect(errors(found).count == 1)
        let text = errors(found).first ?? ""
        #expect(text.contains("yaw") && text.contains("1 of 5") && text.contains("0.08"))
        #expect(text.contains("step 0 of episode 1") && text.contains("--clip-actions"))
        #expect(found.episodes.isEmpty)
        let clipped = try check(rules { $0.clip = 0.3 }) { $0.actions.values[index] = -1.25 }
        #expect(clipped.isPossible)
        #expect(clipped.episodes[1].transitions[0].executed[5] == -1)
        #expect(clipped.findings.contains { $0.weight == .warning && $0.text.contains("yaw") })
        // What is far beyond, or often, is no accident that one would clip.
        let far = try check { $0.actions.values[index] = -1.25 }
        #expect(errors(far).count == 1 && !errors(far)[0].contains("--clip-actions"))
        let often = try check { columns in
            for step in 0..<5 { columns.actions.values[step * 7 + 5] = 1.08 }
        }
        #expect(errors(often).count == 1 && !errors(often)[0].contains("--clip-actions"))
        let rounded = try check { $0.actions.values[index] = Float(1).nextUp }
        #expect(rounded.isPossible && rounded.episodes[1].transitions[0].executed[5] == 1)
    }

    @Test("Physical actions are mapped by the robot's action boxes")
    func physical() throws {
        let robot = try Self.launch().robot
        let found = try check(rules { $0.areActionsPhysical = true }) { columns in
            for step in 0..<5 {
                for (index, axis) in robot.axes.enumerated() {
                    columns.actions.values[step * 7 + index] = Float(
                        step % 2 == 0 ? axis.actionLow : (axis.actionLow + axis.actionHigh) / 2)
                }
            }
        }
        #expect(errors(found) == [])
        for axis in 0..<7 {
            #expect(abs(found.episodes[0].transitions[0].executed[axis] + 1) < 1e-6)
            #expect(abs(found.episodes[0].transitions[1].executed[axis]) < 1e-6)
        }
    }

    @Test("Actions in degrees, −100…100 or 0…1 are asked about and never said to be clipped")
    func otherUnits() throws {
        let axes = try Self.launch().robot.axes
        let yaw = try #require(axes.firstIndex { $0.name == "yaw" })
        func told(_ physical: Bool, _ value: (Int) -> Double) throws -> String {
            let found = try check(rules { $0.areActionsPhysical = physical }) { columns in
                for step in 0..<5 {
                    for axis in axes.indices {
                        columns.actions.values[step * 7 + axis] =
                            physical ? Float((axes[axis].actionLow + axes[axis].actionHigh) / 2) : 0
                    }
                    columns.actions.values[step * 7 + yaw] = Float(value(step))
                }
            }
            let texts = errors(found).filter { $0.contains("axis yaw") }
            #expect(texts.count == 1 && !texts[0].contains("--clip-actions"), "\(texts)")
            return texts.first ?? ""
        }
        let degrees = 0.9 * axes[yaw].actionHigh * 180 / .pi
        for physical in [true, false] {
            let text = try told(physical) { Double($0 % 2 * 2 - 1) * degrees }
            #expect(text.contains("are they in degrees?"), "\(text)")
        }
        let share = try told(true) { Double($0 % 2) }
        #expect(share.contains("--from-zero yaw"), "\(share)")
        let hundred = try told(true) { Double($0 % 2 * 2 - 1) * 99 }
        #expect(hundred.contains("LeRobot's −100…100"), "\(hundred)")
        let far = try told(true) { Double($0) * 1000 }
        #expect(far.contains("another unit, in another order, or of another robot"), "\(far)")
    }

    @Test("Numbers that are not finite, wrong sizes and contradicting names or units are errors")
    func wrong() throws {
        let notFinite = try check { $0.observations.values[13 + 4] = .nan }
        #expect(errors(notFinite).first?.contains("step 1 of episode 0, column 4") == true)
        #expect(errors(notFinite).first?.contains("take the episodes with such") == true)
        #expect(errors(notFinite).first?.contains("(episode 0)") == true)
        let width = try check { columns in
            columns.actions = .init(width: 5, values: [Float](repeating: 0, count: 25))
        }
        #expect(errors(width).first?.contains("7 axes") == true)
        let robot = try Self.launch().robot
        func quantities(_ unit: String) -> [ImportedColumns.Quantity] {
            robot.observation.map {
                .init(name: $0, unit: $0 == "yaw" ? unit : robot.unit(of: $0))
            }
        }
        let degrees = try check { $0.facts.about.observation = quantities("deg") }
        #expect(errors(degrees).count == 1 && errors(degrees)[0].contains("yaw in deg"))
        #expect(try check { $0.facts.about.observation = quantities("rad") }.isPossible)
        let box = try check { columns in
            columns.facts.about.action = robot.axes.map {
                .init(
                    name: $0.name, unit: $0.unit.rawValue, kind: $0.kind.rawValue,
                    low: $0.actionLow,
                    high: $0.name == "z" ? 0.1 : $0.actionHigh)
            }
        }
        #expect(errors(box).count == 1 && errors(box)[0].contains("z"))
        let middle = try check { $0.terminals = [true, false, true, false, false] }
        #expect(errors(middle).first?.contains("step 0 of episode 0 is terminal") == true)
    }

    @Test("Another rate is refused, as for recorded sessions; that of a clock passes")
    func rate() throws {
        let found = try check { $0.facts.rate = 10 }
        #expect(!found.isPossible)
        #expect(errors(found).count == 1)
        #expect(errors(found).first?.contains("10.0 steps a second") == true)
        #expect(try check { $0.facts.rate = 5.04 }.isPossible)
    }

    @Test("Impossible positions are warnings")
    func warnings() throws {
        let found = try check { $0.observations.values[1] = 57 }
        let texts = found.findings.filter { $0.weight == .warning }.map(\.text)
        #expect(found.isPossible)
        #expect(texts.contains { $0.contains("roll") && $0.contains("another unit") })
        #expect(texts.contains { $0.contains("no option converts what is observed") })
        // A feature has no limits: in m a robot sees nothing 166 away.
        let feature = try Self.launch().robot.observation.firstIndex(of: "object.dx")
        let place = try #require(feature)
        let far = try check { $0.observations.values[place] = 166 }
        let said = far.findings.filter { $0.weight == .warning }.map(\.text)
        #expect(said.contains { $0.contains("object.dx") && $0.contains("is the file in mm?") })
    }

    @Test("A last step without a next observation stays only when nothing comes after it")
    func next() throws {
        let found = try check { $0.hasNext = [true, true, false, true, false] }
        #expect(found.episodes.map(\.transitions.count) == [3, 1])
        #expect(found.tally.nextDoesNotMatter == 1 && found.tally.withoutNext == 1)
        let hole = try check { $0.hasNext = [true, false, true, true, true] }
        #expect(errors(hole).first?.contains("step 1 of episode 0") == true)
    }

    @Test("What the file calls a failure, and where it only stops, is no success by any rule")
    func failures() throws {
        let demonstrations = rules { $0.reward = "demonstrations" }
        let failed = try check(demonstrations) { $0.facts.succeeded = [true, false] }
        #expect(failed.episodes.map(\.outcome) == [.success, .failure])
        #expect(failed.tally.contradicted == 1)
        let stopped = try check(demonstrations) { $0.facts.stopped = [true, false] }
        #expect(stopped.episodes.map(\.outcome) == [.failure, .success])
        let byReward = try check { $0.facts.succeeded = [false, nil] }
        #expect(byReward.episodes.map(\.outcome) == [.failure, .failure])
        let warnings = byReward.findings.filter { $0.weight == .warning }.map(\.text)
        #expect(warnings.contains { $0.contains("no success") })
        let unfounded = try check { $0.facts.succeeded = [nil, true] }
        #expect(unfounded.tally.unfounded == 1)
        // Without rewards, what the file says of every episode is enough.
        let said = try check { columns in
            columns.rewards = nil
            columns.facts.succeeded = [false, true]
        }
        #expect(said.rule == .demonstrations)
        #expect(said.episodes.map(\.outcome) == [.failure, .success])
    }

    @Test("With --strict any loss is an error; what was left out on purpose is none")
    func strict() throws {
        let strict = rules { $0.isStrict = true }
        let whole = try check(strict)
        #expect(whole.isPossible && whole.account.losses == [])
        let afterSuccess = try check(strict) { columns in
            columns.rewards = [0, 1, 1, 0, 0]
            columns.terminals = nil
        }
        #expect(errors(afterSuccess).first?.contains("1 step: after the step") == true)
        #expect(afterSuccess.episodes.isEmpty)
        func account(_ change: (inout ImportAccount) -> Void) throws -> ImportCheck {
            var account = ImportAccount()
            account.found = .init(episodes: 2, steps: 5)
            change(&account)
            return try check(strict) { $0.facts.account = account }
        }
        let thing = ImportAccount.Unused(name: "infos", shape: "5×2", why: "why", isLoss: true)
        let unused = errors(try account { $0.unused = [thing] })
        #expect(unused == ["--strict: not used: infos [5×2]: why"])
        var meant = thing
        meant.isLoss = false
        #expect(try account { $0.unused = [meant] }.isPossible)
        let gap = ImportAccount.Loss(why: "a gap", episodes: 0, steps: 2)
        let missing = errors(try account { $0.missing = [gap] })
        #expect(missing == ["--strict: missing: 2 steps: a gap"])
        let left = errors(try account { $0.leftOut = [gap] })
        #expect(left == ["--strict: left out: 2 steps: a gap"])
    }

    @Test("Actions that the file calls −1…1 are not taken as the axes' units")
    func contradictingUnits() throws {
        let found = try check(rules { $0.areActionsPhysical = true }) {
            $0.facts.actions = "normalised"
        }
        #expect(errors(found).first?.contains("--actions physical") == true)
    }

    @Test("Ranges stand beside the axis' limits and the action box, with how much of it they use")
    func ranges() throws {
        let found = try check().ranges
        let action = try #require(found.first { $0.name == "action x" })
        let box: ClosedRange<Double> = -1...1
        #expect(action.allowed == box)
        #expect(action.share == (action.largest - action.least) / 2)
        let roll = try #require(found.first { $0.name == "roll" })
        let limits: ClosedRange<Double> = -0.15...0.15
        #expect(roll.allowed == limits)
        let beyond = try check { $0.actions.values[0] = 1.5 }
        let left = try #require(beyond.ranges.first { $0.name == "action x" })
        #expect(left.leaves && !action.leaves)
        #expect(beyond.rangeTable.text.contains("outside"))
        let load = try #require(found.first { $0.name == "gripper.load" })
        #expect(load.allowed == nil && load.share == nil)
    }

    @Test("Columns are chosen by name or number, in the robot's order")
    func chosen() throws {
        let order = (0..<13).map { String(12 - $0) }
        let found = try check(rules { $0.columns = order })
        let columns = try Self.columns()
        #expect(found.isPossible)
        #expect(
            found.episodes[0].transitions[1].observation.values
                == (0..<13).map { columns.observations[1, 12 - $0] })
        let few = try check(rules { $0.columns = ["0", "1"] })
        #expect(errors(few).first?.contains("--columns") == true)
        let none = try check(rules { $0.columns = ["elbow"] })
        #expect(errors(none).first?.contains("elbow") == true)
    }

    @Test("Hone's own exports keep number, seed, purpose, actor and weights; aborted stays aborted")
    func facts() throws {
        let found = try check { columns in
            columns.facts.episodes = [
                .init(
                    number: 7, seed: "18446744073709551615", purpose: "training",
                    outcome: "success"),
                .init(number: 9, seed: "1", purpose: "evaluation", outcome: "aborted"),
            ]
            columns.operators = [true, false, false, false, false]
            columns.versions = [0, 3, 3, 4, 4]
        }
        #expect(found.episodes.map(\.number) == [7, 9])
        #expect(found.episodes.map(\.seed) == [.max, 1])
        #expect(found.episodes.map(\.purpose) == [.training, .evaluation])
        #expect(found.episodes.map(\.outcome) == [.success, .aborted])
        #expect(
            found.episodes[0].transitions.map(\.source) == [.operatorAction, .policy, .policy])
        #expect(found.episodes[0].transitions.map(\.policyVersion) == [0, 3, 3])
        #expect(found.episodes[0].transitions.allSatisfy { $0.episode == 7 })
    }
}
