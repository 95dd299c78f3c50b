internal import Embodiment
internal import Glibc
internal import Platform

/// Small text files that hold keys.
enum KeyFile {
    /// Longest file read; a list of some hundred keys.
    static let limit = 65_536

    /// The text without white space at its end.
    static func read(_ path: String) throws(KeyError) -> String { try readAll(path).text }

    /// The same of a file that nobody but this user and the administrator can have written, with its permission bits.
    ///
    /// - Throws: `othersFile` for another owner, who could change it whatever the bits say.
    static func readOwn(_ path: String) throws(KeyError) -> (text: String, mode: UInt32) {
        let (text, mode, owner) = try readAll(path)
        guard owner == geteuid() || owner == 0 else {
            throw .othersFile(path: path, owner: owner)
        }
        return (text, mode)
    }

    /// Of the very file that was read.
    private static func readAll(
        _ path: String
    ) throws(KeyError) -> (text: String, mode: UInt32, owner: UInt32) {
        do throws(PlatformError) {
            var (bytes, mode, owner) = try Files.readWithMode(path, limit: limit)
            while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
            return (String(decoding: bytes, as: UTF8.self), mode, owner)
        } catch { throw .file(error) }
    }

    /// Makes a file with one line that survives a crash.
    static func create(
        _ path: String, text: String, permissions: UInt32
    ) throws(PlatformError) {
        let file = try FileDescriptor(opening: path, .create, permissions: permissions)
        try file.write(Array("\(text)\n".utf8))
        try file.sync()
        try file.close()
    }
}
