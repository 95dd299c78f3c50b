import Agent
import ArgumentParser
import Foundation
import Platform
import Recipe

/// `hone-bench smoke`: every bench once, at sizes that take seconds: that each runs, not how fast it is.
struct Smoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smoke",
        abstract: "Runs every bench once and briefly, judging no time.",
        discussion: "Run it in the project's folder, whose kept inputs the parsers read.")

    /// Networks and batches at which an update costs next to nothing.
    private static var settings: AlgorithmSettings {
        var settings = AlgorithmSettings.standard
        settings.policy = .diffusion(DiffusionSettings(hidden: 16, blocks: 1, timeDimension: 8))
        settings.policyTraining.batchSize = 16
        (settings.critic.hidden, settings.critic.ensembleSize, settings.critic.bins) = (16, 2, 16)
        settings.critic.batchSize = 16
        (settings.optimisation.baseActions, settings.optimisation.keptActions) = (4, 2)
        return settings
    }

    func run() throws {
        for name in Suite.names { try run(name) }
        let few = ["--second", "100000", "--third", "20000", "--robots", "1000"]
        try Limits.parse(few + ["--injections", "100", "--stops", "20"]).run()
        let folder = NSTemporaryDirectory()
        try Recording.parse(["--seconds", "0.2", "--turns", "1", "--directory", folder]).run()
        for parser in FuzzTarget.allCases {
            try Fuzz.parse([parser.rawValue, "--runs", "200"]).run()
        }
    }

    /// Runs one workload.
    ///
    /// No time is judged, but nothing is faster than what it is made of.
    ///
    /// A limit that was measured while another program had the core is too slow: it is measured again, with the
    /// workload, as often as `mostTries`.
    private func run(_ name: String) throws {
        var tries = 0
        while true {
            let results = Suite(settings: Self.settings, workers: 2, seconds: 0.01).run(name)
            guard !results.isEmpty, results.allSatisfy({ $0.histogram.count > 0 }) else {
                throw Silent(workload: name)
            }
            for result in results { print(result.text(old: nil, peer: nil)) }
            let beyond = results.first { ($0.share ?? 0) > Self.mostShare }
            guard let beyond, let share = beyond.share else { return }
            tries += 1
            if tries == Self.mostTries { throw BeyondLimit(workload: beyond.name, share: share) }
        }
    }

    /// Times that a workload beyond its limit is measured, with the limit.
    private static let mostTries = 5

    /// A share of the limit beyond 1 by more than what two measurements of one product differ.
    private static let mostShare = 1.1

    /// A workload that says it is faster than its products.
    struct BeyondLimit: Error, CustomStringConvertible {
        let workload: String
        let share: Double
        var description: String {
            "The workload \(workload) reached \(rounded(share, 2)) of its limit: the limit is wrong."
        }
    }

    /// A workload of which nothing was measured.
    struct Silent: Error, CustomStringConvertible {
        let workload: String
        var description: String { "The workload \(workload) ran, and nothing was measured." }
    }
}
