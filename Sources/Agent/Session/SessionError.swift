/// What can go wrong before and around a session.
enum SessionError: Error, CustomStringConvertible, Sendable {
    /// A file or folder that was to be made is there.
    case occupied(String)
    /// Weights were asked for and there are none.
    case noWeights(String)
    /// No demonstrations: nothing to imitate.
    case noDemonstrations(String)
    /// The weights do not fit this robot or these settings.
    case wrongWeights(String, String)
    /// The first weights did not pass the gate.
    case nothingToActWith(String)
    /// Something that was named is no session, or no whole one.
    case notASession(String, String)
    /// What was recorded on one robot was to be used on another.
    case otherRobot(String, differences: [String])
    /// Decisions that could not be made again, or came out otherwise.
    case notVerified(String)
    /// A file that was named cannot be read.
    case unreadable(String)
    /// A demo with a launch file of another robot.
    case needsSimulator(String)
    /// A word on the command line that means nothing.
    case badArgument(String)
    /// Recorded data that cannot be used here.
    case wrongData(String, String)
    /// A log that is not what was written.
    case damaged(String)
    /// The data set converters could not be run.
    case converter(String)
    /// A request for a session that does not run.
    case notRunning(String, String)
    /// A running session did not do what it was asked.
    case refused(String, String)
    /// The session ran to its end.
    case finished(String)
    /// Sessions of this command are short enough to be run again.
    case notResumable(String, command: String?)
    /// The session cannot go on as it was.
    case resumeRefused(String, ResumeRefusal)
    /// This machine cannot be trusted to be on time.
    case notOnTime(String, [String])

    /// One sentence: what was tried, what was found, what to do.
    var description: String {
        switch self {
        case .occupied(let path): "\(path) is there already, and nothing is overwritten"
        case .noWeights(let path):
            "\(path) holds no weights. Name a session directory that `hone pretrain`, "
                + "`hone finetune` or `hone demo` has written."
        case .noDemonstrations(let path):
            "\(path) holds no successful demonstration. Record some with `hone record`, "
                + "then name that session with --data."
        case .wrongWeights(let path, let why):
            "the weights in \(path) cannot be used here: \(why)"
        case .nothingToActWith(let path):
            "the first weights of \(path) did not pass the gate, so there are none that may act: they "
                + "hold numbers that are not finite. Look for huge numbers in the data that they were "
                + "learned from, with `hone episodes show`."
        case .notASession(let path, let why): "\(path) cannot be used as a session: \(why)"
        case .otherRobot(let path, let differences):
            "\(path) was recorded on another robot:\n"
                + differences.map { "  - \($0)" }.joined(separator: "\n")
        case .notVerified(let why): why
        case .unreadable(let why): why
        case .needsSimulator(let launch):
            "a demo needs the embedded simulator, and \(launch) has no 'simulation' block. "
                + "Use `hone finetune` for other robots."
        case .badArgument(let why): why
        case .wrongData(let path, let why): "the data in \(path) cannot be used here: \(why)"
        case .damaged(let path):
            "\(path) is not clean; `hone episodes recover` writes what is whole to a new file"
        case .converter(let why): "the converters in launch/datasets: \(why)"
        case .notRunning(let path, let why):
            "cannot reach a running session in \(path): \(why). "
                + "Name the directory of a session that runs now."
        case .refused(let act, let why): "\(act) refused: \(why)"
        case .notOnTime(let summary, let advice):
            "this machine may not start the robot by the wall clock, real time \(summary).\n"
                + advice.map { "  - \($0)" }.joined(separator: "\n")
                + "\nTo move it slowly all the same, give degraded.rt2_speed_share in its file, "
                + "such as 0.2."
        case .finished(let path):
            "the session in \(path) ran to its end: there is nothing to resume. Start a new one from "
                + "its weights with --weights \(path)."
        case .notResumable(let path, let command):
            "\(path) was made by \(command.map { "`hone \($0)`" } ?? "another command"), and only "
                + "`hone finetune` and `hone demo` go on where they were interrupted. What it recorded "
                + "is safe: name it with --data."
        case .resumeRefused(let path, let why):
            "the session in \(path) cannot go on as it was, and nothing has moved: \(why)."
        }
    }
}
