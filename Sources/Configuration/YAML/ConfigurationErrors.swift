import Platform

/// All mistakes of one reading, in the order of the text; never empty.
///
/// An error of configuration: the process exits with `exitCode`.
public struct ConfigurationErrors: Error, HasExitCode, Sendable, Equatable, CustomStringConvertible
{
    /// `EX_CONFIG` of sysexits.
    public static let exitCode: Int32 = 78
    /// See the static one.
    public var exitCode: Int32 { Self.exitCode }

    /// The mistakes.
    public var errors: [ConfigurationError]

    /// Gathers mistakes, of several readings for example; at least one.
    public init(errors: [ConfigurationError]) {
        self.errors = errors
    }

    /// Every mistake, one after the other.
    public var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}
