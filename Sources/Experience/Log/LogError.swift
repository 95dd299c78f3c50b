import Platform

/// Why a session log could not be written or opened.
///
/// What is wrong *inside* a log that could be opened is not an error but a `LogIssue` in the
/// reader's report: the rest of it is still read.
public enum LogError: Error, Sendable, Equatable {
    /// The file could not be created.
    case cannotCreate(PlatformError)
    /// Bytes could not be appended, or the kernel could not promise that they are on the disk.
    ///
    /// What was durable before still is; the file is not used again.
    case cannotWrite(PlatformError)
    /// The file could not be read.
    case cannotRead(PlatformError)
    /// A log that another program has compressed; it is whole, and Hone does not read it.
    case compressed(path: String, with: String)
    /// No log and no session: data in a format of others, which is imported first.
    case foreign(path: String, format: String)
    /// A folder that is no session and has no log; `inside` are names of folders in it that are sessions.
    case noSession(path: String, inside: [String])
    /// A record, commit or close after `close`, or after an earlier error.
    case closed(path: String)
    /// The recorder's thread could not be started.
    case cannotStart(PlatformError)
}

extension LogError: CustomStringConvertible {
    /// What was attempted, what was found, what to do.
    public var description: String {
        switch self {
        case .cannotCreate(let cause):
            "creating a session log: \(cause); check that its directory exists and that no log of "
                + "this name is there"
        case .cannotWrite(let cause):
            "writing the session log: \(cause); everything committed before is safe and nothing "
                + "after it is trained on; make room, or repair the disk"
        case .cannotRead(let cause):
            "reading a session log: \(cause)"
        case .compressed(let path, let compression):
            "reading a session log: \(path.printable) is compressed with \(compression), which Hone does not read; "
                + "make an uncompressed copy with the mcap tool, mcap decompress \(path.printable) -o NEW.mcap, and "
                + "put that in its place"
        case .foreign(let path, let format):
            "reading a session: \(path.printable) is data of others (\(format)); hone episodes import "
                + "\(path.printable) --launch LAUNCH makes a session of it, which can then be named here"
        case .noSession(let path, let inside):
            "reading a session log: \(path.printable) is no session: it has no session.json, no log/ and no "
                + "session.mcap; "
                + (inside.last.map {
                    "name one of the \(inside.count) in it, such as \("\(path)/\($0)".printable)"
                } ?? "name the directory of a session")
        case .closed(let path):
            "recording into \(path), which is closed or failed before; start a new log"
        case .cannotStart(let cause):
            "starting the recorder: \(cause)"
        }
    }
}

extension LogError: HasExitCode {
    /// The sysexits code.
    public var exitCode: Int32 {
        switch self {
        case .compressed, .foreign: 65
        case .cannotRead, .noSession: 66
        case .cannotStart, .closed: 70
        case .cannotCreate: 73
        case .cannotWrite: 74
        }
    }
}
