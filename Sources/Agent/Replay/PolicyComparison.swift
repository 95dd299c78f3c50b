import Configuration
import Embodiment
import Experience
import Models
import Report

/// Another policy and critic over the observations of a session: where and how they differ from what was done.
struct PolicyComparison {
    /// One step of the log.
    struct Step {
        var episode: UInt32
        var step: UInt32
        var driver: Driver
        /// What was proposed then, −1…1 per axis.
        var logged: Action
        /// What the other policy proposes.
        var other: Action
        /// The other critic's value of `logged`.
        var loggedValue: Double
        /// The other critic's value of `other`.
        var otherValue: Double

        /// Largest difference of any axis, in the action box's units, −1…1.
        var distance: Double {
            (0..<logged.count).map { abs(other[$0] - logged[$0]) }.max() ?? 0
        }
    }

    /// One axis over all steps, in the action box's units, −1…1.
    struct AxisSummary {
        var name: String
        var mean: Double
        var rms: Double
        var largest: Double
    }

    /// Disagreements that are listed.
    static let listLimit = 25

    /// The replayed session.
    let session: String
    /// The other checkpoint.
    let other: String
    let task: String
    let axes: [String]
    /// In the order of the log.
    private(set) var steps: [Step] = []
    /// What is wrong with the logs.
    private(set) var issues: [String] = []

    /// Runs the other policy over every step of a session, with the random numbers of the session's own decisions.
    ///
    /// Where the log has an operator's action, or does not say how a decision was made, the other policy is guided by its
    /// critic and the step's place in the log takes the part of the decision's number.
    init(
        of session: RecordedSession, with actor: Actor, file: String, progress: (Int) -> Void
    ) throws {
        let robot = session.launch.robot
        self.session = session.path
        other = file
        task = session.launch.task.name
        axes = robot.axes.map(\.name)
        var found: [Step] = []
        var purposes: [UInt32: EpisodePurpose] = [:]
        issues = try session.records { record, _ in
            if case .episodeStart(let start) = record { purposes[start.number] = start.purpose }
            guard case .transition(let transition) = record,
                transition.observation.count == actor.observationCount,
                transition.proposed.count == actor.actionCount
            else { return }
            let decision = transition.decision
            let driver =
                transition.source == .operatorAction
                ? .operatorAction : decision?.driver ?? .guided
            let exploration = Exploration(
                of: driver, in: transition.episode, for: purposes[transition.episode],
                session.launch.algorithm)
            let action = actor.act(
                on: transition.observation, mode: ActingMode(driver, exploration) ?? .guided,
                key: Actor.key(
                    seed: session.launch.seed, decision: decision?.number ?? UInt64(found.count)))
            func value(_ action: Action) -> Double {
                Double(actor.value(of: action, on: transition.observation))
            }
            found.append(
                Step(
                    episode: transition.episode, step: transition.step, driver: driver,
                    logged: transition.proposed, other: action,
                    loggedValue: value(transition.proposed), otherValue: value(action)))
            progress(found.count)
        }.issues
        steps = found
    }

    /// Each axis over all steps.
    var summaries: [AxisSummary] {
        axes.indices.map { axis in
            let differences = steps.map { abs($0.other[axis] - $0.logged[axis]) }
            let count = Double(max(1, differences.count))
            return AxisSummary(
                name: axes[axis], mean: differences.reduce(0, +) / count,
                rms: (differences.reduce(0) { $0 + $1 * $1 } / count).squareRoot(),
                largest: differences.max() ?? 0)
        }
    }

    /// Steps at which both do the same to the bit.
    var equalSteps: Int { steps.count { $0.logged == $0.other } }

    /// Steps at which the other critic prefers the other action.
    var preferredSteps: Int { steps.count { $0.otherValue > $0.loggedValue } }

    /// The steps that differ most, the largest first; of equals the earlier.
    var largest: [Step] {
        let ranked = steps.enumerated().sorted {
            let (left, right) = ($0.element.distance, $1.element.distance)
            return left == right ? $0.offset < $1.offset : left > right
        }
        return ranked.prefix(Self.listLimit).map(\.element)
    }

    /// For `--json` and `report.json`.
    var json: JSONValue {
        func mean(_ value: (Step) -> Double) -> JSONValue {
            steps.isEmpty
                ? .null : .number(steps.reduce(0) { $0 + value($1) } / Double(steps.count))
        }
        let axes = summaries.map { axis in
            JSONValue.object([
                "axis": .string(axis.name), "mean": .number(axis.mean), "rms": .number(axis.rms),
                "largest": .number(axis.largest),
            ])
        }
        let largest = largest.map { step in
            JSONValue.object([
                "episode": JSONValue(Int(step.episode)), "step": JSONValue(Int(step.step)),
                "driver": .string(step.driver.name),
                "logged": .array(step.logged.values.map { .number($0) }),
                "other": .array(step.other.values.map { .number($0) }),
                "value_logged": .number(step.loggedValue),
                "value_other": .number(step.otherValue),
            ])
        }
        return .object([
            "session": .string(session), "other": .string(other), "task": .string(task),
            "steps": JSONValue(steps.count), "equal": JSONValue(equalSteps),
            "preferred_by_other_critic": JSONValue(preferredSteps),
            "mean_value_logged": mean(\.loggedValue), "mean_value_other": mean(\.otherValue),
            "log_issues": .array(issues.map { .string($0) }),
            "axes": .array(axes), "largest": .array(largest),
        ])
    }
}
