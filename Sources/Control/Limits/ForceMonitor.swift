import Embodiment

/// Watches the force that a bridge reports: slow on contact, stop above it; `Control/Safety.md` 4 and F13.
///
/// The bridge reports force with its own bias removed. A value; one thread, the tick's; no allocation.
public struct ForceMonitor: Sendable {
    /// Share of its speed that the robot keeps while it touches something.
    public static let contactShare = 0.25

    private let limits: ForceLimits?
    private let indices: InlineArray<3, Int>
    private let count: Int
    private let gain: Double
    private var filtered = 0.0
    private var isFirst = true
    /// The last three samples, newest in bit 0: whether the filtered force was above the stop threshold.
    private var above: UInt8 = 0

    /// What is to be stopped for: the force found and the threshold; nil while all is well.
    public private(set) var fault: (value: Double, limit: Double)?

    /// Watches nothing if the robot's file has no force limits.
    public init(robot: RobotDescription) {
        limits = robot.task.force
        var indices = InlineArray<3, Int>(repeating: 0)
        var count = 0
        for name in limits?.features ?? [] {
            guard let index = robot.features.firstIndex(where: { $0.name == name }) else {
                continue
            }
            indices[count] = index
            count += 1
        }
        self.indices = indices
        self.count = count
        // First-order low-pass, samples one command period apart.
        let period = robot.tickSeconds
        gain = limits.map { period / (period + 1 / (2 * .pi * $0.filterHz)) } ?? 1
    }

    /// Whether the newest sample's force is above a threshold for stopping.
    public private(set) var isAbove = false

    /// Takes a new sample's force; a stop that was found stays until `reset`.
    public mutating func admit(_ features: FeatureVector) {
        guard let limits else { return }
        let force = force(in: features)
        // What is not a number is the guardian's to stop for; it must not stay in the filter.
        guard force.isFinite else { return }
        filtered = isFirst ? force : filtered + gain * (force - filtered)
        isFirst = false
        above = (above << 1 | (filtered > limits.stop ? 1 : 0)) & 0b111
        isAbove = above & 1 != 0 || force > limits.absolute
        guard fault == nil else { return }
        if force > limits.absolute {
            fault = (force, limits.absolute)
        } else if above.nonzeroBitCount >= 2 {
            fault = (filtered, limits.stop)
        }
    }

    /// Sees the force of a sample that a newer one has overtaken: by itself it can only be above the absolute
    /// threshold.
    mutating func glance(at features: FeatureVector) {
        guard let limits, fault == nil else { return }
        let force = force(in: features)
        if force > limits.absolute { fault = (force, limits.absolute) }
    }

    private func force(in features: FeatureVector) -> Double {
        var square = 0.0
        for index in 0..<count {
            let part = Double(features[indices[index]])
            square += part * part
        }
        return square.squareRoot()
    }

    /// Share of every speed limit that may be used now.
    public var share: Double {
        guard let limits, filtered > limits.contact else { return 1 }
        return ForceMonitor.contactShare
    }

    /// Forgets what was felt: a new session begins.
    public mutating func reset() {
        (filtered, isFirst, above, isAbove, fault) = (0, true, 0, false, nil)
    }
}
