public import Embodiment
internal import Platform

/// Whether a robot that is commanded to stay where it was measured stays there.
///
/// One that does not has samples whose axes or units are others than described, so that every command
/// sends it somewhere else. A value; any thread; no allocation but for the sentence.
public struct StayCheck: Sendable {
    /// How one axis is judged.
    public struct Axis: Sendable {
        /// Its name.
        public var name: String
        /// Its unit, as the bridge calls it.
        public var unit: String
        /// How far it may be from where it was, axis unit; infinite for one of which nothing is expected.
        public var tolerance: Double

        /// Whether it stays by standing still: what is measured is its velocity.
        var isVelocity: Bool { AxisUnit(rawValue: unit)?.isVelocity ?? false }

        /// Creates an axis.
        public init(name: String, unit: String, tolerance: Double) {
            self.name = name
            self.unit = unit
            self.tolerance = tolerance
        }
    }

    /// Where it was measured, and commanded to stay; of an axis that is commanded by its velocity 0.
    public let place: AxisVector
    private let axes: [Axis]

    /// - Parameter axes: as many as `place` has, in wire order.
    public init(at place: AxisVector, axes: [Axis]) {
        invariant(axes.count == place.count, "a robot's axes are those of its samples")
        var rest = place
        for (index, axis) in axes.enumerated() where axis.isVelocity { rest[index] = 0 }
        self.place = rest
        self.axes = axes
    }

    /// One sentence of a robot that has not stayed; nil while it does.
    public func drift(to position: AxisVector) -> String? {
        let distances = axes.indices.map { abs(position[$0] - place[$0]) }
        guard axes.indices.contains(where: { distances[$0] > axes[$0].tolerance }) else {
            return nil
        }
        // Axes that were exchanged drift together: the slower one is named too.
        let moved = axes.indices.filter { distances[$0] > axes[$0].tolerance / 2 }.map { index in
            let unit = axes[index].unit == AxisUnit.fraction.rawValue ? "" : " \(axes[index].unit)"
            let verb = axes[index].isVelocity ? "moved at" : "moved"
            return "\(axes[index].name) \(verb) \(NumberText.short(distances[index]))\(unit)"
        }
        return
            "commanded to stay, \(moved.joined(separator: ", ")): are order and unit of the samples those of "
            + "the description?"
    }
}

extension StayCheck {
    /// One for a session: half of what each axis may be from its command while it follows.
    public init(at place: AxisVector, robot: RobotDescription) {
        self.init(
            at: place,
            axes: robot.axes.map { axis in
                let range = axis.limits.upper - axis.limits.lower
                return Axis(
                    name: axis.name, unit: axis.unit.rawValue,
                    tolerance: axis.trackingError < range ? axis.trackingError / 2 : .infinity)
            })
    }
}
