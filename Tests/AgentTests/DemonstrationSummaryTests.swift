import Embodiment
import Experience
import Learning
import Testing

@testable import Agent

@Suite("What a person is told of demonstrations")
struct DemonstrationSummaryTests {
    /// An arm of one joint and a gripper, with a light that it sees.
    private let robot: RobotDescription = {
        func axis(_ name: String, _ unit: AxisUnit, _ low: Double, _ high: Double) -> CommandAxis {
            CommandAxis(
                name: name, unit: unit,
                limits: AxisLimits(lower: low, upper: high, velocity: 1, acceleration: 10),
                kind: .absolute, actionLow: low, actionHigh: high, home: 0, trackingError: 1)
        }
        return RobotDescription(
            name: "small", summary: "", controlSpace: .jointPosition, commandRateHz: 50,
            policyRateHz: 10,
            axes: [axis("pan", .radian, -2, 2), axis("gripper", .fraction, 0, 1)],
            features: [ObservationFeature(name: "light", unit: .fraction)],
            observation: ["pan", "gripper", "light"],
            timing: TimingLimits(
                observationHoldSeconds: 0.1, observationStopSeconds: 0.5,
                commandValiditySeconds: 0.1, trackingSeconds: 0.2))
    }()

    private func summary(normalisesActions: Bool = true) -> DemonstrationSummary {
        let store = ReplayStore(
            observationCount: 3, actionCount: 2, capacity: 100, discount: 0.98, failedToFloor: true)
        let transitions = (0..<10).map { step in
            let pan = Double(step) / 25 - 0.2
            let seen = Observation([Float(2 * pan), 0.5, Float(step % 2)])
            let done = Action([pan, 0])
            return Transition(
                episode: 0, step: UInt32(step), source: .operatorAction, policyVersion: 0,
                observation: seen, proposed: done, executed: done, reward: step == 9 ? 0 : -1,
                isTerminal: step == 9, nextObservation: seen)
        }
        store.admit(
            Episode(
                number: 0, seed: 0, purpose: .demonstration, outcome: .success,
                transitions: transitions))
        return DemonstrationSummary(
            robot: robot, seen: DemonstratedRanges(of: store, robot: robot),
            normalisesActions: normalisesActions)
    }

    @Test("What stood still and which part of a box was used is told by name")
    func remarks() {
        #expect(
            summary().remarks == [
                "gripper did not vary in the demonstrations: what its other values mean cannot be "
                    + "learned from them",
                "of the action boxes the demonstrations use 18 % of pan's, 0 % of gripper's: the "
                    + "policy's actions are scaled to that and a tenth more "
                    + "(training.normalise_actions)",
            ])
        #expect(
            summary(normalisesActions: false).remarks.last?.hasSuffix("makes a finer policy")
                == true)
    }

    @Test("The table has a row for every observed number and every axis")
    func table() {
        let lines = summary().table.split(separator: "\n").map(String.init)
        #expect(lines.count == 6)
        #expect(lines[0].hasPrefix("demonstrated") && lines[0].hasSuffix("of its box"))
        #expect(lines[1].hasPrefix("pan ") && lines[1].contains("0.32"))
        #expect(lines[2].hasPrefix("gripper ") && lines[2].hasSuffix("did not vary"))
        #expect(lines[4].hasPrefix("action pan ") && lines[4].hasSuffix("18 %"))
    }
}
