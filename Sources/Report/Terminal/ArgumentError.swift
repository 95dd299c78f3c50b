import Platform

/// A word on the command line that means nothing here, in a sentence: what was asked, what there is.
public struct ArgumentError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// The sentence.
    public let description: String

    /// Says what is wrong with an argument.
    public init(_ description: String) { self.description = description }

    /// Usage.
    public var exitCode: Int32 { 64 }
}
