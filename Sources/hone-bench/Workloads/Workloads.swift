import Agent
import ArgumentParser
import Embodiment
import Foundation
import Neural
import Platform
import Recipe
import Report

/// The benchmarks: each hot path with its distribution, its products and their limit on this machine.
struct Workloads: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workloads",
        abstract: "Measures hot paths and holds them against what this machine can do (default).",
        discussion: """
            The limit of a workload is the time its matrix products would take at the rate that the \
            fastest kernel, OpenBLAS's or Hone's, reaches at their own shapes, measured in the same \
            run on one thread; so many workers have so many times that. Machines are noisy: compare \
            ratios within a run, not times between runs.
            """)

    @Argument(
        help:
            "Workloads: \(Suite.names.joined(separator: ", ")). None: all but the long ones, \(Suite.long.sorted().joined(separator: " and "))."
    )
    var workloads: [String] = []

    @Option(help: "paper or default.")
    var preset = "default"

    @Option(
        help:
            "\(PolicyKind.allCases.map(\.rawValue).joined(separator: ", ")); the preset's if not given."
    )
    var kind: String?

    @Option(help: "Updates that candidates stay cached, 0 for no cache; the preset's if not given.")
    var cacheAge: Int?

    @Flag(help: "Sample candidates in half precision, where the processor has that.")
    var half = false

    @Option(help: "Width of the policy; the preset's if not given.")
    var width: Int?

    @Option(help: "Steps that the policy plans at once.")
    var horizon = 1

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
        if let kind, PolicyKind(rawValue: kind) == nil {
            throw ValidationError("There is no kind of policy '\(kind)'.")
        }
        guard (1...64).contains(horizon), (width ?? 32).isMultiple(of: 32), width ?? 32 > 0 else {
            throw ValidationError("A horizon is 1 to 64, a width a multiple of 32.")
        }
        guard !half || HalfProducts.areThere else {
            throw ValidationError("This processor has no products of half precision.")
        }
        guard workers >= 1, seconds > 0, (cacheAge ?? 0) >= 0 else {
            throw ValidationError(
                "Workers and seconds are more than 0, the cache's age is not negative.")
        }
    }

    func run() throws {
        #if DEBUG
            throw ValidationError("A debug build says nothing: swift run -c release hone-bench")
        #else
            let old = try compare.map { try Report.read($0) }
            let peer = try against.map { try Report.read($0) }
            let wanted =
                workloads.isEmpty ? Suite.names.filter { !Suite.long.contains($0) } : workloads
            var settings: AlgorithmSettings = preset == "paper" ? .paper : .standard
            if let cacheAge { settings.schedule.candidateCacheAge = cacheAge }
            if kind != nil || width != nil {
                let wanted = kind.flatMap(PolicyKind.init(rawValue:)) ?? settings.policy.kind
                settings.policy = settings.policy.of(wanted, width: width)
            }
            settings.chunk.horizon = horizon
            if half { settings.policy = settings.policy.sampling(in: .half) }
            let suite = Suite(settings: settings, workers: workers, seconds: seconds)
            var report = Report(
                preset: preset, kind: settings.policy.kind.rawValue, workers: workers, isHalf: half)
            if !json { say(report.title) }
            for name in Suite.names where wanted.contains(name) {
                for result in suite.run(name) {
                    report.results.append(result)
                    if !json { say(result.text(old: old, peer: peer)) }
                }
            }
            if json {
                say(report.value.pretty)
            } else {
                say("peak memory \(Memory.peakBytes >> 20) MiB")
            }
        #endif
    }

    /// One line, at once: a long workload is watched through a pipe too.
    private func say(_ line: String) { Terminal.writeToStandardOutput(line + "\n") }
}
