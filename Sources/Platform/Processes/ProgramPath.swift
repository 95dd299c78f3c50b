internal import Glibc

/// Where a program is that is called without a path.
enum ProgramPath {
    /// Where the system looks when `PATH` does not say.
    private static let usual = "/usr/local/bin:/usr/bin:/bin"

    /// The file of a program: as it is named with a slash, else of the first folder of `PATH` that has it.
    ///
    /// Never of the working directory, nor of a folder that is relative to it: whoever has laid a file there is not asked
    /// for a program.
    static func find(_ name: String) throws(PlatformError) -> String {
        guard !name.contains("/") else { return name }
        let folders = getenv("PATH").map { String(cString: $0) } ?? usual
        for folder in folders.split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            if !name.isEmpty, !Files.isDirectory(path), access(path, X_OK) == 0 { return path }
        }
        throw .system(attempted: "run", subject: name, code: ENOENT)
    }
}
