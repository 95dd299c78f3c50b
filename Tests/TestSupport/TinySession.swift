import Embodiment
import Experience
import Foundation
import Testing

@testable import Report

/// Sessions that show every stage within seconds: tiny networks, few updates, few episodes.
enum TinySession {
    /// `--set` arguments for networks that learn nothing and cost nothing.
    static let networks = sets([
        "policy.hidden=16", "policy.num_blocks=1", "policy.time_dim=8", "policy.batch_size=16",
        "critic.hidden=16", "critic.critic_ensemble_size=2", "critic.num_bins=16",
        "critic.batch_size=16", "optimisation.num_base_policy_actions=4",
        "optimisation.num_actions_to_keep=2", "optimisation.num_steps=1",
    ])

    /// `--set` arguments for few updates and episodes.
    static let amounts = sets([
        "session.demonstrations=2", "session.evaluation_episodes=2", "session.robot_minutes=0.5",
        "session.max_online_episodes=2", "training.num_imitation_updates=60",
        "training.num_offline_updates=60", "training.num_warmup_trajectories=1",
        "training.critic_utd=0.5", "training.base_policy_utd=0.5",
    ])

    /// Both.
    static let arguments = networks + amounts

    /// `--set` before each.
    static func sets(_ pairs: [String]) -> [String] { pairs.flatMap { ["--set", $0] } }
}

/// A session directory as its reader finds it.
struct FinishedSession {
    let folder: String

    init(_ folder: String) { self.folder = folder }

    /// `report.json`.
    var report: SessionReport {
        get throws {
            try SessionReport(
                json: try Data(contentsOf: URL(fileURLWithPath: folder + "/report.json")))
        }
    }

    /// Everything in the log: whole episodes, and what is wrong with the file.
    var log: (episodes: [Episode], report: LogReport) {
        get throws { try SessionLogReader(session: folder + "/log").episodes() }
    }

    /// The log's file.
    var logBytes: Data {
        get throws { try Data(contentsOf: URL(fileURLWithPath: folder + "/log/session.mcap")) }
    }

    /// Everything in the log, in order.
    var records: [LogRecord] {
        get throws {
            var found: [LogRecord] = []
            try SessionLogReader(session: folder + "/log").records { record, _ in
                found.append(record)
            }
            return found
        }
    }

    /// The last file of a folder of the session, by name.
    func last(_ part: String) throws -> NamedFile {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/" + part)
        let name = try #require(names.max())
        return NamedFile(
            name: name,
            bytes: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(part)/\(name)")))
    }

    /// Ticks of the log in order.
    var ticks: [TickRecord] {
        get throws {
            try records.compactMap { record in
                if case .tick(let tick) = record { tick } else { nil }
            }
        }
    }

    /// Every published version of the weights, by file name.
    var weights: [String: Data] {
        get throws {
            var found: [String: Data] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/weights") {
                found[name] = FileManager.default.contents(atPath: folder + "/weights/" + name)
            }
            return found
        }
    }

    /// The last line of what the simulated robot said, once it has ended.
    func robotsLastWord(_ name: String = "bridge") throws -> String {
        let text = try String(contentsOfFile: folder + "/log/\(name).txt", encoding: .utf8)
        return text.split(separator: "\n").last.map(String.init) ?? ""
    }

    /// `metrics.jsonl`.
    var metrics: String {
        get throws { try String(contentsOfFile: folder + "/metrics.jsonl", encoding: .utf8) }
    }

    /// Training episodes that `metrics.jsonl` holds so far.
    var episodesSoFar: Int {
        let text = (try? String(contentsOfFile: folder + "/metrics.jsonl", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").count { $0.contains("\"monte_carlo_return\"") }
    }
}

/// A file's name and content.
struct NamedFile: Equatable {
    var name: String
    var bytes: Data
    var parts: (String, Data) { (name, bytes) }
}

/// Expects what `SimulationCommand` says when a robot was left as it should be.
func expectLeftAtRest(_ lastWord: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(
        lastWord.contains("robot disabled and at rest")
            || lastWord.contains("robot requested and at rest"),
        "the robot's last word: \(lastWord)", sourceLocation: sourceLocation)
    #expect(lastWord.contains(" 0 limit violations"), sourceLocation: sourceLocation)
}
