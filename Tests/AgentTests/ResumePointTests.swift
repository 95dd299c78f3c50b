import Embodiment
import Experience
import Foundation
import Learning
import Models
import Platform
import Recipe
import Testing

@testable import Agent
@testable import Learning
@testable import Report
@testable import TestSupport

/// A resume point on the disk: all of it, or an older one, or a refusal.
@Suite("Resume point")
struct ResumePointTests {
    private let scratch: Scratch
    private var folder: String { scratch.folder }

    init() throws { scratch = try Scratch() }

    private static func episode(_ number: UInt32, _ purpose: EpisodePurpose) -> Episode {
        var transitions: [Transition] = []
        for step in 0..<4 as Range<UInt32> {
            let isLast = step == 3
            let seen = Observation([Float(step), Float(number)])
            let after = Observation([Float(step) + 1, 1])
            transitions.append(
                Transition(
                    episode: number, step: step, source: .policy, policyVersion: 1,
                    observation: seen, proposed: Action([0.1]),
                    executed: Action([0.25]), reward: isLast ? 0 : -1, isTerminal: isLast,
                    nextObservation: after))
        }
        return Episode(
            number: number, seed: 1, purpose: purpose, outcome: .success, transitions: transitions)
    }

    private static let lived = [
        episode(0, .demonstration), episode(1, .evaluation), episode(2, .training),
        episode(3, .training),
    ]

    /// A trainer that has learned from everything there is but the last episode.
    private static func trainer(
        _ episodes: [Episode], sink: SeenVersions = SeenVersions()
    ) -> Trainer {
        var settings = AlgorithmSettings.paper
        settings.policy = .diffusion(DiffusionSettings(hidden: 8, blocks: 1, timeDimension: 4))
        settings.policyTraining.batchSize = 4
        settings.critic.hidden = 8
        settings.critic.ensembleSize = 2
        settings.critic.batchSize = 4
        settings.schedule.criticUTD = 0.6
        settings.schedule.basePolicyUTD = 0.6
        settings.schedule.warmupEpisodes = 1
        settings.schedule.candidateCacheAge = 10
        settings.schedule.storeRows = 64
        let plan = TrainerPlan(
            observationCount: 2, actionCount: 1, settings: settings, seed: 1)
        let trainer = Trainer(
            plan, source: ListedEpisodes(episodes), sink: sink, onUpdate: { _ in })
        sink.layout = trainer.learner.snapshotLayout.layout
        return trainer
    }

    private static func trained(sink: SeenVersions = SeenVersions()) -> Trainer {
        let trainer = trainer(Array(lived.prefix(3)), sink: sink)
        trainer.absorb()
        trainer.makeDueUpdates(isCancelled: { false })
        trainer.keep()
        return trainer
    }

    private static func point(_ number: Int = 1) -> ResumePoint {
        let state = trained().makeState()
        var report = SessionReport(
            task: "t", robot: "r", seed: .max, schedule: "lockstep", preset: "p", version: "0")
        report.ticks = number
        var latency = LatencyHistogram()
        latency.record(nanoseconds: 12_345)
        // A number without a short decimal.
        let stage = StageClock.Reading(stage: "s", stageSeconds: 0.1 + 0.2, wallSeconds: 1)
        var watch = SuccessWatch()
        _ = watch.take(isSuccess: true)
        let manifest = ResumeManifest(
            stage: stage, watch: watch, trainer: state.figures, actingVersion: 1,
            latency: latency, report: report, journal: SessionJournal.Collected(),
            log: LogPosition(part: 1, byteCount: 77), metricsByteCount: 5, probe: nil,
            clockNanoseconds: 9)
        return ResumePoint(manifest: manifest, state: state)
    }

    private func path(_ number: Int) -> String { "\(folder)/resume-00000\(number)" }

    @Test("What is read back is what was written, and only the newest are kept")
    func roundTrip() throws {
        for number in 1...5 {
            var point = Self.point(number)
            try point.write(into: folder)
        }
        let names = try Files.list(folder).map(\.name)
        #expect(names == ["resume-000003", "resume-000004", "resume-000005"])
        let found = try #require(try ResumePoint.newest(in: folder))
        let wanted = Self.point(5)
        #expect(found.state == wanted.state)
        #expect(found.manifest.stage == wanted.manifest.stage)
        #expect(found.manifest.watch == wanted.manifest.watch)
        #expect(found.manifest.latency == wanted.manifest.latency)
        #expect(found.manifest.report == wanted.manifest.report)
        #expect(found.manifest.log == wanted.manifest.log)
    }

    @Test("Every file cut anywhere is refused, and an older point serves")
    func truncations() throws {
        for number in 1...2 {
            var point = Self.point(number)
            try point.write(into: folder)
        }
        for entry in try Files.list(path(2)) {
            let file = path(2) + "/" + entry.name
            let bytes = try Files.read(file, limit: 1 << 24)
            for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
                try Data(bytes[..<count]).write(to: URL(fileURLWithPath: file))
                #expect(throws: ResumePointError.self, "\(entry.name) of \(count) bytes") {
                    try ResumePoint(reading: path(2))
                }
            }
            let newest = try #require(try ResumePoint.newest(in: folder))
            #expect(newest.manifest.report.ticks == 1)
            try Files.remove(file)
            #expect(throws: ResumePointError.self) { try ResumePoint(reading: path(2)) }
            try Files.replace(file, with: bytes)
        }
        #expect(try ResumePoint.newest(in: folder)?.manifest.report.ticks == 2)
    }

    @Test("A flipped bit anywhere is refused", arguments: [UInt64(1)])
    func flippedBits(seed: UInt64) throws {
        var point = Self.point()
        try point.write(into: folder)
        for entry in try Files.list(path(1)) {
            let file = path(1) + "/" + entry.name
            let bytes = try Files.read(file, limit: 1 << 24)
            for turn in 0..<40 {
                let bit =
                    Int((seed &* 2_654_435_761 &+ UInt64(turn) &* 40_503) % 0xFFFF_FFFF)
                    % (8 * bytes.count)
                var flipped = bytes
                flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                try Data(flipped).write(to: URL(fileURLWithPath: file))
                #expect(throws: ResumePointError.self, "bit \(bit) of \(entry.name), seed \(seed)")
                {
                    try ResumePoint(reading: path(1))
                }
            }
            try Files.replace(file, with: bytes)
        }
    }

    @Test(
        "Where every point is damaged the session is refused, and what a killed writer left is not one"
    )
    func noneWhole() throws {
        #expect(try ResumePoint.newest(in: folder) == nil)
        try Files.makeDirectories(folder + "/.resume-new")
        try Files.replace(folder + "/.resume-new/learner.safetensors", with: [1, 2, 3])
        #expect(try ResumePoint.newest(in: folder) == nil)
        var point = Self.point()
        try point.write(into: folder)
        #expect(try Files.list(folder).map(\.name) == ["resume-000001"])
        try Files.remove(path(1) + "/manifest.json")
        #expect(throws: ResumeRefusal.self) { try ResumePoint.newest(in: folder) }
        ResumePoint.removeAll(in: folder)
        #expect(try Files.list(folder).isEmpty)
    }

    @Test("Weights of a killed session are those of its newest point, or of a later checkpoint")
    func weights() throws {
        let directory = try SessionDirectory(
            creating: URL(fileURLWithPath: scratch.path("session")))
        let (path, folder) = (directory.url.path, directory.checkpoints.path)
        try Files.replace(directory.session.path, with: [])
        #expect(throws: CheckpointError.self) { try NewestLearner.read(path) }
        // As pre-training writes it.
        try CheckpointFile.write([0], updates: 0, into: directory)
        #expect(try NewestLearner.read(path).bytes == [0])
        var point = Self.point()
        let updates = point.state.figures.counters.criticUpdates
        try #require(updates > 0)
        for _ in 1...2 { try point.write(into: folder) }
        var found = try NewestLearner.read(path)
        #expect(found.file == "\(folder)/resume-000002/learner.safetensors")
        #expect(found.bytes == point.state.learner)
        #expect(NewestLearner.session(of: found.file)?.url.path == path)
        try Files.remove(folder + "/resume-000002/manifest.json")
        found = try NewestLearner.read(path)
        #expect(found.file == "\(folder)/resume-000001/learner.safetensors")
        // The learner may be newer than the checkpoint, and nobody can tell.
        try Files.remove(folder + "/resume-000001/manifest.json")
        #expect(throws: CheckpointError.self) { try NewestLearner.read(path) }
        try point.write(into: folder)
        // As fine-tuning writes it when it ends.
        try CheckpointFile.write([1], updates: updates, into: directory)
        found = try NewestLearner.read(path)
        #expect(found.bytes == [1])
        #expect(NewestLearner.session(of: found.file)?.url.path == path)
        #expect(NewestLearner.session(of: scratch.path("alone.safetensors")) == nil)
    }

    @Test("A trainer that goes on from a state learns what the other would have learned")
    func goesOn() throws {
        let other = Self.trained()
        let state = other.makeState()
        var rest = Array(Self.lived.suffix(1))
        let trainer = Self.trainer(rest)
        try trainer.resume(from: state, lived: Self.lived, newest: 0)
        #expect(trainer.makeState() == state)
        // The other one meets the last episode, too.
        func learn(_ trainer: Trainer, _ episode: Episode) -> TrainerState {
            if trainer.admit(episode) { trainer.owe(for: episode) }
            trainer.makeDueUpdates(isCancelled: { false })
            return trainer.makeState()
        }
        let last = rest.removeFirst()
        let uninterrupted = learn(other, last)
        #expect(uninterrupted.figures.counters.criticUpdates > state.figures.counters.criticUpdates)
        #expect(learn(trainer, last) == uninterrupted)
    }

    @Test("The weights that act next are written again as they were; the next have a new number")
    func writtenAgain() throws {
        let first = SeenVersions()
        let state = Self.trained(sink: first).makeState()
        let versions = SeenVersions()
        let trainer = Self.trainer([], sink: versions)
        try trainer.resume(from: state, lived: Self.lived, newest: 9)
        #expect(versions.kept.isEmpty)
        try trainer.writePublished()
        let written = try #require(versions.kept.first)
        #expect(written.version == 1 && state.figures.publishedVersion == 1)
        #expect(written.weights == first.kept.first?.weights && written.isDurable)
        trainer.publish()
        #expect(versions.kept.map(\.version) == [1, 10])
    }

    @Test("A point of before the gate looked at the networks alone lets the next weights pass")
    func olderNorm() throws {
        var state = Self.trained().makeState()
        #expect(state.figures.networkNorm != nil)
        state.figures.networkNorm = nil
        let trainer = Self.trainer([])
        try trainer.resume(from: state, lived: Self.lived, newest: 0)
        trainer.publish()
        #expect(trainer.counters.version == 2 && trainer.counters.refused == 0)
    }

    @Test("Other episodes in the log, or fewer, are refused")
    func otherLog() throws {
        let state = Self.trained().makeState()
        var changed = Self.lived
        changed[2].transitions[1].executed = Action([0.26])
        for lived in [Array(Self.lived.prefix(2)), changed] {
            #expect(throws: TrainerMismatch.self) {
                try Self.trainer([]).resume(from: state, lived: lived, newest: 0)
            }
        }
    }
}
