import Platform

/// Which files hold what a session recorded, in the order they are read: the one place that knows.
public struct SessionFiles: Sendable, Equatable {
    /// Where all of them are.
    public let folder: String
    /// The logs, oldest first; at least one, which need not exist.
    public let logs: [String]
    /// Labels that people gave afterwards, oldest first.
    public let labels: [String]

    /// Finds the files of a session directory, of its `log/` folder, or of one log with the labels beside it.
    public init(of path: String) throws(LogError) {
        let isFolder = Files.isDirectory(path)
        if isFolder {
            let inside = path + "/log"
            folder = Files.isDirectory(inside) ? inside : path
        } else {
            let slash = path.lastIndex(of: "/")
            folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        }
        var names: [String] = []
        do throws(PlatformError) {
            names = try Files.list(folder).filter { !$0.isDirectory }.map(\.name)
        } catch { throw .cannotRead(error) }
        let place = folder
        func series(_ stem: String) -> [String] {
            names.compactMap { name in
                SessionLog.part(of: name, in: stem).map { (part: $0, name: name) }
            }
            .sorted { $0.part < $1.part }.map { "\(place)/\($0.name)" }
        }
        let found = isFolder ? series(SessionLog.stem) : [path]
        logs = found.isEmpty ? ["\(place)/\(SessionLog.stem).mcap"] : found
        labels = series(SessionLog.labelStem)
    }

    /// Where the next label goes.
    var nextLabel: String {
        let last = labels.last.flatMap { path in
            path.lastIndex(of: "/").flatMap { slash in
                SessionLog.part(
                    of: String(path[path.index(after: slash)...]), in: SessionLog.labelStem)
            }
        }
        return "\(folder)/\(SessionLog.name(SessionLog.labelStem, part: (last ?? 0) + 1))"
    }
}
