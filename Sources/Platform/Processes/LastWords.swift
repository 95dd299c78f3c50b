/// What a program said last, as its output file has it: the line that tells a person why it ended.
///
/// Reads at most the end of the file; anything in it may be missing, endless or not text.
public struct LastWords: Sendable, Equatable {
    /// The line, shortened and printable; nil where it said nothing.
    public let line: String?

    /// Bytes from the end that are looked at.
    private static let mostBytes = 65_536
    /// Characters that are shown.
    private static let mostCharacters = 400

    /// Reads the end of a file; one that cannot be read says nothing.
    public init(of path: String) {
        line = Self.line(in: Self.end(of: path))
    }

    /// Of a traceback the line that names the error, else the last line that is not empty.
    static func line(in text: String) -> String? {
        let lines = text.split(whereSeparator: \.isNewline)
        let hasWords = { (line: Substring) in line.contains { !$0.isWhitespace } }
        var found = lines.last(where: hasWords)
        if let traceback = lines.lastIndex(where: { $0.hasPrefix("Traceback (most recent") }) {
            let behind = lines[(traceback + 1)...]
            found = behind.first { $0.first?.isWhitespace == false } ?? found
        }
        guard let found else { return nil }
        let line = String(found).printable
        let shown =
            line.count > mostCharacters ? line.prefix(mostCharacters) + " …" : Substring(line)
        return shown + (remedy(for: line).map { "; \($0)" } ?? "")
    }

    /// What to do about the commonest of all.
    private static func remedy(for line: String) -> String? {
        guard line.hasPrefix("ModuleNotFoundError: No module named ") else { return nil }
        return "install the Python package that has it where the bridge runs"
    }

    private static func end(of path: String) -> String {
        do throws(PlatformError) {
            let file = try FileDescriptor(opening: path, .record)
            let count = try file.byteCount()
            try file.seek(to: max(0, count - mostBytes))
            var bytes = [UInt8](repeating: 0, count: min(count, mostBytes))
            let read = try bytes.withUnsafeMutableBufferPointer { all throws(PlatformError) in
                try file.read(into: UnsafeMutableRawBufferPointer(all))
            }
            return String(decoding: bytes[..<read], as: UTF8.self)
        } catch { return "" }
    }
}
