import Foundation
import Platform

/// Where a running session's control socket is: in its directory, or beside where no socket can be made there.
///
/// Some file systems have none: network shares, FAT and NTFS disks, folders of another system. The session directory
/// then holds the path of the socket in a file.
public enum ControlPlace {
    /// The file that says where the socket is.
    private static let pointer = "control.path"

    /// Listens for a session.
    ///
    /// - Parameter directory: the session's.
    /// - Returns: what listens, and what a person should know of it: where it is when it is not in the directory.
    /// - Throws: what kept it from being in the directory, where it can be nowhere else either.
    static func listen(
        in directory: String
    ) throws(PlatformError) -> (listener: LocalListener, note: String?) {
        try? Files.remove(directory + "/" + pointer)
        let refusal: PlatformError
        do throws(PlatformError) {
            return (try LocalListener(at: directory + "/" + OperatorServer.name), nil)
        } catch { refusal = error }
        for folder in folders {
            do throws(PlatformError) {
                let listener = try LocalListener(at: "\(folder)/\(name(of: directory))")
                try Files.replace(
                    directory + "/" + pointer, with: Array((listener.path + "\n").utf8))
                return (
                    listener,
                    "the control socket of this session is \(listener.path): \(refusal)"
                )
            } catch { continue }
        }
        throw refusal
    }

    /// Where to connect to a session.
    ///
    /// - Parameter directory: the session's.
    public static func path(in directory: String) -> String {
        let usual = directory + "/" + OperatorServer.name
        guard !Files.exists(usual),
            let bytes = try? Files.read(directory + "/" + pointer, limit: 4096, .record)
        else { return usual }
        let path = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return path.isEmpty ? usual : path
    }

    /// Takes the pointer away; the socket goes with its listener.
    static func leave(_ directory: String) { try? Files.remove(directory + "/" + pointer) }

    /// Folders of this user alone, the best first.
    private static var folders: [String] {
        let given = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"]
        return [given, "/tmp/hone-control-\(geteuid())"].compactMap { folder in
            guard let folder, folder.hasPrefix("/") else { return nil }
            if folder != given { _ = mkdir(folder, 0o700) }
            return isPrivate(folder) ? folder : nil
        }
    }

    private static func isPrivate(_ folder: String) -> Bool {
        var status = stat()
        return lstat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
    }

    /// The same for a directory each time, so that a dead session's socket is replaced; short.
    private static func name(of directory: String) -> String {
        let path = URL(fileURLWithPath: directory).standardizedFileURL.resolvingSymlinksInPath()
            .path
        return "hone-\(CRC32.checksum(Array(path.utf8)).hexadecimal).control"
    }
}
