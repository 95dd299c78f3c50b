import Platform

/// There is no folder with robots/ and launch/ around.
public struct NoProject: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// Where it was looked for, and above; empty where the working directory is not there any more.
    public let folder: String

    /// None at or above `folder`.
    public init(folder: String) { self.folder = folder }

    /// What was found, and what to do.
    public var description: String {
        folder.isEmpty
            ? "the working directory is not there any more: it was deleted or moved. Start hone inside the project."
            : "found no robots/ folder at or above \(folder). Start hone inside the project."
    }

    /// Of configuration.
    public var exitCode: Int32 { 78 }
}
