import Agent
import ArgumentParser
import Embodiment
import Foundation
import Neural

/// The benchmarks: each hot path with its distribution, its products and their limit on this machine.
struct Workloads: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workloads",
        abstract: "Measures hot paths and holds them against what this machine can do (default).",
        discussion: """
            The limit of a workload is the time its matrix products would take at the rate that \
            OpenBLAS reaches at their own shapes, measured in the same run on one thread. Machines \
            are noisy: compare ratios within a run, not times between runs.
            """)

    @Argument(help: "Workloads: \(Suite.names.joined(separator: ", ")); all if none is named.")
    var workloads: [String] = []

    @Option(help: "paper or default.")
    var preset = "default"

    @Option(help: "Threads of the learner, the caller included.")
    var workers = 1

    @Option(help: "Seconds per workload, at least.")
    var seconds = 2.0

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    @Option(help: "An earlier --json output to compare with.")
    var compare: String?

    @Option(help: "Output of the PyTorch program to compare with.")
    var against: String?

    func validate() throws {
        for name in workloads where !Suite.names.contains(name) {
            throw ValidationError(
                "There is no workload '\(name)'; there are \(Suite.names.joined(separator: ", ")).")
        }
        guard ["paper", "default"].contains(preset) else {
            throw ValidationError("A preset is 'paper' or 'default', not '\(preset)'.")
        }
        guard workers >= 1, seconds > 0 else {
            throw ValidationError("Workers and seconds are more than 0.")
        }
    }

    func run() throws {
        #if DEBUG
            throw ValidationError("A debug build says nothing: swift run -c release hone-bench")
        #else
            let old = try compare.map { try Report.read($0) }
            let peer = try against.map { try Report.read($0) }
            let wanted = workloads.isEmpty ? Suite.names : workloads
            let suite = Suite(
                settings: preset == "paper" ? .paper : .standard, workers: workers,
                seconds: seconds)
            var report = Report(preset: preset, workers: workers)
            if !json { print(report.title) }
            for name in Suite.names where wanted.contains(name) {
                for result in suite.run(name) {
                    report.results.append(result)
                    if !json { print(result.text(old: old, peer: peer)) }
                }
            }
            if json { print(report.value.pretty) }
        #endif
    }
}
