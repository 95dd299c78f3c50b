/// Why a trainer cannot become what another one was; it is of no use then.
public enum TrainerMismatch: Error, CustomStringConvertible, Sendable {
    /// The log holds fewer episodes than were trained on.
    case log(expected: Int, found: Int)
    /// A store filled from the log is not what it was.
    case store(name: String, expected: String, found: String)
    /// The weights cannot be taken up.
    case weights(String)

    /// What was found, and what to do.
    public var description: String {
        switch self {
        case .log(let expected, let found):
            "the log holds \(found) whole episodes and \(expected) were learned from: part of it is "
                + "missing. Restore the log's files"
        case .store(let name, let expected, let found):
            "the \(name) replay store was \(expected) and is \(found) when it is filled from the "
                + "logs. Restore the session's logs, and the data that it began with"
        case .weights(let why): why
        }
    }
}
