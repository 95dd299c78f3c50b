import Platform

/// Why there are no weights to begin with.
public enum CheckpointError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// A file that was named cannot be read.
    case unreadable(PlatformError)
    /// Weights were asked for and there are none.
    case none(String)
    /// The weights do not fit this robot or these settings.
    case unfit(String, String)
    /// There are newer ones than the checkpoints, and none of those is whole.
    case undecided(String, why: String, folder: String)

    /// One sentence: what was tried, what was found, what to do.
    public var description: String {
        switch self {
        case .unreadable(let error): "\(error)"
        case .none(let path):
            "\(path.printable) holds no weights. Name a session directory that `hone pretrain`, "
                + "`hone finetune` or `hone demo` has written."
        case .unfit(let path, let why):
            "the weights in \(path.printable) cannot be used here: "
                + why.printableLines
        case .undecided(let path, let why, let folder):
            "cannot find the newest weights of \(path.printable): \(why); or name one of the files in "
                + folder
        }
    }

    /// 65 data, 66 no input.
    public var exitCode: Int32 {
        switch self {
        case .none, .unfit: 65
        case .unreadable, .undecided: 66
        }
    }
}
