import Embodiment

/// Watches the force that a bridge reports: slow on contact, stop above it; `Control/Safety.md` 4 and F13.
///
/// The bridge reports force with its own bias removed. A value; one thread, the tick's; no allocation.
public struct ForceMonitor: Sendable {
    /// Share of its speed that the robot keeps while it touches something.
    public static let contactShare = 0.25

    /// What is reported where nothing should be felt, in shares of the contact threshold, from which on a person is told:
    /// every threshold is that much too near, or too far.
    public static let biasShare = 1.0 / 3
    /// How long the robot stands at home for one measurement of that, s.
    private static let restSeconds = 0.5

    private let limits: ForceLimits?
    private let indices: InlineArray<3, Int>
    private let count: Int
    private let gain: Double
    private var filtered = 0.0
    private var isFirst = true
    /// The last three samples, newest in bit 0: whether the filtered force was above the stop threshold.
    private var above: UInt8 = 0
    /// Samples of one measurement at rest, and the sum of each feature in them.
    private let restCount: Int
    private var rested = 0
    private var restSum = InlineArray<3, Double>(repeating: 0)
    /// The largest force at rest, above its share, since this was taken.
    private var bias: Double?

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
        restCount = max(1, Int((ForceMonitor.restSeconds / period).rounded(.up)))
        gain = limits.map { period / (period + 1 / (2 * .pi * $0.filterHz)) } ?? 1
    }

    /// Whether the newest sample's force is above a threshold for stopping.
    public private(set) var isAbove = false

    /// Takes a new sample's force; a stop that was found stays until `reset`.
    ///
    /// - Parameter isFree: the robot stands at home, where nothing should touch it.
    public mutating func take(_ features: @_addressable FeatureVector, isFree: Bool = false) {
        guard let limits else { return }
        let force = force(in: features)
        // What is not a number is the guardian's to stop for; it must not stay in the filter.
        guard force.isFinite else { return }
        rest(features, isFree: isFree, limits)
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

    /// The mean of each feature over a while at home: no threshold is moved by it, for a hand that rests on the arm looks
    /// the same.
    private mutating func rest(
        _ features: @_addressable FeatureVector, isFree: Bool, _ limits: ForceLimits
    ) {
        guard isFree else {
            (rested, restSum) = (0, InlineArray(repeating: 0))
            return
        }
        for index in 0..<count { restSum[index] += Double(features[indices[index]]) }
        rested += 1
        guard rested == restCount else { return }
        var square = 0.0
        for index in 0..<count {
            let mean = restSum[index] / Double(restCount)
            square += mean * mean
        }
        let found = square.squareRoot()
        if found > ForceMonitor.biasShare * limits.contact, found > bias ?? 0 { bias = found }
        (rested, restSum) = (0, InlineArray(repeating: 0))
    }

    /// The force that was reported at rest, N, where a person should know of it; nil until it is found again.
    public mutating func takeBias() -> Double? {
        defer { bias = nil }
        return bias
    }

    /// Sees the force of a sample that a newer one has overtaken: by itself it can only be above the absolute
    /// threshold.
    mutating func glance(at features: @_addressable FeatureVector) {
        guard let limits, fault == nil else { return }
        let force = force(in: features)
        if force > limits.absolute { fault = (force, limits.absolute) }
    }

    @_addressableSelf private func force(in features: @_addressable FeatureVector) -> Double {
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
        (rested, restSum, bias) = (0, InlineArray(repeating: 0), nil)
    }
}
