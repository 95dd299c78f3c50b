public import Embodiment
internal import Platform

/// Whose keys a bridge admits: a text file, one line each, the public key and a name for people.
///
/// A line whose first word is `#` is a comment. Allocates; not for the tick.
public struct AllowList: Sendable, Equatable {
    /// The names by key.
    public private(set) var names: [PublicKey: String] = [:]

    /// A list with nobody on it.
    public init() {}

    /// Reads a list, in which there must be somebody and which only its owner may change.
    public init(file path: String) throws(KeyError) {
        let (text, mode) = try KeyFile.readOwn(path)
        guard mode & 0o022 == 0 else { throw .writableByOthers(path: path, mode: mode) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = line.split(maxSplits: 1) { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let first = words.first, first != "#" else { continue }
            guard let key = PublicKey(first) else {
                throw .notAnEntry(path: path, line: index + 1)
            }
            names[key] = words.count > 1 ? String(words[1]) : ""
        }
        if names.isEmpty { throw .nobodyAllowed(path: path) }
    }

    /// Adds a line to a list, which is made if there is none; nobody is listed twice.
    public static func add(
        _ key: PublicKey, name: String, to path: String
    ) throws(KeyError) {
        if Files.exists(path) {
            do throws(KeyError) {
                if try AllowList(file: path).contains(key) {
                    throw .isAllowed(key: key, path: path)
                }
            } catch {
                if case .nobodyAllowed = error {} else { throw error }
            }
        }
        do throws(PlatformError) {
            let file = try FileDescriptor(opening: path, .append, permissions: 0o644)
            try file.write(Array("\(key) \(name)\n".utf8))
            try file.sync()
            try file.close()
        } catch { throw .file(error) }
    }

    /// Allows one more.
    public mutating func allow(_ key: PublicKey, name: String = "") { names[key] = name }

    /// Whether the holder of this key is admitted.
    public func contains(_ key: PublicKey) -> Bool { names[key] != nil }
}
