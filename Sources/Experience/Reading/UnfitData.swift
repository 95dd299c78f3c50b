import Platform

/// Recorded data that cannot be used for what it was named for.
public struct UnfitData: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// Where it is.
    public let path: String
    /// What is wrong with it.
    public let reason: String

    /// Data at `path` that cannot be used.
    public init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    /// What was found.
    public var description: String { "the data in \(path) cannot be used here: \(reason)" }

    /// Of data.
    public var exitCode: Int32 { 65 }
}
