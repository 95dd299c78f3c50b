import Platform

/// Why a data set cannot be converted, or recorded episodes cannot be given away.
public enum DatasetError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// A file or folder that was to be made is there.
    case occupied(String)
    /// The same, in the converter's words.
    case taken(String)
    /// An output that cannot be written, in the converter's words.
    case unwritable(String)
    /// A log that is not what was written.
    case damaged(String)
    /// A log of which nothing can be read.
    case nothingToRecover(String)
    /// A recording of another program that holds nothing of Hone's.
    case foreign(String)
    /// A file that is no log, or an empty one.
    case noLog(String)
    /// The converters cannot be run.
    case noConverter(PlatformError)
    /// A package is missing, or cannot be installed; what to do.
    case unavailable(String)
    /// A converter ended with an error; what it said.
    case converterFailed(code: Int32, String)
    /// What a converter handed over is not what was agreed with it.
    case wrongColumns(String)

    /// One sentence: what was tried, what was found, what to do.
    public var description: String {
        switch self {
        case .occupied(let path): "\(path.printable) is there already, and nothing is overwritten"
        case .taken(let text), .unwritable(let text): text
        case .foreign(let path):
            "\(path.printable) is another program's recording and holds nothing of Hone's; episodes of others come in "
                + "with hone episodes import, from the formats that its help lists"
        case .noLog(let path):
            "\(path.printable) is no log of Hone: it is empty, or does not begin as one; name a session's directory or "
                + "a log in its log/"
        case .damaged(let path):
            "\(path.printable) is damaged; `hone episodes recover` writes the intact part to a new file"
        case .nothingToRecover(let path):
            "\(path.printable) holds no record that can be read, so nothing was written; "
                + "`hone episodes verify` shows what is wrong with it"
        case .noConverter(let error): "the converters in launch/datasets: \(error)"
        case .unavailable(let text): "the converters in launch/datasets cannot run: \(text)"
        case .converterFailed(let code, let text):
            "the converters in launch/datasets: it ended with code \(code): \(text)"
        case .wrongColumns(let why): "the converters in launch/datasets: \(why)"
        }
    }

    /// 65 data, 69 unavailable, 73 cannot create, 74 disk.
    public var exitCode: Int32 {
        switch self {
        case .damaged, .nothingToRecover, .foreign, .noLog: 65
        case .noConverter, .unavailable, .converterFailed, .wrongColumns: 69
        case .occupied, .taken: 73
        case .unwritable: 74
        }
    }
}
