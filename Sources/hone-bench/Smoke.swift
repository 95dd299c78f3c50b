import Agent
import ArgumentParser
import Embodiment
import Foundation
import Platform
import Recipe

/// Every bench once, at sizes that take seconds: that each runs and measures something, not how fast it is.
///
/// Run in the folder of the repository, whose kept inputs the parsers read.
enum Smoke {
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

    /// Runs them all; each says what it did.
    ///
    /// - Throws: where a workload measured nothing, or a bench found what it looks for.
    static func run() throws {
        let suite = Suite(settings: settings, workers: 2, seconds: 0.01)
        for name in Suite.names {
            let results = suite.run(name)
            guard !results.isEmpty, results.allSatisfy({ $0.histogram.count > 0 }) else {
                throw Silent(workload: name)
            }
            for result in results { print(result.text(old: nil, peer: nil)) }
        }
        let few = ["--second", "100000", "--third", "20000", "--robots", "1000"]
        try Limits.parse(few + ["--injections", "100", "--stops", "20"]).run()
        let folder = NSTemporaryDirectory()
        try Recording.parse(["--seconds", "0.2", "--turns", "1", "--directory", folder]).run()
        for parser in FuzzTarget.allCases {
            try Fuzz.parse([parser.rawValue, "--runs", "200"]).run()
        }
    }

    /// A workload of which nothing was measured.
    struct Silent: Error, CustomStringConvertible {
        let workload: String
        var description: String { "The workload \(workload) ran, and nothing was measured." }
    }
}
