import Foundation

/// The folder that holds `robots/`, `calibration/` and `launch/`; names resolve against it.
public struct Project: Sendable, Equatable {
    /// The folder, without a trailing slash.
    public let root: String

    /// Takes `root` as it is; nothing is read.
    public init(root: String) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
    }

    /// The nearest folder at or above `directory` that holds `robots/`; nil when there is none.
    public static func find(from directory: String) -> Project? {
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

    /// Names of the YAML files in one of the three folders, without their ending, sorted.
    func names(in folder: String) -> [String] {
        let files =
            (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return files.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
            .map { String($0.dropLast(5)) }.sorted()
    }

    /// The path to show a person: relative to the project when inside it.
    func shown(_ path: String) -> String {
        path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
    }
}
