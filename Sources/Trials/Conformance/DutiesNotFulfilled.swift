import Bridge
import Configuration
import Embodiment
import Platform
import Report

/// A bridge that does not do what it owes.
public struct DutiesNotFulfilled: Error, HasExitCode, CustomStringConvertible {
    /// Names of the duties.
    let duties: [String]
    /// How many were tested.
    let tested: Int
    /// sysexits: what was given (the bridge) is not right.
    public var exitCode: Int32 { 65 }

    /// One sentence with what to read.
    public var description: String {
        "\(duties.count) of the \(tested) duties tested \(duties.count == 1 ? "is" : "are") not fulfilled: "
            + "\(duties.joined(separator: ", ")); they are explained in Sources/Bridge/WireFormat.md"
    }
}
