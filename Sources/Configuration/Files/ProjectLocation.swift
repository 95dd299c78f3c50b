import Foundation

/// Where the YAML files are.
public enum ProjectLocation {
    /// The project around the current directory, or around this program.
    ///
    /// - Throws: `NoProject` where neither lies in one.
    public static func find() throws(NoProject) -> Project {
        if let project = Project.find(from: FileManager.default.currentDirectoryPath) {
            return project
        }
        if let program = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/exe"),
            let project = Project.find(from: (program as NSString).deletingLastPathComponent)
        {
            return project
        }
        throw NoProject(folder: FileManager.default.currentDirectoryPath)
    }
}
