import Configuration
import Embodiment
import Experience
import Models
import Platform
import Report

/// What came out of recomputing the decisions of a session.
struct DecisionCheck {
    /// One decision that came out otherwise, on the first axis that differs.
    struct Difference: Equatable {
        var episode: UInt32
        var step: UInt32
        /// The axis' name, or `value` for the critic's value.
        var axis: String
        var logged: Double
        var recomputed: Double
        var version: UInt32
    }

    /// Differences that are kept; the rest is only counted.
    static let differenceLimit = 20

    /// Steps whose action is a policy's.
    var decisions = 0
    /// Those that came out to the bit.
    var equal = 0
    /// Those that did not.
    var different = 0
    /// Those whose weights the session does not have.
    var withoutWeights = 0
    /// Those of a log that does not say how they were made.
    var unrecorded = 0
    /// The first differences.
    var differences: [Difference] = []
    /// Versions that could not be used, and why.
    var missing: [UInt32: String] = [:]
    /// Versions that were read.
    var versionLoads = 0
    /// What is wrong with the logs.
    var issues: [String] = []
    /// Decisions may be missing from the logs.
    var isLossy = false
    /// Over all decisions in the logs.
    var hash = DecisionHash()
    /// Control ticks in the logs.
    var ticks = 0
    /// Robot time of the logs, s: their ticks, or the policy's steps where there are none.
    var robotSeconds = 0.0
    /// What it took, s.
    var wallSeconds = 0.0
    /// Where a decision began at a step that the one before it had planned: max |a_new − a_planned| over the axes.
    var seams = Seams()
    /// The decision whose steps are being carried out.
    private var plan: Plan?

    /// How far decisions were from what those before them had planned, −1…1 of the action box.
    struct Seams: Equatable {
        var count = 0
        var sum = 0.0
        var largest = 0.0

        /// The mean; 0 where there was none.
        var mean: Double { count > 0 ? sum / Double(count) : 0 }

        mutating func add(_ jump: Double) {
            count += 1
            sum += jump
            largest = max(largest, jump)
        }
    }

    /// A decision that was made again, and the steps of its episode that it is for.
    private struct Plan {
        var episode: UInt32
        /// Number of the decision that would begin with step 0.
        var base: UInt64
        /// The step that its first action is for.
        var firstStep: UInt64
        /// What was decided; nil without its weights.
        var chunk: ActionChunk?

        /// The action of a step; nil where it has none.
        func action(of step: UInt32) -> Action? {
            guard let chunk else { return nil }
            let index = UInt64(step) &- firstStep
            return index < UInt64(chunk.count) ? chunk[Int(index)] : nil
        }
    }

    /// Every decision there was came out to the bit.
    var isComplete: Bool { decisions > 0 && equal == decisions && !isLossy }
    /// How many times faster than the robot.
    var speed: Double { wallSeconds > 0 ? robotSeconds / wallSeconds : 0 }
}

extension DecisionCheck {
    /// Recomputes every decision of a session from its logs and the weights it kept, and compares bits.
    ///
    /// - Parameter progress: called with the decisions so far.
    init(of session: RecordedSession, progress: (Int) -> Void) throws {
        let clock = SystemClock()
        let began = clock.now
        let robot = session.launch.robot
        let archive = WeightArchive(session)
        var check = DecisionCheck()
        var purposes: [UInt32: EpisodePurpose] = [:]
        (check.issues, check.isLossy) = try session.records { record, _ in
            switch record {
            case .tick: check.ticks += 1
            case .episodeStart(let start): purposes[start.number] = start.purpose
            case .transition(let transition) where transition.source == .policy:
                check.compare(
                    transition, purposes[transition.episode], session.launch, archive)
                progress(check.decisions)
            default: break
            }
        }
        check.missing = archive.missing
        check.versionLoads = archive.loads
        check.robotSeconds =
            check.ticks > 0
            ? Double(check.ticks) * robot.tickSeconds
            : Double(check.decisions) / robot.policyRateHz
        check.wallSeconds = clock.now.seconds(since: began)
        self = check
    }

    private mutating func compare(
        _ transition: Transition, _ purpose: EpisodePurpose?, _ launch: Launch,
        _ archive: WeightArchive
    ) {
        let robot = launch.robot
        decisions += 1
        hash.add(transition.decision?.number ?? .max, transition.proposed)
        guard let decision = transition.decision else { return goOn(transition, robot) }
        guard
            let mode = ActingMode(
                decision.driver,
                Exploration(
                    of: decision.driver, in: transition.episode, for: purpose, launch.algorithm)),
            transition.observation.count == robot.observation.count
        else {
            unrecorded += 1
            plan = nil
            return
        }
        // Decisions are numbered by the steps they are for, and the first of an episode is carried out from its first on.
        let episode = transition.episode
        let before = plan?.episode == episode ? plan?.action(of: transition.step) : nil
        let base =
            plan?.episode == episode ? plan?.base : decision.number &- UInt64(transition.step)
        var made = Plan(
            episode: episode, base: base ?? 0, firstStep: decision.number &- (base ?? 0))
        plan = made
        guard archive.load(transition.policyVersion) else {
            withoutWeights += 1
            return
        }
        made.chunk = archive.actor.decide(
            on: decision.asked?.observation ?? transition.observation, mode: mode,
            key: Actor.key(seed: launch.seed, decision: decision.number))
        // A decision of one action is for the step that it is recorded with.
        if made.chunk?.count == 1 { made.firstStep = UInt64(transition.step) }
        plan = made
        if let before, let after = made.action(of: transition.step) {
            let jumps = zip(before.values, after.values).map { abs($1 - $0) }
            seams.add(jumps.max() ?? 0)
        }
        let value = archive.actor.lastValue
        let isSameValue =
            value.isNaN
            ? decision.value == nil : decision.value?.bitPattern == value.bitPattern
        check(
            transition, made.action(of: transition.step), robot,
            values: isSameValue ? nil : (decision.value ?? .nan, value))
    }

    /// A step without a decision of its own: the one before it must have planned it.
    private mutating func goOn(_ transition: Transition, _ robot: RobotDescription) {
        guard let plan, plan.episode == transition.episode else {
            unrecorded += 1
            return
        }
        guard plan.chunk != nil else {
            withoutWeights += 1
            return
        }
        guard let action = plan.action(of: transition.step) else {
            unrecorded += 1
            return
        }
        check(transition, action, robot, values: nil)
    }

    /// - Parameters:
    ///   - recomputed: nil where the decision has none for this step.
    ///   - values: logged and recomputed, where they differ.
    private mutating func check(
        _ transition: Transition, _ recomputed: Action?, _ robot: RobotDescription,
        values: (logged: Float, recomputed: Float)?
    ) {
        let action = recomputed ?? Action(count: 0)
        if action == transition.proposed, values == nil {
            equal += 1
            return
        }
        different += 1
        guard differences.count < Self.differenceLimit else { return }
        var difference = Difference(
            episode: transition.episode, step: transition.step, axis: "value",
            logged: Double(values?.logged ?? .nan), recomputed: Double(values?.recomputed ?? .nan),
            version: transition.policyVersion)
        if transition.proposed.count != action.count { difference.axis = "count" }
        for axis in 0..<min(action.count, transition.proposed.count)
        where action[axis].bitPattern != transition.proposed[axis].bitPattern {
            difference.axis = robot.axes[axis].name
            difference.logged = transition.proposed[axis]
            difference.recomputed = action[axis]
            break
        }
        differences.append(difference)
    }
}
