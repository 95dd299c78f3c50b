/// Why a session cannot go on from where it was interrupted; nothing has moved.
enum ResumeRefusal: Error, CustomStringConvertible, Sendable {
    /// No kept point is whole.
    case points([String])
    /// The log holds fewer episodes than were trained on.
    case log(expected: Int, found: Int)
    /// The log cannot be read up to the point.
    case unreadable(String)
    /// A store filled from the log is not what it was.
    case store(name: String, expected: String, found: String)
    /// The weights cannot be taken up.
    case weights(String)
    /// The first decision is another one.
    case decision(recorded: [Double], found: [Double])
    /// Files of the configuration are not what they were.
    case configuration([String])

    /// What was found, and what to do.
    var description: String {
        switch self {
        case .points(let reasons):
            "none of the kept checkpoints is whole (\(reasons.joined(separator: "; "))). "
                + "Its episodes are safe in log/: start a new session with --data"
        case .log(let expected, let found):
            "the log holds \(found) whole episodes and \(expected) were learned from: part of it is "
                + "missing. Put the log's files back"
        case .unreadable(let why): why
        case .store(let name, let expected, let found):
            "the \(name) replay store was \(expected) and is \(found) when it is filled from the "
                + "logs. Put the session's logs, and the data it was given, back"
        case .weights(let why): why
        case .decision(let recorded, let found):
            "it would not act as it did: for the same observation it chose \(recorded) and now "
                + "chooses \(found). Resume it with the program, and on the kind of machine, that "
                + "it began with"
        case .configuration(let files):
            "\(files.joined(separator: ", ")) changed since the session began. Put back what was "
                + "(it stands in session.json), or start a new session with --weights"
        }
    }
}
