import Configuration
import Embodiment
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

    /// Times a launch's three kinds of work; about `seconds` of each.
    static func measure(_ launch: Launch, seconds: Double = 0.5) -> LaunchSpeed {
        let robot = launch.robot
        let probe = LearningProbe(
            observationCount: robot.observation.count, actionCount: robot.axes.count,
            settings: launch.algorithm, workers: launch.session.workers)
        let decisions = time(seconds) { probe.act() }
        let critic = time(seconds) { probe.critic() }
        let policy = time(seconds) { probe.distill() }
        return LaunchSpeed(
            decisionP99: Double(decisions.percentile(99)) * 1e-9,
            criticUpdate: Double(critic.percentile(50)) * 1e-9,
            policyUpdate: Double(policy.percentile(50)) * 1e-9)
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

/// One setting that makes an update cheaper, and the cheaper value.
struct SpeedKnob: Sendable {
    /// The key in a launch file, such as `critic.batch_size`.
    var key: String
    /// As the launch has it.
    var value: String
    /// The cheaper value that was tried.
    var tried: String
    /// The launch with the cheaper value.
    var launch: Launch

    /// The settings worth turning down, each by itself.
    static func all(_ launch: Launch) -> [SpeedKnob] {
        let settings = launch.algorithm
        var knobs: [SpeedKnob] = []
        func add(
            _ key: String, _ value: Int, least: Int, _ path: WritableKeyPath<AlgorithmSettings, Int>
        ) {
            let half = max(least, value / 2)
            guard half < value else { return }
            var other = launch
            other.algorithm[keyPath: path] = half
            knobs.append(SpeedKnob(key: key, value: "\(value)", tried: "\(half)", launch: other))
        }
        add("critic.batch_size", settings.critic.batchSize, least: 16, \.critic.batchSize)
        add(
            "critic.critic_ensemble_size", settings.critic.ensembleSize,
            least: settings.critic.subsampleSize, \.critic.ensembleSize)
        add("critic.hidden", settings.critic.hidden, least: 32, \.critic.hidden)
        add(
            "optimisation.num_base_policy_actions", settings.optimisation.baseActions,
            least: settings.optimisation.keptActions, \.optimisation.baseActions)
        add(
            "optimisation.num_actions_to_keep", settings.optimisation.keptActions, least: 1,
            \.optimisation.keptActions)
        add("optimisation.num_steps", settings.optimisation.steps, least: 1, \.optimisation.steps)
        var other = launch
        other.algorithm.policy = settings.policy.sampling(in: .half)
        if other.algorithm.policy.samplesInHalf, !settings.policy.samplesInHalf {
            knobs.append(
                SpeedKnob(
                    key: "policy.sampling_precision", value: "single", tried: "half", launch: other)
            )
        }
        return knobs
    }
}
