internal import Glibc

extension Files {
    /// Bytes that this user may still write where `path` is, or would be: the file system of the
    /// nearest folder above it that exists.
    public static func freeBytes(near path: String) throws(PlatformError) -> UInt64 {
        var folder = path.isEmpty ? "." : path
        while !exists(folder) {
            guard let slash = folder.lastIndex(of: "/") else {
                folder = "."
                break
            }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
        var facts = statvfs()
        if statvfs(folder, &facts) != 0 {
            throw .system(attempted: "look at the file system of", subject: folder, code: errno)
        }
        // What has no blocks, such as /proc, does not say.
        if facts.f_blocks == 0 { return .max }
        return UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
    }
}
