import Configuration
import Driving
import Embodiment
import Platform
import Recipe

/// What the measured times mean for one launch; pure, so that it can be tested without a clock.
enum LaunchAdvice {
    /// Whether a decision is there when its step begins.
    static func control(_ speed: LaunchSpeed, launch: Launch) -> Finding {
        let (tick, step) = (launch.robot.tickSeconds, 1 / launch.robot.policyRateHz)
        let lead = PolicyLoop.lead(ofDecisions: speed.decisionP99, tickSeconds: tick)
        let fits = lead <= step
        return Finding(
            name: "decision",
            value:
                "p99 \(milliseconds(speed.decisionP99)): asked for \(milliseconds(lead)) before a step of "
                + "\(milliseconds(step)) ends; up to \(number(1 / lead)) decisions a second",
            advice: fits
                ? nil
                : "The robot would wait for its policy at the end of each step: lower "
                    + "optimisation.num_base_policy_actions, optimisation.num_steps or "
                    + "critic.critic_ensemble_size, a smaller policy, or the robot's policy_rate_hz."
        )
    }

    /// What the launch's networks take of memory and disk.
    static func size(_ speed: LaunchSpeed, launch: Launch) -> Finding {
        return Finding(
            name: "networks",
            value: "policy \(launch.algorithm.policy.kind.rawValue); a version of the weights has "
                + "\(NumberText.short(Double(speed.versionNumbers))) numbers, \(megabytes(4 * speed.versionNumbers)) on the disk for each that acts; "
                + "a checkpoint takes \(megabytes(speed.checkpointBytes))", advice: nil)
    }

    /// Whether the learner keeps up with the robot.
    static func learning(_ speed: LaunchSpeed, launch: Launch) -> Finding {
        let schedule = launch.algorithm.schedule
        let owed = speed.owedPerStep(schedule)
        let period = 1 / launch.robot.policyRateHz
        let fitting = speed.criticUTDThatFits(launch)
        let value =
            "critic update \(milliseconds(speed.criticUpdate)), policy update "
            + "\(milliseconds(speed.policyUpdate)) with \(launch.session.workers) worker"
            + "\(launch.session.workers == 1 ? "" : "s"): a step asks for \(milliseconds(owed)) of updates and "
            + "lasts \(milliseconds(period)); critic_utd up to \(number(fitting)) keeps up"
        return Finding(
            name: "learning", value: value,
            advice: owed <= period ? nil : shortfall(launch, owed: owed, fitting: fitting))
    }

    private static func shortfall(_ launch: Launch, owed: Double, fitting: Double) -> String {
        let minutes = launch.session.robotMinutes
        let times = number(owed * launch.robot.policyRateHz)
        switch launch.schedule {
        case .realtime:
            return "The learner falls behind: set training.critic_utd to at most "
                + "\(number(fitting)) (it is \(number(launch.algorithm.schedule.criticUTD))), "
                + "turn a knob below, or add a worker where a core is free."
        case .lockstep:
            return "Lockstep waits for the learner: \(number(minutes)) robot minutes take up to "
                + "\(times) times as long in real time."
        }
    }

    /// What turning one setting down gains.
    static func knob(_ knob: SpeedKnob, _ speed: LaunchSpeed, before: LaunchSpeed) -> Finding {
        Finding(
            name: knob.key,
            value: "\(knob.value) → \(knob.tried): critic update "
                + "\(milliseconds(speed.criticUpdate)) (\(change(speed.criticUpdate, before.criticUpdate))), "
                + "policy update \(milliseconds(speed.policyUpdate)) "
                + "(\(change(speed.policyUpdate, before.policyUpdate))), decision p99 "
                + "\(milliseconds(speed.decisionP99)) (\(change(speed.decisionP99, before.decisionP99)))",
            advice: nil)
    }

    private static func change(_ after: Double, _ before: Double) -> String {
        let percent = 100 * (after / before - 1)
        return (percent < 0 ? "" : "+") + NumberText.fixed(percent, decimals: 0) + " %"
    }

    private static func milliseconds(_ seconds: Double) -> String {
        NumberText.fixed(seconds * 1e3, decimals: seconds < 0.01 ? 2 : 0) + " ms"
    }

    private static func megabytes(_ bytes: Int) -> String { number(Double(bytes) / 1e6) + " MB" }

    private static func number(_ value: Double) -> String {
        NumberText.fixed(value, decimals: value < 10 ? 1 : 0)
    }
}
