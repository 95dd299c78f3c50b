internal import Embodiment
internal import Platform

/// Small text files that hold keys.
enum KeyFile {
    /// Longest file read; a list of some hundred keys.
    static let limit = 65_536

    /// The text without white space at its end, and the permission bits of the very file read.
    static func read(_ path: String) throws(KeyError) -> (text: String, mode: UInt32) {
        do throws(PlatformError) {
            var (bytes, mode) = try Files.readWithMode(path, limit: limit)
            while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
            return (String(decoding: bytes, as: UTF8.self), mode)
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
