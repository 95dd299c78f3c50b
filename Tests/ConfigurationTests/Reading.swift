import Foundation

@testable import Configuration

/// This repository.
let project = Project(
    root: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path)

/// What `hone` would print about a text; empty when nothing is wrong.
func mistakes(inRobot text: String) -> [ConfigurationError] {
    let diagnostics = Diagnostics()
    let source = diagnostics.addSource(path: "robots/test.yaml", text: text)
    if let root = YAMLReader.read(source: source, diagnostics: diagnostics) {
        _ = RobotFile.decode(root, name: "test", diagnostics: diagnostics)
    }
    return diagnostics.errors
}

/// The same for a text of which only the YAML is of interest.
func mistakes(inYAML text: String) -> [ConfigurationError] {
    let diagnostics = Diagnostics()
    let source = diagnostics.addSource(path: "test.yaml", text: text)
    _ = YAMLReader.read(source: source, diagnostics: diagnostics)
    return diagnostics.errors
}

/// `line:column message` of each mistake.
func brief(_ errors: [ConfigurationError]) -> [String] {
    errors.map { "\($0.line):\($0.column) \($0.message)" }
}

/// A folder with copies of robots/, calibration/ and launch/ that a test may spoil.
final class ScratchProject {
    let project: Project

    init() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("hone-configuration-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder + "/launch", withIntermediateDirectories: true)
        self.project = Project(root: folder)
        let shipped = Configuration.Project(root: Self.shipped)
        for (kind, names) in [
            ("robots", shipped.robots), ("calibration", shipped.calibrations),
            ("launch", shipped.launches),
        ] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(kind)", withIntermediateDirectories: true)
            for name in names {
                let text = try String(
                    contentsOfFile: "\(Self.shipped)/\(kind)/\(name).yaml", encoding: .utf8)
                try write(text, to: "\(kind)/\(name).yaml")
            }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: project.root) }

    private static var shipped: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    func write(_ text: String, to path: String) throws {
        try text.write(toFile: "\(project.root)/\(path)", atomically: false, encoding: .utf8)
    }

    func replace(_ old: String, with new: String, in path: String) throws {
        let text = try String(contentsOfFile: "\(project.root)/\(path)", encoding: .utf8)
        precondition(text.contains(old), "\(path) has no \(old)")
        try write(text.replacingOccurrences(of: old, with: new), to: path)
    }

    /// What is printed when the launch is read; empty when it is right.
    func complaint(_ launch: String, _ overrides: [String] = []) -> String {
        do {
            _ = try LaunchFile.read(launch, in: project, overrides: overrides)
            return ""
        } catch {
            return error.description
        }
    }
}
