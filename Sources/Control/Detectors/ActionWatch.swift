import Embodiment

/// Watches what a policy asks for: whether limits cut too much of it, and whether it chatters.
///
/// A policy that learns may ask for what it cannot have now and then. One that goes on so for two
/// seconds does not act on what it sees. A value; the tick's thread; no allocation.
struct ActionWatch: Sendable {
    /// An axis that chatters.
    struct Chatter: Sendable, Equatable {
        /// Which one.
        var axis: Int
        /// Share of the steps in which it turned round.
        var share: Double
    }

    /// What is cut of a component counts from this share of its action box on: less is what every
    /// edge of a workspace takes from a policy that works there.
    static let cutShare = 0.1
    /// A component this far out, and as far out the other way one step later, has turned round.
    static let turn = 0.5

    private let axes: Int
    private var cut: ShareWindow
    private var turned: PerAxis<ShareWindow>
    private var last: Action?

    /// - Parameter seconds: how long it must go on.
    init(robot: RobotDescription, seconds: Double) {
        axes = robot.axes.count
        let steps = Int((seconds * robot.policyRateHz).rounded(.up))
        // A policy of fewer decisions than one in two seconds still gets a second chance.
        let window = ShareWindow(steps: steps < 2 ? 2 : steps)
        cut = window
        turned = InlineArray(repeating: window)
    }

    /// Takes the next step.
    ///
    /// - Parameters:
    ///   - action: as the policy gave it, −1…1 per axis.
    ///   - wish: the set-points it asks for, axis units.
    ///   - target: what the limits leave of them, axis units.
    mutating func take(
        _ action: @_addressable Action, wish: @_addressable AxisVector,
        target: @_addressable AxisVector, robot: RobotDescription
    ) {
        var count = 0
        for index in 0..<axes {
            let axis = robot.axes[index]
            let box = axis.actionHigh - axis.actionLow
            // What lies beyond the action box was cut before there was a wish.
            let beyond = (abs(action[index]) - 1) / 2 * box
            let lost = abs(wish[index] - target[index]) + (beyond > 0 ? beyond : 0)
            if lost > ActionWatch.cutShare * box { count += 1 }
            if let last {
                let isTurned =
                    (action[index] >= ActionWatch.turn && last[index] <= -ActionWatch.turn)
                    || (action[index] <= -ActionWatch.turn && last[index] >= ActionWatch.turn)
                turned[index].take(isTurned ? 1 : 0, of: 1)
            }
        }
        cut.take(count, of: axes)
        last = action
    }

    /// Share of all components of the last seconds' actions that limits cut, 0…1.
    var clampShare: Double { cut.share }

    /// The first axis that turned round in more than `limit` of the last seconds' steps.
    func chatter(over limit: Double) -> Chatter? {
        for index in 0..<axes {
            let share = turned[index].share
            if share > limit { return Chatter(axis: index, share: share) }
        }
        return nil
    }

    /// Nobody acts any more: what was is no measure of what comes.
    mutating func restart() {
        guard last != nil else { return }
        cut.restart()
        for index in 0..<axes { turned[index].restart() }
        last = nil
    }
}
