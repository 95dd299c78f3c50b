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
    ///
    /// - Throws: that it is in a format of others, a folder without any of them, or could not be read.
    public init(of path: String) throws(LogError) {
        let format: String?
        do throws(PlatformError) {
            format = try ForeignData.format(of: path)
        } catch { throw .cannotRead(error) }
        if let format { throw .foreign(path: path, format: format) }
        let isFolder = Files.isDirectory(path)
        // A link that a person names is followed; none that is found in a session.
        let place: String
        do throws(PlatformError) { place = isFolder ? path : try Files.resolved(path) } catch {
            throw .cannotRead(error)
        }
        if isFolder {
            let inside = place + "/log"
            do throws(PlatformError) { try Files.demandDirectory(inside) } catch {
                throw .cannotRead(error)
            }
            folder = Files.isDirectory(inside) ? inside : place
        } else {
            let slash = place.lastIndex(of: "/")
            folder = slash.map { $0 == place.startIndex ? "/" : String(place[..<$0]) } ?? "."
        }
        // A part into which nothing was written yet says nothing.
        let parts = isFolder ? try SessionLog.parts(in: folder) : []
        let found = isFolder ? parts.filter { $0.byteCount > 0 }.map(\.path) : [place]
        logs = found.isEmpty ? [SessionLog.path(in: folder, part: 1)] : found
        let series = try SessionLog.series(SessionLog.labelStem, in: folder)
        // Nor does a label of which nothing could be written.
        labels = series.filter { $0.byteCount > 0 }.map(\.path)
        nextLabel =
            "\(folder)/\(SessionLog.name(SessionLog.labelStem, part: (series.last?.part ?? 0) + 1))"
        let isEmpty = parts.isEmpty && series.isEmpty && folder == place && session == nil
        if isFolder, isEmpty, !Files.exists(SessionLog.rings(of: logs[0])) {
            throw .noSession(path: path, inside: try Self.sessions(in: path))
        }
    }

    /// Names of the sessions in a folder of them, sorted.
    private static func sessions(in folder: String) throws(LogError) -> [String] {
        let entries: [DirectoryEntry]
        do throws(PlatformError) { entries = try Files.list(folder) } catch {
            throw .cannotRead(error)
        }
        return entries.filter { entry in
            guard entry.isDirectory else { return false }
            let inside = URL(fileURLWithPath: "\(folder)/\(entry.name)")
            return Files.exists(SessionDirectory(existing: inside).session.path)
        }.map(\.name).sorted()
    }
}
