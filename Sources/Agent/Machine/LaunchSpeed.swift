import Configuration
import Embodiment
import Learning
import Models
import Platform
import Recipe

/// How long one launch's work takes on this machine, measured on made-up experience of its sizes.
struct LaunchSpeed: Sendable, Equatable {
    /// Seconds that 99 % of decisions take at most, on one thread.
    var decisionP99: Double
    /// Median seconds of a critic update with the launch's workers.
    var criticUpdate: Double
    /// Median seconds of a policy update with the launch's workers.
    var policyUpdate: Double
    /// Numbers of a version of the weights: what acts, normaliser and critic included.
    var versionNumbers = 0
    /// Bytes of a checkpoint: all that the learner keeps of its networks.
    var checkpointBytes = 0

    /// Times a launch's three kinds of work; about `seconds` of each.
    static func measure(_ launch: Launch, seconds: Double = 0.5) -> LaunchSpeed {
        let robot = launch.robot
        let probe = LearningWorkload(
            observationCount: robot.observation.count, actionCount: robot.axes.count,
            settings: launch.algorithm, workers: launch.session.workers)
        let decisions = time(seconds) { probe.act() }
        let critic = time(seconds) { probe.critic() }
        let policy = time(seconds) { probe.distill() }
        return LaunchSpeed(
            decisionP99: Double(decisions.percentile(99)) * 1e-9,
            criticUpdate: Double(critic.percentile(50)) * 1e-9,
            policyUpdate: Double(policy.percentile(50)) * 1e-9,
            versionNumbers: probe.learner.snapshotCount,
            checkpointBytes: probe.learner.checkpoint().count)
    }

    private static func time(_ seconds: Double, _ body: () -> Void) -> LatencyHistogram {
        let clock = SystemClock()
        var histogram = LatencyHistogram()
        // The candidate cache fills while warming up, as it does early in a session.
        let warmUp = clock.now
        repeat { body() } while clock.now.seconds(since: warmUp) < seconds / 2
        let start = clock.now
        repeat {
            let from = clock.now
            body()
            histogram.record(nanoseconds: UInt64(max(0, clock.now.nanoseconds(since: from))))
        } while histogram.count < 3 || clock.now.seconds(since: start) < seconds
        return histogram
    }

    /// Seconds of learning that one environment step owes.
    func owedPerStep(_ schedule: ScheduleSettings) -> Double {
        schedule.criticUTD * criticUpdate + schedule.basePolicyUTD * policyUpdate
    }

    /// The largest `critic_utd` whose updates fit into one policy period, the policy's own included.
    func criticUTDThatFits(_ launch: Launch) -> Double {
        let period = 1 / launch.robot.policyRateHz
        let left = period - launch.algorithm.schedule.basePolicyUTD * policyUpdate
        return max(0, left / criticUpdate)
    }
}
