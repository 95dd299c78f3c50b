import Platform

/// Names of a session's logs.
///
/// A session that is interrupted and resumed goes on in a new part; together the parts hold every
/// episode once, in the order it was lived.
public enum SessionLog {
    /// What a log says wrote it.
    public static let library = "hone 0.1"

    private static let first = "session"
    private static let ending = ".mcap"

    /// The path of a session's log number `part`, from 1, below its directory.
    public static func path(in directory: String, part: Int) -> String {
        guard part > 1 else { return "\(directory)/\(first)\(ending)" }
        let digits = String(part)
        let padding = String(repeating: "0", count: max(0, 4 - digits.count))
        return "\(directory)/\(first)-\(padding)\(digits)\(ending)"
    }

    /// A session's logs with their numbers, in the order they were written.
    public static func parts(
        in directory: String
    ) throws(LogError) -> [(part: Int, path: String, byteCount: Int)] {
        do throws(PlatformError) {
            return try Files.list(directory).compactMap { entry in
                guard !entry.isDirectory, let part = part(of: entry.name) else { return nil }
                return (part, "\(directory)/\(entry.name)", entry.byteCount)
            }.sorted { $0.part < $1.part }
        } catch { throw .cannotRead(error) }
    }

    /// A session's logs in the order they were written.
    public static func paths(in directory: String) throws(LogError) -> [String] {
        try parts(in: directory).map(\.path)
    }

    private static func part(of name: String) -> Int? {
        if name == first + ending { return 1 }
        guard name.hasPrefix(first + "-"), name.hasSuffix(ending) else { return nil }
        let digits = name.dropFirst(first.count + 1).dropLast(ending.count)
        guard let part = Int(digits), part > 1, digits.count >= 4 else { return nil }
        return part
    }
}
