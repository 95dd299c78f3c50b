import Embodiment
import Foundation

@testable import Report
@testable import TestSupport

/// A session that never was, drawn from a seed: what the tests of the report look at.
enum ReportSample {
    /// Its noise.
    typealias Generator = UniformNumbers

    static func report(seed: UInt64 = 0, wallScale: Double = 1) -> SessionReport {
        var random = Generator(state: seed)
        var report = SessionReport(
            task: "cup to rack", robot: "sim-widowx", seed: seed, schedule: "realtime",
            preset: "default", version: "hone 0.1.0")
        report.episodes = episodes(&random)
        report.updates = updates(&random)
        report.successBefore = SuccessRate(successes: 47, episodes: 100)
        report.successAfter = SuccessRate(successes: 96, episodes: 100)
        report.evaluations = [
            EvaluationRecord(
                name: "before", afterEpisodes: 0, policyVersion: 1,
                success: SuccessRate(successes: 47, episodes: 100), meanReturn: -44.8,
                meanLength: 45.2),
            EvaluationRecord(
                name: "halfway", afterEpisodes: 80, policyVersion: 41,
                success: SuccessRate(successes: 16, episodes: 20), meanReturn: -31.5,
                meanLength: 32.3),
            EvaluationRecord(
                name: "after", afterEpisodes: 160, policyVersion: 82,
                success: SuccessRate(successes: 96, episodes: 100), meanReturn: -24.1,
                meanLength: 25.0),
        ]
        report.robotMinutes = 38.4
        report.wallSeconds = 541.3 * wallScale
        report.episodesTrained = 160
        report.transitions = 9_214
        report.criticUpdates = 52_000
        report.policyUpdates = 31_000
        report.swaps = 81
        report.rollbacks = 1
        report.stops = 1
        report.holds = 3
        report.ticks = 230_412
        report.ticksLate = 58
        report.tickLateness = lateness(&random, count: 230_412, scale: 4e-6 * wallScale)
        report.policyLatency = lateness(&random, count: 11_520, scale: 900e-6 * wallScale)
        report.realtime = RealtimeRecord(
            level: "RT1", speedShare: 0.5,
            summary: "RT1: priority granted, memory not locked, core 1",
            idleLateness: lateness(&random, count: 200, scale: 3e-6 * wallScale), minorFaults: 12,
            majorFaults: 1)
        report.stages = [
            ("demonstrations", 12.0), ("imitation", 48), ("offline Cal-QL", 121),
            ("evaluation before", 22), ("online PA-RL", 310), ("evaluation after", 27.4),
        ].map { StageRecord(name: $0.0, wallSeconds: $0.1 * wallScale) }
        report.events = [
            EventRecord(
                kind: .hold, robotSeconds: 312.4, episode: 21,
                cause: "sample 41 ms old, limit 30 ms"),
            EventRecord(
                kind: .stop, robotSeconds: 824.9, episode: 57,
                cause: "bridge: operator pressed stop <button 2> & released"),
            EventRecord(
                kind: .rollback, robotSeconds: 1430, cause: "weights 44: success 5 of 20, was 16"),
        ]
        return report
    }

    private static func episodes(_ random: inout Generator) -> [EpisodeRecord] {
        (1...160).map { episode in
            let progress = Double(episode) / 160
            let isSuccess = random.next() < 0.45 + 0.52 * (1 - exp(-3 * progress))
            let length = isSuccess ? Int(28 - 6 * progress + 4 * random.normal()) : 60
            let outcome: EpisodeOutcome =
                episode == 57 ? .aborted : (isSuccess ? .success : .failure)
            let truth = outcome == .success ? -(1 - pow(0.99, Double(length))) * 100 : -45.3
            let guess = -40 + 20 * progress + (outcome == .success ? 0.3 * (truth + 30) : -6)
            return EpisodeRecord(
                episode: episode, outcome: outcome, return: Double(-length), length: length,
                policyVersion: episode / 2 + 1,
                qStart: outcome == .aborted ? nil : guess + 2.5 * random.normal(),
                monteCarloReturn: outcome == .aborted ? nil : truth)
        }
    }

    private static func updates(_ random: inout Generator) -> [UpdateRecord] {
        (0..<600).map { index in
            let update = index * 150
            if index < 100 {
                return UpdateRecord(
                    update: update, stage: "imitation",
                    policyLoss: 0.12 + 0.9 * exp(-Double(index) / 15) + 0.02 * random.next())
            }
            let age = Double(index - 100)
            let isOnline = index >= 300
            let q = -38 + 18 * (1 - exp(-age / 160)) + 0.3 * random.normal()
            let loss = 0.4 + 9 * exp(-age / 40) + 0.25 * random.next() + (isOnline ? 0.3 : 0)
            return UpdateRecord(
                update: update, stage: isOnline ? "online" : "offline",
                criticLoss: loss * 1.6, tdLoss: loss, conservativeLoss: loss * 0.1,
                policyLoss: isOnline ? 0.2 + 0.04 * random.next() : nil, qMean: q,
                qMinimum: q - 14 + random.normal(), qMaximum: min(-1, q + 12 + random.normal()))
        }
    }

    private static func lateness(
        _ random: inout Generator, count: Int, scale: Double
    ) -> LatencySummary {
        let draws = (0..<4000).map { _ in scale * exp(1.1 * abs(random.normal())) }.sorted()
        var buckets: [LatencyBucket] = []
        var lower = scale
        for draw in draws {
            while draw > lower * 1.1 { lower *= 1.1 }
            if buckets.last?.lower != lower {
                buckets.append(LatencyBucket(lower: lower, upper: lower * 1.1, count: 0))
            }
            buckets[buckets.count - 1].count += count / 4000
        }
        func at(_ fraction: Double) -> Double { draws[Int(fraction * 3999)] }
        return LatencySummary(
            count: count,
            wallSeconds: .init(
                p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), maximum: at(1),
                buckets: buckets))
    }
}
