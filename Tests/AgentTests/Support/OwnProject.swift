import Foundation
import Testing

/// A copy of the project's YAML files that a test may change.
struct OwnProject {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        for folder in ["robots", "calibration", "launch"] {
            try FileManager.default.createDirectory(
                atPath: scratch.path(folder), withIntermediateDirectories: true)
            let source = HoneProgram.root + "/" + folder
            for name in try FileManager.default.contentsOfDirectory(atPath: source)
            where name.hasSuffix(".yaml") {
                try FileManager.default.copyItem(
                    atPath: source + "/" + name, toPath: scratch.path(folder + "/" + name))
            }
        }
    }

    /// Replaces `old`, which must be there.
    func change(_ file: String, _ old: String, _ new: String) throws {
        let text = try scratch.text(file)
        try #require(text.contains(old))
        try text.replacingOccurrences(of: old, with: new)
            .write(toFile: scratch.path(file), atomically: true, encoding: .utf8)
    }
}
