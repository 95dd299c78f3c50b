import Driving
import Embodiment
import Experience
import Learning
import Platform
import Report

/// One thread and a virtual clock: what depends on the seed alone.
final class LockstepPace: Pace {
    private let virtual = VirtualClock()
    var clock: any Platform.Clock { virtual }
    let helpers = Scheduling.normal
    /// Where time stands still there is nobody to wait for.
    let canWait = false
    let relives = true
    let isOnTheClock = false
    var realtime: RealtimeRecord?

    /// What is recorded is appended in place.
    func open(_ recorder: Recorder) {}

    func resume(at nanoseconds: UInt64) { virtual.advance(by: .nanoseconds(Int64(nanoseconds))) }

    func speedShare(of robot: RobotDescription, _ narrator: Narrator) -> Double { 1 }

    func keepAwake(_ narrator: Narrator) -> Duration? { nil }

    func letSleep() {}

    func lockMemory() {}

    func makeRobot(_ parts: RobotParts, _ narrator: Narrator) -> any Robot {
        LockstepRobot(
            description: parts.description, client: parts.client, session: parts.session,
            patience: parts.patience, interrupt: parts.interrupt, desk: parts.desk, clock: virtual)
    }

    func releaseRobot() {}

    func watchMachine(_ narrator: Narrator) {}

    func beginLearning(_ trainer: Trainer, _ narrator: Narrator) {}

    func learn(_ trainer: Trainer, isCancelled: () -> Bool) {
        trainer.absorb()
        trainer.makeDueUpdates(isCancelled: isCancelled)
    }

    /// It has made its updates after each episode.
    func awaitLearner(_ body: () throws -> Void) {}
}
