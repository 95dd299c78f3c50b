/// Where an observed scalar comes from: the one place where the names of `observation` mean something.
public enum ObservedNumber: Sendable, Equatable {
    /// The measured position of an axis, by its name.
    case position(axis: Int)
    /// The measured velocity of an axis, by its name and `.velocity`.
    case velocity(axis: Int)
    /// A feature, by its name.
    case feature(Int)

    /// What follows the name of an axis whose measured velocity is observed.
    public static let velocitySuffix = ".velocity"
}

extension RobotDescription {
    /// What a name of `observation` is; nil for one that this robot does not have.
    ///
    /// A feature that is called as an axis' velocity would be is the feature.
    public func observed(_ name: String) -> ObservedNumber? {
        if let index = axes.firstIndex(where: { $0.name == name }) { return .position(axis: index) }
        if let index = features.firstIndex(where: { $0.name == name }) { return .feature(index) }
        let suffix = ObservedNumber.velocitySuffix
        guard name.hasSuffix(suffix),
            let index = axes.firstIndex(where: { name == $0.name + suffix })
        else { return nil }
        return .velocity(axis: index)
    }

    /// The unit of an observed scalar, as files write it.
    public func unit(of name: String) -> String {
        switch observed(name) {
        case .position(let axis): axes[axis].unit.rawValue
        case .velocity(let axis): axes[axis].unit.rawValue + "/s"
        case .feature(let index): features[index].unit.rawValue
        case nil: AxisUnit.fraction.rawValue
        }
    }

    /// How far an observed scalar can go, in its unit: an axis' range, twice its speed; nil for a feature.
    public func span(of name: String) -> Double? {
        switch observed(name) {
        case .position(let axis): axes[axis].limits.upper - axes[axis].limits.lower
        case .velocity(let axis): 2 * axes[axis].limits.velocity
        case .feature, nil: nil
        }
    }
}
