import Platform

/// Names of a session's logs.
public enum SessionLog {
    /// What a log says wrote it.
    public static let library = "hone 0.1"

    /// The path of a session's log number `part`, from 1, below its directory.
    public static func path(in directory: String, part: Int) -> String {
        let digits = String(part)
        return
            "\(directory)/\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits).mcap"
    }

    /// A session's logs in the order they were written.
    public static func paths(in directory: String) throws(LogError) -> [String] {
        do throws(PlatformError) {
            return try Files.list(directory)
                .filter { !$0.isDirectory && $0.name.hasSuffix(".mcap") }
                .map { "\(directory)/\($0.name)" }
        } catch { throw .cannotRead(error) }
    }
}
