/// One thing in a directory.
public struct DirectoryEntry: Sendable, Equatable {
    /// Its name, without the directory.
    public let name: String
    /// Whether it is a directory itself; a link to one is not.
    public let isDirectory: Bool
    /// Its size in bytes, for a file; of a link that of the path in it.
    public let byteCount: Int
}
