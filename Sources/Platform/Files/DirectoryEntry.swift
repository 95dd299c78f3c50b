/// One thing in a directory.
public struct DirectoryEntry: Sendable, Equatable {
    /// Its name, without the directory.
    public let name: String
    /// Whether it is a directory itself (links are followed).
    public let isDirectory: Bool
    /// Its size in bytes, for a file.
    public let byteCount: Int
}
