import Bridge
import Control
import Embodiment
import Platform

@testable import Agent

/// A robot that is nothing but its answers: nothing moves and no time passes.
///
/// Every step succeeds, once as many as are asked for have been stopped.
final class ScriptedRobot: Robot {
    let description: RobotDescription
    let speedShare = 1.0
    let now = MonotonicTime.zero
    let counters = RobotCounters()
    var onTick: (@Sendable (TickReport) -> Void)?
    var isLogBlocked: (@Sendable () -> Bool)?
    var onHold: ((SafetyVerdict) -> Void)?
    /// Steps that are still to be stopped.
    var failures = 0
    /// Called when a person starts it again.
    var onRestart: (() -> Void)?
    /// Every scene that was asked for.
    private(set) var starts: [SceneStart] = []
    /// Times that a person started it again.
    private(set) var restarts = 0

    init(_ description: RobotDescription) { self.description = description }

    private var sample: SensorSample {
        SensorSample(axes: description.axes.count, features: description.features.count)
    }

    func reset(_ start: SceneStart) throws(RobotError) -> SensorSample {
        starts.append(start)
        return sample
    }

    func perform(
        _ action: Action, from origin: MotionOrigin
    ) throws(RobotError) -> StepResult {
        guard failures == 0 else {
            failures -= 1
            var verdict = SafetyVerdict()
            verdict.cause = .tracking
            throw .stopped(verdict, robot: description)
        }
        return StepResult(executed: action, sample: sample, isSuccess: true, isTerminal: false)
    }

    func awaitOperator(
        seconds: Double, note: (String) -> Void, meanwhile: () -> Void
    ) throws(RobotError) {
        restarts += 1
        onRestart?()
    }

    func connect() throws(RobotError) {}
    func home() throws(RobotError) {}
    func play(_ motion: Motion) throws(RobotError) {}
    func goOn(playing motion: Motion) throws(RobotError) {}
    func settle() throws(RobotError) {}
    func hold(because cause: StopCause) {}
    func takeComplaint() -> BridgeError? { nil }
    func stop(reason: String) {}
    func close() {}
}
