import Platform

/// A demo with a launch file of another robot.
struct NeedsSimulator: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// The launch's name.
    let launch: String

    /// What was found, and what to do.
    var description: String {
        "a demo needs the embedded simulator, and \(launch) has no 'simulation' block. "
            + "Use `hone finetune` for other robots."
    }

    /// Of configuration.
    var exitCode: Int32 { 78 }
}
