import Bridge
import Control
import Embodiment
import Platform

@testable import Agent
@testable import Driving
@testable import Learning

/// A robot that is nothing but its answers: nothing moves and no time passes.
///
/// Every step succeeds, or ends as `end` says, once as many as are asked for have been stopped.
final class ScriptedRobot: Robot {
    let description: RobotDescription
    let speedShare = 1.0
    let now = MonotonicTime.zero
    let counters = RobotCounters()
    let hasOperator = true
    var onTick: (@Sendable (TickReport) -> Void)?
    var isLogBlocked: (@Sendable () -> Bool)?
    var onHold: ((SafetyVerdict) -> Void)?
    /// Steps that are still to be stopped.
    var failures = 0
    /// What the sample of every step says.
    var end: WritableKeyPath<StepOutcome, Bool> = \.isSuccess
    private var course: Course?
    private var policy: PolicyLoop?
    private var step: UInt32 = 0
    /// Called when a person starts it again.
    var onRestart: (() -> Void)?
    /// Every scene that was asked for.
    private(set) var starts: [SceneStart] = []
    /// Times that a person started it again.
    private(set) var restarts = 0

    init(_ description: RobotDescription) { self.description = description }

    /// What is done to the first sample after each reset.
    var beginning: (inout SensorSample) -> Void = { _ in }

    private var sample: SensorSample {
        var sample = SensorSample(
            axes: description.axes.count, features: description.features.count)
        sample.episode = starts.last?.episode ?? 0
        return sample
    }

    func reset(_ start: SceneStart) throws(RobotError) -> SensorSample {
        starts.append(start)
        var first = sample
        beginning(&first)
        return first
    }

    func follow(_ course: Course, with policy: PolicyLoop) {
        (self.course, self.policy, step) = (course, policy, 0)
    }

    func nextStep() throws(RobotError) -> StepOutcome {
        guard failures == 0 else {
            failures -= 1
            var verdict = SafetyVerdict()
            verdict.cause = .tracking
            throw .stopped(verdict, robot: description)
        }
        guard let course, let policy else { throw .silent(waitedFor: "a course", seconds: 0) }
        let question = DecisionQuestion(
            course: 1, step: step, driver: course.driver,
            number: course.firstDecision + UInt64(step), sample: sample, observed: now, tick: 0)
        let chunk = try policy.answer(question, on: VirtualClock())
        let origin = MotionOrigin(
            driver: course.driver, policyVersion: chunk.decision.version,
            decision: chunk.record.number)
        var outcome = StepOutcome(
            step: step, source: chunk.decision.source, origin: origin,
            proposed: chunk.decision.chosen[0], sample: sample, decision: chunk.record)
        outcome[keyPath: end] = true
        step += 1
        return outcome
    }

    func endCourse() { course = nil }

    func awaitOperator(
        seconds: Double, tell: (String) -> Void, meanwhile: () -> Void
    ) throws(RobotError) {
        restarts += 1
        onRestart?()
    }

    func connect() throws(RobotError) {}
    func home() throws(RobotError) {}
    func play(_ motion: Motion) throws(RobotError) {}
    func resume(playing motion: Motion) throws(RobotError) {}
    func settle() throws(RobotError) {}
    func hold(because cause: StopCause) {}
    func takeComplaint() -> BridgeError? { nil }
    func stop(reason: String) {}
    func close() {}
}
