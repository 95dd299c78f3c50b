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

    /// A machine busy with other tests must not look like a robot that fails.
    func allowBusyMachine() throws {
        try change(
            "robots/sim-widowx.yaml", "observation_hold_ms: 50", "observation_hold_ms: 200")
        try change(
            "robots/sim-widowx.yaml", "observation_stop_ms: 250",
            "observation_stop_ms: 2000\n  tick_hold_ms: 200\n  tick_stop_ms: 2000\n"
                + "  missing_samples: 20")
    }

    /// Replaces `old`, which must be there.
    func change(_ file: String, _ old: String, _ new: String) throws {
        let text = try scratch.text(file)
        try #require(text.contains(old))
        try text.replacingOccurrences(of: old, with: new)
            .write(toFile: scratch.path(file), atomically: true, encoding: .utf8)
    }
}
