import Agent
import Configuration
import Embodiment
import Foundation
import Platform

/// A copy of this project's files whose simulated robot is decided for at another rate, with steps as much smaller.
enum ProjectCopy {
    private static let robot = "robots/sim-widowx.yaml"

    /// Makes it anew.
    ///
    /// - Returns: its folder.
    static func make(at folder: String, policyRateHz: Double) throws -> String {
        let files = FileManager.default
        try? files.removeItem(atPath: folder)
        try Files.makeDirectories(folder)
        for name in ["Package.swift", "robots", "calibration", "launch"] {
            try files.copyItem(atPath: name, toPath: "\(folder)/\(name)")
        }
        let text = try String(contentsOfFile: robot, encoding: .utf8)
        let path = "\(folder)/\(robot)"
        let changed = atRate(policyRateHz, text)
        try Files.replace(path, with: Array(changed.utf8))
        let read = try RobotFile.read(text: changed, named: path)
        guard read.policyRateHz == policyRateHz else { throw SessionBenchError.noRobotRate(path) }
        return folder
    }

    /// A robot file's text at another rate: the actions of axes that are moved by differences shrink with the step.
    static func atRate(_ policyRateHz: Double, _ text: String) -> String {
        var share = 1.0
        var isDelta = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let words = line.split { $0 == " " }
            guard words.count >= 2 else { return String(line) }
            switch words[0] {
            case "policy_rate_hz:":
                if let old = Double(words[1]) { share = old / policyRateHz }
                return "policy_rate_hz: \(policyRateHz)"
            case "kind:": isDelta = words[1] == "delta"
            case let key
            where isDelta && (key.hasPrefix("action_low") || key.hasPrefix("action_high")):
                guard let old = Double(words[1]) else { return String(line) }
                return line.prefix { $0 == " " } + "\(key) \(old * share)"
            default: break
            }
            return String(line)
        }.joined(separator: "\n")
    }
}
