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
        if let project = ofProgram { return project }
        throw NoProject(folder: FileManager.default.currentDirectoryPath)
    }

    /// The project around this program, Hone's own where it was built there; nil where it lies in none.
    public static var ofProgram: Project? {
        guard
            let program = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")
        else { return nil }
        return Project.find(from: (program as NSString).deletingLastPathComponent)
    }
}
