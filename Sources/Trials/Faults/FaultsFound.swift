import Bridge
import Platform
import Report

/// Rows of the catalogue that did not go as they must.
public struct FaultsFound: Error, HasExitCode, CustomStringConvertible {
    /// Their numbers.
    let rows: [String]
    /// sysexits: the software.
    public var exitCode: Int32 { 70 }

    /// One sentence.
    public var description: String {
        "\(rows.count) rows of the fault catalogue did not go as they must: "
            + rows.joined(separator: ", ")
    }
}
