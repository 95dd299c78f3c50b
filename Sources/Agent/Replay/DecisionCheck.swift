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
        guard let decision = transition.decision,
            let mode = ActingMode(
                decision.driver,
                Exploration(
                    of: decision.driver, in: transition.episode, for: purpose, launch.algorithm)),
            transition.observation.count == robot.observation.count
        else {
            unrecorded += 1
            return
        }
        guard archive.load(transition.policyVersion) else {
            withoutWeights += 1
            return
        }
        let action = archive.actor.act(
            on: decision.asked?.observation ?? transition.observation, mode: mode,
            key: Actor.key(seed: launch.seed, decision: decision.number))
        let value = archive.actor.lastValue
        let isSameValue =
            value.isNaN
            ? decision.value == nil : decision.value?.bitPattern == value.bitPattern
        if action == transition.proposed, isSameValue {
            equal += 1
            return
        }
        different += 1
        guard differences.count < Self.differenceLimit else { return }
        var difference = Difference(
            episode: transition.episode, step: transition.step, axis: "value",
            logged: Double(decision.value ?? .nan), recomputed: Double(value),
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
