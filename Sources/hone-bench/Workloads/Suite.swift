import Agent
import Embodiment
import Experience
import Learning
import Models
import Neural
import Platform
import Recipe

/// The workloads by name.
final class Suite {
    static let names = [
        "gemm", "act", "critic", "distill", "imitation", "propose", "learn", "replay", "swap",
        "wire", "tick", "act-busy", "scaling",
    ]
    /// Those that run only when they are named: they take minutes with the published sizes.
    static let long: Set = ["act-busy", "scaling"]

    /// Scalars of one observation, as in the peer program.
    static let observationCount = 20
    /// Scalars of one action, as in the peer program.
    static let actionCount = 7

    private let settings: AlgorithmSettings
    private let workers: Int
    private let seconds: Double
    private let rates: ProductRates
    private lazy var learning = Suite.workload(settings, workers: workers)
    private lazy var path = PathBench()
    private lazy var policy = PolicyBench(settings)
    /// Products of one call of each workload that has any.
    private var products: [String: [ProductShape: Int]] = [:]

    init(settings: AlgorithmSettings, workers: Int, seconds: Double) {
        self.settings = settings
        self.workers = workers
        self.seconds = seconds
        rates = ProductRates(isHalf: settings.policy.samplesInHalf)
    }

    /// A learner at the sizes that the peer program uses.
    static func workload(_ settings: AlgorithmSettings, workers: Int) -> LearningWorkload {
        // The published sizes need minutes to fill the cache of a longer experience.
        let episodes =
            settings.schedule.candidateCacheAge > 0 && settings.preset == "paper" ? 10 : 60
        return LearningWorkload(
            observationCount: observationCount, actionCount: actionCount, settings: settings,
            workers: workers, episodes: episodes)
    }

    /// Measures one workload; `gemm` gives one result per shape.
    func run(_ name: String) -> [Measurement] {
        switch name {
        case "gemm": gemm()
        case "act": [work(name, threads: 1) { $0.act() }]
        case "critic": [work(name, threads: workers) { $0.critic() }]
        case "distill": [work(name, threads: workers) { $0.distill() }]
        case "imitation": [work(name, threads: workers) { $0.imitation() }]
        case "propose": [work(name) { policy.propose() }]
        case "learn": [work(name) { policy.learn() }]
        case "replay":
            [.of(name, seconds: seconds, batch: 20) { path.replay(learning.offline) }]
        case "swap": [swap()]
        case "act-busy": [actBusy()]
        case "scaling": Scaling(settings: settings, workers: workers, seconds: seconds).run()
        case "wire": [.of(name, seconds: seconds, batch: 100) { path.wire() }]
        default: [.of(name, seconds: seconds, batch: 100) { path.tick() }]
        }
    }

    /// One of the learner's workloads with its products and their limit.
    private func work(
        _ name: String, threads: Int, _ body: (LearningWorkload) -> Void
    ) -> Measurement {
        let made = tally(name, body)
        var result = Measurement.of(name, seconds: seconds) { body(learning) }
        result.threads = threads
        result.operations = made.reduce(0) { $0 + Double($1.value) * $1.key.operations }
        result.limitSeconds = rates.limit(made)
        return result
    }

    /// One of the policy's own workloads with its products and their limit.
    private func work(_ name: String, _ body: () -> Void) -> Measurement {
        body()
        let made = ProductTally.counting(body)
        var result = Measurement.of(name, seconds: seconds, body)
        result.operations = made.reduce(0) { $0 + Double($1.value) * $1.key.operations }
        result.limitSeconds = rates.limit(made)
        return result
    }

    /// The products of one call after a warm-up, counted on a learner of one thread.
    private func tally(
        _ name: String, _ body: (LearningWorkload) -> Void
    ) -> [ProductShape: Int] {
        if let known = products[name] { return known }
        let single = workers == 1 ? learning : Suite.workload(settings, workers: 1)
        let calls = Suite.warmUps(settings, single)
        for _ in 0..<calls { body(single) }
        if single !== learning { for _ in 0..<calls { body(learning) } }
        let made = ProductTally.counting { body(single) }
        products[name] = made
        return made
    }

    /// Calls that fill the candidate cache, as in a session: every stored row is drawn some five times.
    static func warmUps(_ settings: AlgorithmSettings, _ probe: LearningWorkload) -> Int {
        guard settings.schedule.candidateCacheAge > 0 else { return 1 }
        let share = 1 - settings.schedule.mixingRatio
        return Int(5 * Double(probe.online.count) / (share * Double(settings.critic.batchSize))) + 1
    }

    /// Decisions while a learner of its own, on a thread of the learner's priority, never rests.
    private func actBusy() -> Measurement {
        let probe = learning
        let busy = BusyLearner(settings: settings)
        defer { busy.finish() }
        return Measurement.of("act-busy", seconds: seconds) { probe.act() }
    }

    /// The engine at a large square at the shapes that the updates spend most on.
    private func gemm() -> [Measurement] {
        var made: [ProductShape: Int] = [:]
        let bodies: [(String, (LearningWorkload) -> Void)] = [
            ("act", { $0.act() }), ("critic", { $0.critic() }), ("distill", { $0.distill() }),
        ]
        for (name, body) in bodies { made.merge(tally(name, body), uniquingKeysWith: +) }
        let ordered = made.sorted {
            $0.key.operations * Double($0.value) > $1.key.operations * Double($1.value)
        }
        let square = ProductShape(rows: 1024, columns: 1024, depth: 1024)
        let bench = ProductBench()
        return ([square] + ordered.prefix(12).map(\.key)).map { shape in
            var result = Measurement(name: shape.name)
            result.operations = shape.operations
            let time = bench.engineTime(shape)
            result.limitSeconds = min(time, rates.fastest(shape))
            result.histogram.record(nanoseconds: UInt64((time * 1e9).rounded()))
            return result
        }
    }

    /// New weights published and taken up by the acting side.
    private func swap() -> Measurement {
        let buffer = WeightBuffer(count: learning.learner.snapshotCount)
        let learner = learning.learner
        let actor = learning.actor
        return Measurement.of("swap", seconds: seconds) {
            buffer.publish(version: 1) { learner.writeSnapshot(into: $0) }
            if let newest = buffer.acquire() { actor.load(newest.weights) }
        }
    }
}

extension ProductShape {
    /// Such as "32×128·128×64ᵀ +".
    fileprivate var name: String {
        "\(rows)×\(depth)\(transposeA ? "ᵀ" : "")·\(depth)×\(columns)\(transposeB ? "ᵀ" : "")"
            + (accumulate ? " +" : "")
    }
}
