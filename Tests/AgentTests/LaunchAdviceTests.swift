import Configuration
import Embodiment
import Neural
import Recipe
import Testing

@testable import Agent
@testable import Driving

/// What `hone doctor LAUNCH` says, from given times.
@Suite("Launch advice")
struct LaunchAdviceTests {
    private func launch(_ overrides: [String] = []) throws -> Launch {
        try LaunchFile.read("demo", in: try ProjectLocation.find(), overrides: overrides)
    }

    @Test(
        "A decision that is there when its step begins needs no advice; one that is not gets some")
    func control() throws {
        let launch = try launch()
        let tick = launch.robot.tickSeconds
        var speed = LaunchSpeed(
            decisionP99: tick / 4, criticUpdate: 0.004, policyUpdate: 0.002)
        let good = LaunchAdvice.control(speed, launch: launch)
        #expect(good.advice == nil)
        // A tick for it, and two for what threads are late.
        #expect(good.value.contains("up to \(Int(1 / (3 * tick))) decisions"), "\(good.value)")
        // Longer than a tick is nothing that a robot of five decisions a second waits for.
        speed.decisionP99 = tick * 1.01
        #expect(LaunchAdvice.control(speed, launch: launch).advice == nil)
        speed.decisionP99 = 1 / launch.robot.policyRateHz - 1.5 * tick
        #expect(LaunchAdvice.control(speed, launch: launch).advice != nil)
    }

    @Test(
        "What the networks take is measured: numbers of a version, and all that a checkpoint keeps of them"
    )
    func size() throws {
        let launch = try launch(["session.workers=1"])
        let speed = LaunchSpeed.measure(launch, seconds: 0.02)
        let small = LaunchSpeed.measure(
            try self.launch([
                "session.workers=1", "policy.hidden=8", "critic.hidden=8",
                "critic.critic_ensemble_size=2",
            ]), seconds: 0.02)
        #expect(small.versionNumbers > 100 && speed.versionNumbers > 10 * small.versionNumbers)
        // Weights, averages and two moments of all that acts.
        #expect(speed.checkpointBytes > 4 * 4 * speed.versionNumbers * 9 / 10, "\(speed)")
        let finding = LaunchAdvice.size(speed, launch: launch)
        #expect(finding.value.contains("policy diffusion") && finding.advice == nil)
    }

    @Test("The updates that fit are a step's time over an update's, the policy's share taken off")
    func learning() throws {
        let launch = try launch([
            "schedule=realtime", "training.critic_utd=4", "training.base_policy_utd=0.5",
        ])
        let period = 1 / launch.robot.policyRateHz
        var speed = LaunchSpeed(
            decisionP99: 0.001, criticUpdate: period / 10, policyUpdate: period / 5)
        #expect(abs(speed.criticUTDThatFits(launch) - 9) < 1e-9)
        #expect(abs(speed.owedPerStep(launch.algorithm.schedule) - 0.5 * period) < 1e-12)
        #expect(LaunchAdvice.learning(speed, launch: launch).advice == nil)
        speed.criticUpdate = period / 3
        let advice = LaunchAdvice.learning(speed, launch: launch).advice
        #expect(advice?.contains("training.critic_utd to at most 2.7") == true)
    }

    @Test("Each knob changes one setting of the launch and makes it cheaper")
    func knobs() throws {
        let launch = try launch(["preset=paper"])
        let knobs = SpeedKnob.all(launch)
        #expect(knobs.count == (HalfProducts.areThere ? 7 : 6))
        for knob in knobs {
            if let tried = Int(knob.tried), let value = Int(knob.value) {
                #expect(tried < value)
            } else {
                #expect(knob.tried == "half" && knob.value == "single")
            }
            #expect(knob.launch.algorithm != launch.algorithm)
        }
    }
}
