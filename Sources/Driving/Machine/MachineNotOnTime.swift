import Platform

/// This machine cannot be trusted to be on time, and the robot's file does not allow it to be slow instead.
public struct MachineNotOnTime: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// What was measured, in a line.
    public let summary: String
    /// What to do about each thing that is missing.
    public let advice: [String]

    /// What a machine was found to be.
    public init(_ machine: RealtimeMachine) {
        summary = machine.summary
        advice = machine.advice
    }

    /// What was found, and what to do.
    public var description: String {
        "this machine is not fit to move the robot in real time, \(summary).\n"
            + advice.map { "  - \($0)" }.joined(separator: "\n")
            + "\nTo move it slowly all the same, give degraded.rt2_speed_share in its file, "
            + "such as 0.2."
    }

    /// Unavailable.
    public var exitCode: Int32 { 69 }
}
