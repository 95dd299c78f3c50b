import Embodiment
import Experience
import Models

/// What offline data shows of each observed number and each axis: what normalisation is fitted to, and what a person is
/// told of it.
public struct DemonstratedRanges: Sendable {
    /// One for each observed number, [O].
    public private(set) var observations: [NumberStatistics]
    /// Executed actions of each axis, −1…1 of its action box, [A].
    private var executed: [NumberStatistics]
    /// Axes whose action is a set-point: only of those a part of the box may stand for all of it.
    private let isAbsolute: [Bool]

    /// Looks at every row of a store, whose robot nobody names: features alone, whole action boxes.
    public init(of store: ReplayStore) {
        self.init(
            of: store, spans: Array(repeating: 1, count: store.observationCount),
            isAbsolute: Array(repeating: false, count: store.actionCount))
    }

    /// Looks at every row of a store.
    ///
    /// A displacement keeps its whole box: what a demonstrator moved slowly, a policy may learn to move fast. A
    /// set-point's box may be a joint's whole range, of which a task uses a part.
    public init(of store: ReplayStore, robot: RobotDescription) {
        self.init(
            of: store,
            spans: robot.observation.map { robot.span(of: $0) ?? 1 },
            isAbsolute: robot.axes.map { $0.kind == .absolute })
    }

    private init(of store: ReplayStore, spans: [Double], isAbsolute: [Bool]) {
        observations = spans.map { NumberStatistics(span: $0) }
        executed = isAbsolute.map { _ in NumberStatistics(span: 2) }
        self.isAbsolute = isAbsolute
        for row in 0..<store.count {
            let (seen, done) = (store.observation(ofRow: row), store.action(ofRow: row))
            for index in observations.indices { observations[index].add(seen[index]) }
            for axis in executed.indices { executed[axis].add(max(-1, min(1, done[axis]))) }
        }
    }

    /// Least and greatest executed action of each axis, −1…1 of its action box, [A]; nil without a row.
    public var actions: [ClosedRange<Float>?] { executed.map(\.range) }

    /// What a policy's −1…1 is to stand for, [A].
    public var actionParts: [ActionPart] {
        zip(actions, isAbsolute).map { used, isAbsolute in
            guard isAbsolute, let used else { return .whole }
            return ActionPart(used: used)
        }
    }
}
