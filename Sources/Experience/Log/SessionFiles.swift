import Foundation
import Platform

/// Which files hold what a session recorded, in the order they are read: the one place that knows.
public struct SessionFiles: Sendable, Equatable {
    /// Where all of them are.
    public let folder: String
    /// The logs, oldest first; at least one, which need not exist.
    public let logs: [String]
    /// Labels that people gave afterwards, oldest first.
    public let labels: [String]
    /// Where the next label goes.
    let nextLabel: String

    /// `session.json` of the session that they are of, above them or beside them; nil where there is none.
    public var session: URL? {
        let own = URL(fileURLWithPath: folder)
        return [own.deletingLastPathComponent(), own].lazy
            .map { SessionDirectory(existing: $0).session }
            .first { Files.exists($0.path) }
    }

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
        // A part into which nothing was written yet says nothing.
        let found =
            isFolder
            ? try SessionLog.parts(in: folder).filter { $0.byteCount > 0 }.map(\.path) : [path]
        logs = found.isEmpty ? [SessionLog.path(in: folder, part: 1)] : found
        let series = try SessionLog.series(SessionLog.labelStem, in: folder)
        labels = series.map(\.path)
        nextLabel =
            "\(folder)/\(SessionLog.name(SessionLog.labelStem, part: (series.last?.part ?? 0) + 1))"
    }
}
