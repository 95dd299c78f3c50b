/// What recorded numbers mean: everything of a robot in which whoever uses its episodes or its weights must agree with it.
///
/// Written into every session, weight file and data set. What a later version adds is optional: files of before lack it.
/// A value; any thread.
public struct Compatibility: Sendable, Equatable, Codable {
    /// One number that the policy sees.
    public struct Observed: Sendable, Equatable, Codable, CustomStringConvertible {
        /// Of an axis or a feature.
        public var name: String
        /// As files write it.
        public var unit: String

        /// One observed number.
        public init(name: String, unit: String) {
            self.name = name
            self.unit = unit
        }

        /// `gripper in 1`.
        public var description: String { "\(name) in \(unit)" }

        /// Says how another number of the same place differs; nil for the same.
        public func difference(from found: Observed, number: Int, _ places: Places) -> String? {
            guard found != self else { return nil }
            return "observation \(number) is \(found) \(places.there), \(self) \(places.here)"
        }
    }

    /// One number that the policy decides, −1…1 of its action box.
    public struct Acted: Sendable, Equatable, Codable, CustomStringConvertible {
        /// Of the axis.
        public var name: String
        /// Of the axis, as files write it.
        public var unit: String
        /// What the action is to the axis, as files write it.
        public var kind: String
        /// What −1 stands for, axis unit.
        public var low: Double
        /// What 1 stands for, axis unit.
        public var high: Double
        /// What the axis is, where that is another than the robot's `controlSpace`.
        public var controlSpace: String?

        /// One decided number.
        public init(
            name: String, unit: String, kind: String, low: Double, high: Double,
            controlSpace: String? = nil
        ) {
            self.controlSpace = controlSpace
            self.name = name
            self.unit = unit
            self.kind = kind
            self.low = low
            self.high = high
        }

        /// An axis as its robot has it.
        public init(_ axis: CommandAxis) {
            self.init(
                name: axis.name, unit: axis.unit.rawValue, kind: axis.kind.rawValue,
                low: axis.actionLow, high: axis.actionHigh,
                controlSpace: axis.controlSpace?.rawValue)
        }

        /// `x, delta, -0.05…0.05 m`.
        public var description: String {
            "\(name), \(kind), \(low)…\(high) \(unit)"
                + (controlSpace.map { ", \($0)" } ?? "")
        }

        /// Says how another number of the same place differs; nil for the same.
        public func difference(from found: Acted, number: Int, _ places: Places) -> String? {
            guard found != self else { return nil }
            return "action \(number) is \(found) \(places.there); \(self) \(places.here)"
        }
    }

    /// What the two that are compared are called in a sentence.
    public struct Places: Sendable {
        /// Where something was recorded: `in the file`.
        public var there: String
        /// Where it is to be used: `in the robot's YAML`.
        public var here: String

        /// Two places.
        public init(there: String, here: String) {
            self.there = there
            self.here = here
        }
    }

    /// What is to be done with what was recorded.
    public enum Use: Sendable {
        /// Episodes are learned from, or weights act: every number must mean the same.
        case numbers
        /// Set-points are played once more: only what a set-point is must be the same.
        case motion
    }

    /// The model, equal to its file's name.
    public var robot: String
    /// What the axes are.
    public var controlSpace: String
    /// Commands per second.
    public var commandRateHz: Double
    /// Decisions per second.
    public var policyRateHz: Double
    /// How axes that cannot all have what they are asked for share it.
    public var scaling: String
    /// What the policy sees, in its order.
    public var observation: [Observed]
    /// What it decides, in the order of the axes.
    public var action: [Acted]
    /// Cameras that the policy sees, in its order.
    public var cameras: [String]
    /// Where each axis begins an episode, by the axis' name, axis unit.
    public var home: [String: Double]
    /// What something is at most, by what it is and its unit; what is not here has no such limit.
    public var atMost: [String: Double]
    /// The same for what something is at least.
    public var atLeast: [String: Double]
    /// The task it was recorded in; nil in files of before.
    ///
    /// Of another task numbers mean the same.
    public var task: String?
}
