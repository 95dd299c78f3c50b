import Platform

/// What can go wrong between a session and its report.
public enum ReportError: Error, HasExitCode, HasErrorText, Equatable, CustomStringConvertible {
    /// The report could not be turned into JSON.
    case cannotEncode(reason: String)
    /// A `report.json` is not one.
    case cannotRead(path: String, reason: String)
    /// A file could not be written.
    case cannotWrite(path: String, reason: String)

    /// What was attempted, what was found, what to do.
    public var description: String { errorText.description }

    /// The same in parts, for a terminal.
    public var errorText: ErrorText {
        switch self {
        case .cannotEncode(let reason):
            return ErrorText(
                attempted: "cannot write the report as JSON", found: reason,
                remedy: "the session log is complete; please report this as a defect of hone")
        case .cannotRead(let path, let reason):
            return ErrorText(
                attempted: "cannot read the report \(path)", found: reason,
                remedy: "give a report.json that hone wrote, of this version")
        case .cannotWrite(let path, let reason):
            return ErrorText(
                attempted: "cannot write \(path)", found: reason,
                remedy: "check that the directory exists, may be written and has space")
        }
    }

    /// Cannot create.
    public var exitCode: Int32 { 73 }
}
