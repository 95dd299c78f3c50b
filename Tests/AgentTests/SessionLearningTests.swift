import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Agent
@testable import Driving
@testable import Learning
@testable import Models
@testable import Report
@testable import TestSupport

/// What a session does around its learner: first weights, data that does not fit, helpers.
@Suite("A session and its learner")
struct SessionLearningTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A session with tiny networks in which nothing moves; signals that other tests send do not end it.
    private func makeSession(
        _ name: String, launch: String = "demo", overrides: [String] = [], weights: String? = nil
    ) throws -> Session {
        let overrides = TinySession.networks.filter { $0 != "--set" } + overrides
        var request = SessionRequest(
            launch: launch, overrides: overrides, directory: scratch.path(name), json: false,
            quiet: true)
        request.weights = weights
        let project = try ProjectLocation.find()
        return try Session(
            request: request,
            launch: LaunchFile.read(launch, in: project, overrides: overrides), project: project,
            interrupt: Interrupt(watchesSignals: false))
    }

    /// One with a demonstration, that pretrains for so many updates of each kind.
    private func makeTaught(_ name: String, updates: Int) throws -> Session {
        let session = try makeSession(
            name,
            overrides: [
                "training.num_imitation_updates=\(updates)",
                "training.num_offline_updates=\(updates)",
            ])
        session.trainer.take(episode(.demonstration, on: session.launch.robot))
        return session
    }

    /// What has happened is told in one note, however often that is asked for.
    private func expectToldOnce(
        _ words: String, as kind: EventRecord.Kind = .note, by session: Session
    ) {
        for _ in 0..<2 {
            session.narrator.tell(
                of: session.trainer.counters, weights: session.directory.weights.path)
        }
        let told = session.journal.collected.events.filter { $0.cause.contains(words) }
        #expect(told.count == 1 && told.first?.kind == kind, "\(words)")
    }

    private func close(_ session: Session) throws {
        session.operatorServer.finish()
        session.trainer.learner.stop()
        try session.recorder.close()
    }

    /// Four steps that end in success.
    private func episode(_ purpose: EpisodePurpose, on robot: RobotDescription) -> Episode {
        let transitions = (0..<4 as Range<UInt32>).map { step in
            Transition(
                episode: 0, step: step, source: .operatorAction, policyVersion: 0,
                observation: Observation(count: robot.observation.count),
                proposed: Action(count: robot.axes.count),
                executed: Action(count: robot.axes.count), reward: step == 3 ? 0 : -1,
                isTerminal: step == 3,
                nextObservation: Observation(count: robot.observation.count))
        }
        return Episode(
            number: 0, seed: 1, purpose: purpose, outcome: .success, transitions: transitions)
    }

    /// One that no weights pass: what passed last was far smaller.
    private func shutGate(of session: Session) -> WeightGate {
        WeightGate(layout: session.trainer.learner.snapshotLayout, norm: 1e-9)
    }

    @Test("Where the first weights are refused, pretraining ends with a sentence and no checkpoint")
    func refusedFirst() throws {
        let session = try makeTaught("refused", updates: 1)
        session.trainer.gate = shutGate(of: session)
        let error = #expect(throws: StageError.self) { try Pretraining().run(in: session) }
        #expect(error?.exitCode == 65)
        #expect(error?.description.contains("huge numbers") == true)
        #expect(error?.description.contains("their norm is") == true, "the gate's own reason")
        #expect(try Files.list(session.directory.checkpoints.path).isEmpty)
        #expect(session.trainer.publishedVersion == 0)
        try close(session)
    }

    @Test("Where loaded weights are refused, nothing acts")
    func refusedLoaded() throws {
        let other = try makeSession("other")
        try CheckpointFile.write(
            other.trainer.learner.checkpoint(), updates: 0, into: other.directory)
        try close(other)
        let session = try makeSession("loads", weights: scratch.path("other"))
        session.trainer.gate = shutGate(of: session)
        #expect(throws: StageError.self) { try session.loadWeights() }
        session.trainer.gate = WeightGate(layout: session.trainer.learner.snapshotLayout)
        try session.loadWeights()
        #expect(session.trainer.publishedVersion == 1)
        try close(session)
    }

    @Test(
        "Why the gate refused weights is told once each cause, and counted by cause in the report")
    func refusedLater() throws {
        let session = try makeSession("refused-later")
        let trainer = session.trainer
        trainer.publish()
        let open = trainer.gate
        #expect(trainer.counters.refusals == nil)
        trainer.gate = shutGate(of: session)
        trainer.publish()
        trainer.publish()
        expectToldOnce("their norm is", as: .refusal, by: session)
        trainer.publish()
        expectToldOnce("their norm is", as: .refusal, by: session)
        // Another cause is told as well.
        trainer.gate = WeightGate(
            layout: SnapshotLayout(
                observationCount: 1, actionCount: 1, settings: session.launch.algorithm))
        trainer.publish()
        expectToldOnce("numbers where the networks have", as: .refusal, by: session)
        trainer.gate = open
        trainer.publish()
        #expect(trainer.publishedVersion == 2)
        try session.finish()
        let report = try FinishedSession(session.directory.url.path).report
        #expect(report.refusals == ["norm": 3, "shape": 1])
        let metrics = try Files.read(session.directory.metrics.path, limit: 1 << 20)
        let lines = String(decoding: metrics, as: UTF8.self)
        #expect(lines.contains("their norm is") && lines.contains("where the networks have"))
    }

    @Test("Weights that the disk does not take do not act, and that is told, once; the next act")
    func unwritten() throws {
        let session = try makeSession("unwritten")
        let trainer = session.trainer
        trainer.publish()
        session.acting.loadNewest()
        // As a full disk: nothing can be written in its place.
        let folder = session.directory.weights
        try FileManager.default.removeItem(at: folder)
        trainer.publish()
        trainer.publish()
        session.acting.loadNewest()
        #expect(trainer.publishedVersion == 1 && trainer.counters.version == 1)
        #expect(session.acting.version == 1)
        expectToldOnce("could not be written to \(folder.path): 2;", by: session)

        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        trainer.publish()
        session.acting.loadNewest()
        #expect(session.acting.version == 2)
        #expect(try Files.list(folder.path).map(\.name) == ["000002.safetensors"])
        try close(session)
    }

    @Test("Where the disk does not take the first weights, pretraining ends with a sentence")
    func unwrittenFirst() throws {
        let session = try makeTaught("unwritten-first", updates: 0)
        try FileManager.default.removeItem(at: session.directory.weights)
        let error = #expect(throws: SessionDirectoryError.self) {
            try Pretraining().run(in: session)
        }
        #expect(error?.exitCode == 73)
        #expect(error?.description.contains("the first weights could not be written") == true)
        #expect(session.trainer.publishedVersion == 0)
        try close(session)
    }

    @Test("A session without updates before the robot moves begins with fresh weights")
    func noUpdates() throws {
        let session = try makeTaught("fresh", updates: 0)
        try Pretraining().run(in: session)
        let counters = session.trainer.counters
        #expect(counters.policyUpdates == 0 && counters.criticUpdates == 0)
        #expect(counters.version == 1)
        #expect(session.isFinished("imitation") && session.isFinished("offline critic"))
        try close(session)
    }

    @Test("A training episode that is not learned from is told, once")
    func leftOut() throws {
        let session = try makeSession("left-out")
        var bad = episode(.training, on: session.launch.robot)
        bad.transitions[1].observation[0] = .nan
        session.trainer.take(bad)
        session.trainer.share()
        expectToldOnce("that the learner refused: 1;", by: session)
        try close(session)
    }

    @Test("Data for which the store has no room is taken as far as it goes, and that is told")
    func tooMuchData() throws {
        let folder = try SharedDemo.session().folder
        let robot = try LaunchFile.read("demo", in: Project(root: HoneProgram.root)).robot
        func store(_ capacity: Int) -> ReplayStore {
            ReplayStore(
                observationCount: robot.observation.count, actionCount: robot.axes.count,
                capacity: capacity, discount: 0.99, failedToFloor: true)
        }
        let large = store(100_000)
        var known = KnownEpisodes()
        let all = try OfflineData.admit(folder, into: large, &known).lines
        #expect(!all.contains { $0.contains("were dropped") }, "\(all)")
        let small = store(large.count - 3)
        let some = try OfflineData.admit(folder, into: small, &known).lines
        #expect(small.count == small.capacity)
        #expect(
            some.last
                == "\(folder): the replay store holds \(small.capacity) steps: the 3 oldest were "
                + "dropped",
            "\(some)")
    }

    /// The kernel's number of a scheduling policy, and the nice value, of this process' threads of a name.
    private func schedulings(ofThreads name: String) throws -> [(policy: Int, nice: Int)] {
        try Files.list("/proc/self/task").compactMap { task in
            // A thread may end meanwhile.
            guard let bytes = try? Files.read("/proc/self/task/\(task.name)/stat", limit: 65_536)
            else { return nil }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let open = text.firstIndex(of: "("), let end = text.lastIndex(of: ")"),
                text[text.index(after: open)..<end] == name
            else { return nil }
            // From the third field on; the nice value is the 19th, the policy the 41st.
            let fields = text[text.index(after: end)...].split(separator: " ")
            guard fields.count > 38, let nice = Int(fields[16]), let policy = Int(fields[38])
            else { return nil }
            return (policy, nice)
        }
    }

    @Test("By the wall clock the learner's helpers, too, give way to the policy")
    func helpers() throws {
        let probe = try HoneThread.start(name: "probe", scheduling: Trainer.scheduling) {}
        probe.join()
        // Where the machine does not grant it, there is nothing to see.
        guard probe.isGranted else { return }
        let session = try makeSession(
            "helped", launch: "demo-realtime", overrides: ["session.workers=2"])
        // SCHED_BATCH has the number 3.
        let found = try schedulings(ofThreads: "learner 1")
        #expect(found.contains { $0 == (policy: 3, nice: 15) }, "\(found)")
        try close(session)
    }
}
