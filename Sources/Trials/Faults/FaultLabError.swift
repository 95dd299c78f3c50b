import Platform

/// Why the laboratory of the fault catalogue could not be set up.
enum FaultLabError: Error, HasExitCode, CustomStringConvertible, Sendable {
    /// Its folder cannot be made.
    case noFolder(String, errno: Int32)
    /// A file that was to be changed does not hold what was to be replaced.
    case notInFile(String, text: String)
    /// A session that rows begin with could not be made; what it said.
    case noSession(String)
    /// A process has no thread of that name.
    case noThread(String, name: String)
    /// The recorded session has no successful episode.
    case noEpisode

    /// One sentence: what was tried, what was found, what to do.
    var description: String {
        switch self {
        case .noFolder(let folder, let errno):
            "cannot make the folder \(folder): errno \(errno)"
        case .notInFile(let path, let text): "\(path) does not hold \"\(text)\""
        case .noSession(let errors): errors
        case .noThread(let tasks, let name): "\(tasks) has no \(name)"
        case .noEpisode: "the recorded session has no successful episode"
        }
    }

    /// 66 no input, 73 cannot create.
    var exitCode: Int32 {
        switch self {
        case .noFolder: 73
        default: 66
        }
    }
}
