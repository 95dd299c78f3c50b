/// Who asks; nobody else can.
public enum Party: UInt8, Sendable, Equatable, CaseIterable {
    /// The guardian itself.
    case automatic
    /// The session's own script, which holds the robot.
    case session
    /// Whoever is connected: another program, the bridge.
    case peer
    /// A person: at the command line of this machine, or at the bridge's buttons.
    case `operator`
}
