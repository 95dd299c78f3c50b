import Platform

/// Why a stage of a session has nothing to go on with.
enum StageError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// No demonstrations: nothing to imitate.
    case noDemonstrations(String)
    /// Nobody is there to demonstrate.
    case noOperator(String)
    /// The first weights did not pass the gate, for this reason.
    case nothingToActWith(String, reason: String)

    /// One sentence: what was tried, what was found, what to do.
    var description: String {
        switch self {
        case .noDemonstrations(let path):
            "\(path) holds no successful demonstration. Record some with `hone record`, "
                + "then name that session with --data."
        case .noOperator(let robot):
            "the bridge of \(robot) says that it has no operator, so there is nobody to demonstrate. Start a "
                + "bridge that has one (operator: true in what it describes), or use demonstrations from elsewhere: "
                + "hone episodes import, then --data with the session that it makes."
        case .nothingToActWith(let path, let reason):
            "the first weights of \(path) did not pass the gate, so there are none that may act: \(reason). "
                + "Where numbers are not finite or grow, look for huge numbers in the data that they were "
                + "learned from, with `hone episodes show`; where decisions come too late, `hone doctor "
                + "LAUNCH --knobs` shows what makes them shorter."
        }
    }

    /// Of data.
    var exitCode: Int32 { 65 }
}
