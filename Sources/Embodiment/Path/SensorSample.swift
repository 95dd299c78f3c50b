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
    /// The environment ends the episode here for a reason that is none of the task's, such as a limit of time.
    public var isTruncated = false
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

    /// Becomes equal to another sample, whose numbers in use are copied and no more.
    @_noAllocation @_noLocks
    public mutating func take(_ other: @_addressable SensorSample) {
        session = other.session
        epoch = other.epoch
        sequence = other.sequence
        bootID = other.bootID
        sendNanoseconds = other.sendNanoseconds
        captureNanoseconds = other.captureNanoseconds
        acknowledgedCommand = other.acknowledgedCommand
        episode = other.episode
        stop = other.stop
        isSuccess = other.isSuccess
        isTerminal = other.isTerminal
        isTruncated = other.isTruncated
        isEnabled = other.isEnabled
        hasOperatorAction = other.hasOperatorAction
        buttons = other.buttons
        position.take(other.position)
        velocity.take(other.velocity)
        operatorAction.take(other.operatorAction)
        features.take(other.features)
    }
}
