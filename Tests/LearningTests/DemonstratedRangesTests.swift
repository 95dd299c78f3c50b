import Embodiment
import Experience
import Learning
import Models
import Testing

@Suite("What demonstrations show")
struct DemonstratedRangesTests {
    /// An axis whose range is 4 rad.
    private func axis(_ name: String, _ kind: ActionKind) -> CommandAxis {
        CommandAxis(
            name: name, unit: .radian,
            limits: AxisLimits(lower: -2, upper: 2, velocity: 1, acceleration: 10), kind: kind,
            actionLow: -2, actionHigh: 2, home: 0, trackingError: 1)
    }

    private var robot: RobotDescription {
        RobotDescription(
            name: "pair", summary: "", controlSpace: .jointPosition, commandRateHz: 50,
            policyRateHz: 10, axes: [axis("set", .absolute), axis("moved", .delta)],
            features: [ObservationFeature(name: "light", unit: .fraction)],
            observation: ["set", "light"],
            timing: TimingLimits(
                observationHoldSeconds: 0.1, observationStopSeconds: 0.5,
                commandValiditySeconds: 0.1, trackingSeconds: 0.2))
    }

    /// One episode of steps that saw and did these.
    private func store(_ steps: [(seen: [Float], done: [Double])]) -> ReplayStore {
        let store = ReplayStore(
            observationCount: 2, actionCount: 2, capacity: 100, discount: 0.98, failedToFloor: true)
        let transitions = steps.enumerated().map { number, step in
            let isLast = number == steps.count - 1
            return Transition(
                episode: 0, step: UInt32(number), source: .operatorAction, policyVersion: 0,
                observation: Observation(step.seen), proposed: Action(step.done),
                executed: Action(step.done), reward: isLast ? 0 : -1, isTerminal: isLast,
                nextObservation: Observation(step.seen))
        }
        store.admit(
            Episode(
                number: 0, seed: 0, purpose: .demonstration, outcome: .success,
                transitions: transitions))
        return store
    }

    @Test(
        "An axis' range is the span of its number, 1 that of a feature; a set-point uses a part of its box"
    )
    func ranges() {
        let seen = DemonstratedRanges(
            of: store([([0.1, 3], [-0.1, -0.2]), ([0.3, 3], [0.3, 0.1])]), robot: robot)
        #expect(seen.observations.map(\.span) == [4, 1])
        #expect(seen.observations.map(\.isStill) == [false, true])
        #expect(seen.actions == [-0.1...0.3, -0.2...0.1])
        #expect(
            seen.actionParts == [ActionPart(used: -0.1...0.3), .whole],
            "a displacement keeps its whole box")
    }

    @Test("Without a robot's description, and without a row, every axis keeps its whole box")
    func nobody() {
        let rows = store([([0.1, 3], [0, 0]), ([0.3, 3], [0, 0])])
        #expect(DemonstratedRanges(of: rows).actionParts == [.whole, .whole])
        let empty = DemonstratedRanges(of: store([]), robot: robot)
        #expect(empty.actionParts == [.whole, .whole])
        #expect(empty.observations.map(\.count) == [0, 0])
    }
}
