import Platform

/// What keeps a grid from being run.
enum GridError: Error, CustomStringConvertible {
    /// A file in the results' folder is none.
    case noResult(String, String)
    /// Results that are not of what would run now.
    case stale(folder: String, [String])
    /// Sessions that did not come to their ends.
    case failed([String])

    var description: String {
        switch self {
        case .noResult(let path, let why):
            "\(path) cannot be used as a result: \(why). Remove it, and its session is run again."
        case .stale(let folder, let files):
            "Results in \(folder) are not of what would run now:\n"
                + files.map { "  \($0)\n" }.joined()
                + "Nothing has run. Give --rerun to run these again, or give a changed arm another name."
        case .failed(let lines):
            "Sessions did not come to their ends:\n" + lines.map { "  \($0)\n" }.joined()
                + "The others are done; the same command begins these again."
        }
    }
}
