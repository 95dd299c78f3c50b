import Platform

/// Why sessions were not compared.
enum CompareError: Error, HasExitCode, CustomStringConvertible {
    /// None of them can be; why, a line each.
    case nothing([String])

    var description: String {
        switch self {
        case .nothing(let problems):
            "None of the sessions can be compared:\n" + problems.joined(separator: "\n")
        }
    }

    /// Of data.
    var exitCode: Int32 { 65 }
}
