/// Why a bridge is not moving; what a sample carries in its stop field.
public enum BridgeStop: UInt16, Sendable, Equatable, CaseIterable {
    /// Not stopped.
    case none = 0
    /// Not yet started, or released.
    case disabled = 1
    /// No valid command arrived within the validity of the last one.
    case watchdog = 2
    /// A `stop` message.
    case requested = 3
    /// A command broke one of the bridge's own limits.
    case limit = 4
    /// The robot's own fault.
    case fault = 5
}

/// Buttons of a person at the bridge that are pressed while a sample is taken.
///
/// All but `stop` act when they go down; `stop` holds the robot stopped as long as it is pressed.
public struct OperatorButtons: OptionSet, Sendable, Hashable {
    /// One bit a button.
    public var rawValue: UInt8
    /// From bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Stop, and stay so.
    public static let stop = OperatorButtons(rawValue: 1 << 0)
    /// Brake and wait.
    public static let hold = OperatorButtons(rawValue: 1 << 1)
    /// The cause of the stop has been removed.
    public static let acknowledge = OperatorButtons(rawValue: 1 << 2)
    /// Move.
    public static let start = OperatorButtons(rawValue: 1 << 3)
    /// Move slowly back inside the limits.
    public static let recover = OperatorButtons(rawValue: 1 << 4)
    /// Every button there is.
    public static let all = OperatorButtons(rawValue: 0b11111)
}

/// One state of the world as the bridge measured it: the first value of the path.
///
/// A plain value of fixed size; decoded by the bridge thread, read by tick and policy.
public struct SensorSample: Sendable, Equatable {
    /// The session the bridge believes it serves; 0 before `start`.
    public var session: UInt64 = 0
    /// The commander's epoch the bridge accepts.
    public var epoch: UInt32 = 0
    /// Strictly increasing per boot.
    public var sequence: UInt64 = 0
    /// Random number drawn when the bridge started.
    public var bootID: UInt64 = 0
    /// Bridge clock when it sent this, ns.
    public var sendNanoseconds: UInt64 = 0
    /// Bridge clock when the sensors were read, ns.
    public var captureNanoseconds: UInt64 = 0
    /// Sequence of the last command applied; 0 for none in this epoch.
    public var acknowledgedCommand: UInt64 = 0
    /// The episode this belongs to, as named in `reset`.
    public var episode: UInt32 = 0
    /// Why the robot does not move.
    public var stop: BridgeStop = .none
    /// The task is accomplished in this state.
    public var isSuccess = false
    /// The environment ends the episode here for a reason other than success.
    public var isTerminal = false
    /// The bridge obeys commands.
    public var isEnabled = false
    /// `operatorAction` holds what a person or scripted demonstrator would do now.
    public var hasOperatorAction = false
    /// What a person at the bridge asks for.
    public var buttons: OperatorButtons = []
    /// Measured position per axis, axis unit.
    public var position: AxisVector
    /// Measured velocity per axis, unit/s.
    public var velocity: AxisVector
    /// Operator's action in the policy's space, −1…1 per axis.
    public var operatorAction: Action
    /// The robot's scalars in the order of its description.
    public var features: FeatureVector

    /// An empty sample of the given sizes.
    public init(axes: Int, features: Int) {
        position = AxisVector(count: axes)
        velocity = AxisVector(count: axes)
        operatorAction = Action(count: axes)
        self.features = FeatureVector(count: features)
    }
}
