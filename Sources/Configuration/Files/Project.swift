import Foundation

/// The folder that holds `robots/`, `calibration/` and `launch/`; names resolve against it.
///
/// Or such a folder as a session has recorded it, read without the disk.
public struct Project: Sendable, Equatable {
    /// The folder, without a trailing slash.
    public let root: String
    /// Recorded texts by the path that is shown of them; nil for a folder on the disk.
    private let recorded: [String: String]?

    /// Takes `root` as it is; nothing is read.
    public init(root: String) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
        recorded = nil
    }

    /// The files that a launch was read from, `Launch.sources`, in place of those on the disk.
    public init(recorded sources: [ConfigurationSource]) {
        root = "(recorded)"
        recorded = Dictionary(sources.map { ($0.path, $0.text) }) { first, _ in first }
    }

    /// Whether a robot, a machine or a launch may be called so: letters, digits, `.`, `_` and `-`, 64 at most.
    public static func isFileName(_ name: String) -> Bool { Block.isName(name) }

    /// What was recorded of the file at `path`; nil for files on the disk.
    func recordedText(_ path: String) -> String? { recorded?[shown(path)] }

    /// Whether a file is there.
    func has(_ path: String) -> Bool {
        recorded == nil ? FileManager.default.fileExists(atPath: path) : recorded?[path] != nil
    }

    /// The nearest folder at or above `directory` that holds `robots/`; nil when there is none.
    ///
    /// - Parameter directory: an absolute path; empty for a working directory that is not there any more.
    public static func find(from directory: String) -> Project? {
        guard directory.hasPrefix("/") else { return nil }
        var folder = URL(fileURLWithPath: directory).standardizedFileURL.path
        while true {
            var isFolder: ObjCBool = false
            let robots = (folder == "/" ? "" : folder) + "/robots"
            if FileManager.default.fileExists(atPath: robots, isDirectory: &isFolder),
                isFolder.boolValue
            {
                return Project(root: folder)
            }
            if folder == "/" { return nil }
            folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        }
    }

    /// Names of the robots there are, sorted.
    public var robots: [String] { names(in: "robots") }
    /// Serials of the calibrations there are, sorted.
    public var calibrations: [String] { names(in: "calibration") }
    /// Names of the launches there are, sorted.
    public var launches: [String] { names(in: "launch") }

    /// Names of the grids there are, sorted.
    public var grids: [String] { names(in: "launch/grid") }

    /// Names of the YAML files in one of the three folders, without their ending, sorted.
    func names(in folder: String) -> [String] {
        let files: [String]
        if let recorded {
            files = recorded.keys.filter { $0.hasPrefix("\(folder)/") }
                .map { String($0.dropFirst(folder.count + 1)) }
        } else {
            files =
                (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        }
        return files.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
            .map { String($0.dropLast(5)) }.sorted()
    }

    /// The path to show a person: relative to the project when inside it.
    func shown(_ path: String) -> String {
        path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
    }
}
