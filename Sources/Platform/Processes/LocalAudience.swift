internal import Glibc

/// Whom the permissions of a local socket let connect, beside its owner and root.
///
/// The least first. A few system calls; any thread.
public enum LocalAudience: Sendable, Equatable, Comparable {
    /// Nobody else.
    case owner
    /// Accounts of a group.
    case group
    /// Every account of the machine.
    case everybody

    /// What the mode of the socket and those of all folders above it come to; nil where no socket is there.
    public static func of(socket path: String) -> LocalAudience? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        var everybody = status.st_mode & S_IWOTH != 0
        var group = everybody || status.st_mode & S_IWGRP != 0
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        var folder = String(cString: resolved)
        while let slash = folder.lastIndex(of: "/"), folder != "/" {
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
            guard stat(folder, &status) == 0 else { return nil }
            let isOpen = status.st_mode & S_IXOTH != 0
            everybody = everybody && isOpen
            group = group && (isOpen || status.st_mode & S_IXGRP != 0)
        }
        return everybody ? .everybody : group ? .group : .owner
    }
}
