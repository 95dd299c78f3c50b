import Platform

/// What a session's logs are called.
///
/// A session that is interrupted and resumed goes on in a new part; together the parts hold every
/// episode once, in the order it was lived.
public enum SessionLog {
    /// What a log says wrote it: the program and its version.
    public static let library = "hone " + Version.text
    /// What those say that this version reads.
    ///
    /// Whole texts, because nothing else says that a bit of that line has flipped.
    static let knownLibraries = [library, "hone 0.1"]
    /// What the names of logs end with.
    static let ending = ".mcap"
    /// What the names of their recorders' rings end with.
    static let ringEnding = ".ring"
    /// The stem of the logs: `session.mcap`, then `session-0002.mcap` and so on.
    static let stem = "session"
    /// More parts than a session has.
    private static let mostParts = 1_000_000
    /// The stem of the labels: `labels-0001.mcap` and so on.
    static let labelStem = "labels"

    /// The name of part `number` of a series.
    static func name(_ stem: String, part number: Int) -> String {
        if stem == self.stem, number == 1 { return stem + ending }
        return "\(stem)-\(number.padded(to: 4))\(ending)"
    }

    /// Which part of a series a file is; nil when it is none, such as a recovered copy.
    static func part(of name: String, in stem: String) -> Int? {
        let number = name.drop { !$0.isNumber }.prefix { $0.isNumber }
        guard let part = number.isEmpty ? 1 : Int(number), (1..<mostParts).contains(part) else {
            return nil
        }
        return Self.name(stem, part: part) == name ? part : nil
    }

    /// Whether a recorder gives such a name to a log or to its ring.
    public static func isOwn(_ name: String) -> Bool {
        let log = name.hasSuffix(ringEnding) ? name.dropLast(ringEnding.count) + ending : name[...]
        return part(of: String(log), in: stem) != nil || part(of: String(log), in: labelStem) != nil
    }

    /// The files of a series with their numbers, in the order they were written.
    static func series(
        _ stem: String, in directory: String
    ) throws(LogError) -> [(part: Int, path: String, byteCount: Int)] {
        do throws(PlatformError) {
            return try Files.list(directory).compactMap { entry in
                guard !entry.isDirectory, let part = part(of: entry.name, in: stem) else {
                    return nil
                }
                return (part, "\(directory)/\(entry.name)", entry.byteCount)
            }.sorted { $0.part < $1.part }
        } catch { throw .cannotRead(error) }
    }

    /// Where the rings of a log's recorder are found.
    static func rings(of log: String) -> String {
        (log.hasSuffix(ending) ? String(log.dropLast(ending.count)) : log) + ringEnding
    }

    /// The path of a session's log number `part`, from 1, below its directory.
    public static func path(in directory: String, part: Int) -> String {
        "\(directory)/\(name(stem, part: part))"
    }

    /// A session's logs with their numbers, in the order they were written.
    public static func parts(
        in directory: String
    ) throws(LogError) -> [(part: Int, path: String, byteCount: Int)] {
        try series(stem, in: directory)
    }
}
