/// Standard output did not take all that was printed.
public struct OutputError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// The system's number of the error.
    let code: Int32

    /// One sentence: what was tried, what was found, what to do.
    public var description: String {
        "could not print everything: \(PlatformError.text(of: code)); what was printed is not whole. "
            + "Print to another place and run it again"
    }

    /// Of input and output.
    public var exitCode: Int32 { 74 }
}
