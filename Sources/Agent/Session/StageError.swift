import Platform

/// Why a stage of a session has nothing to go on with.
enum StageError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// No episode of these sessions was successful: nothing to imitate.
    case noDemonstrations(in: [String])
    /// Nothing was named to learn from.
    case noData
    /// Whoever demonstrates hardly ever succeeds.
    case poorOperator(successes: Int, tried: Int, directory: String)
    /// Nobody is there to demonstrate.
    case noOperator(String)
    /// The bridge says that somebody can demonstrate, and nobody does.
    case silentOperator(String)
    /// The first weights did not pass the gate, for this reason.
    case nothingToActWith(String, reason: String)

    /// One sentence: what was tried, what was found, what to do.
    var description: String {
        switch self {
        case .noDemonstrations(let paths):
            "\(paths.map(\.printable).joined(separator: ", ")): no successful demonstration is there, and a policy "
                + "imitates those alone. Record some with `hone record` and name that session with --data; episodes that "
                + "did succeed may be labelled so (`hone episodes relabel`)."
        case .noData:
            "there is nothing to learn from: name a session with recorded episodes, as `hone record` "
                + "makes, with --data, or under session.offline_data in the launch file."
        case .poorOperator(let successes, let tried, let directory):
            "the operator behind the bridge succeeded in \(successes) of \(tried) episodes, too few to wait for the "
                + "rest. `hone episodes list \(directory.printable)` shows how they ended: a task.max_episode_s that is too "
                + "short, or a success that the bridge does not report?"
        case .noOperator(let robot):
            "the bridge of \(robot) says that it has no operator, so there is nobody to demonstrate. Start a "
                + "bridge that has one (operator: true in what it describes), or use demonstrations from elsewhere: "
                + "hone episodes import, then --data with the session that it makes."
        case .silentOperator(let robot):
            "the bridge of \(robot) says that it has an operator, and in a whole episode no sample had an "
                + "operator's action, so the robot stayed where it was. Have whoever demonstrates begin (flag bit 3 of "
                + "a sample says that the action is valid), look with hone bridge-test, or say operator: false."
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
