import Embodiment
import Experience
import Models
import Neural
import Recipe
import Testing

@testable import Learning
@testable import TestSupport

/// Settings that a learner and the reference are compared on.
struct ReferenceCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// Of the session; every random number comes from it.
    let seed: UInt64
    /// Every decision of the updates is clearer than the worst that rounding could do.
    ///
    /// Not so with many candidates, or where long steps end in corners of equal value.
    let isClear: Bool
    var settings: AlgorithmSettings
    var testDescription: String { name }

    /// The smallest learner that still does everything: 3 members, N = 4, K = 2, G = 2, two uneven shards.
    init(
        _ name: String, seed: UInt64, isClear: Bool = true,
        _ change: (inout AlgorithmSettings) -> Void = { _ in }
    ) {
        self.name = name
        self.seed = seed
        self.isClear = isClear
        // Every value is named here, so that tuning a preset changes no case.
        var settings = AlgorithmSettings()
        settings.normaliseObservations = true
        settings.policy = .diffusion(DiffusionSettings(hidden: 16, blocks: 2, timeDimension: 8))
        settings.policyTraining.learningRate = 1e-4
        settings.policyTraining.warmup = 10
        settings.policyTraining.ema = 0.005
        settings.policyTraining.batchSize = 33
        settings.critic.hidden = 16
        settings.critic.layers = 2
        settings.critic.ensembleSize = 3
        settings.critic.subsampleSize = 2
        settings.critic.sharedHead = false
        settings.critic.bins = 12
        settings.critic.qMin = -10
        settings.critic.qMax = 0
        settings.critic.discount = 0.9
        settings.critic.tau = 0.02
        // Large enough for the conservative term to be heard beside the target's.
        settings.critic.cqlAlpha = 1
        settings.critic.cqlActions = 5
        settings.critic.learningRate = 3e-4
        settings.critic.batchSize = 33
        settings.optimisation.baseActions = 4
        settings.optimisation.keptActions = 2
        settings.optimisation.steps = 2
        settings.optimisation.stepSize = 0.3
        settings.optimisation.pessimism = 0
        settings.optimisation.distillTemperature = 0
        settings.schedule.candidateCacheAge = 0
        settings.schedule.mixingRatio = 0.5
        change(&settings)
        self.settings = settings
    }

    /// Steps so long that the last iterate is often not the best.
    static let overshoot = ReferenceCase("steps that overshoot", seed: 21, isClear: false) {
        $0.optimisation.steps = 3
        $0.optimisation.stepSize = 20
    }

    static let all: [ReferenceCase] = [
        ReferenceCase("bins", seed: 28),
        overshoot,
        ReferenceCase("bins, shared output layer, eight rows", seed: 30) {
            $0.critic.sharedHead = true
            $0.critic.batchSize = 8
            $0.policyTraining.batchSize = 8
        },
        ReferenceCase("scalar, return as lower bound", seed: 21) {
            $0.critic.head = .scalar
            $0.critic.returnLowerBound = true
        },
        ReferenceCase("scalar, shared output layer, layer input, draw", seed: 28) {
            $0.critic.head = .scalar
            $0.critic.trunk = .layerInput
            $0.critic.sharedHead = true
            $0.optimisation.distillTemperature = 1
            $0.schedule.policyMixing = .proportional
        },
        // More rows than a block of 256 holds, in every place where there are blocks.
        ReferenceCase("many candidates", seed: 22, isClear: false) {
            $0.optimisation.baseActions = 16
            $0.optimisation.keptActions = 14
            $0.optimisation.steps = 1
            $0.critic.cqlActions = 10
            $0.critic.batchSize = 41
            $0.policyTraining.batchSize = 41
        },
        ReferenceCase("cached candidates, pessimism", seed: 23, isClear: false) {
            $0.schedule.candidateCacheAge = 5
            $0.optimisation.pessimism = 2
        },
        ReferenceCase("without local steps, three layers", seed: 32) {
            $0.optimisation.optimiser = .rerank
            $0.critic.layers = 3
        },
        // Steps so long that most end at the box.
        ReferenceCase("without global search, long steps", seed: 28) {
            $0.optimisation.baseActions = 1
            $0.optimisation.keptActions = 1
            $0.optimisation.stepSize = 5
        },
    ]
}

/// A learner in the middle of its work, and the reference started from its checkpoint.
final class ReferencePair {
    let session: PointSession
    private(set) var reference: ReferenceLearner
    private let settings: AlgorithmSettings

    init(
        _ settings: AlgorithmSettings, seed: UInt64, workers: Int,
        mistake: ReferenceMistake? = nil
    ) throws {
        self.settings = settings
        session = PointSession(settings: settings, seed: seed, workers: workers)
        _ = session.demonstrate(8)
        for number in 0..<8 {
            session.online.admit(
                PointTask.run(
                    seed: seed, episode: number, stream: 20, purpose: .training, limit: 20
                ) { task, _ in task.demonstration(above: true, noise: 0.5) })
        }
        let learner = session.learner
        learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        // Fresh networks say nearly the same of everything, and their averages are themselves.
        let places = learner.policy.state.groups + NamedTensors(learner.criticWeights).groups
        for (number, place) in places.enumerated()
        where place.name == "parameters" || place.name == "averages" {
            let noise = Arena(count: place.arena.count)
            let key = RandomKey(seed: seed, stream: 90, step: UInt64(number))
            withExtendedLifetime(noise) {
                key.fillNormal(noise.base, count: noise.count)
                VectorMath.scale(noise.base, count: noise.count, by: 0.2)
                VectorMath.add(noise.base, into: place.arena.base, count: noise.count)
            }
        }
        learner.policy.state.changed()
        // Adam's moments are those of a learner at work.
        for _ in 0..<4 {
            _ = learner.imitationUpdate(offline: session.offline)
            _ = learner.criticUpdate(offline: session.offline, online: session.online)
            _ = learner.policyUpdate(offline: session.offline, online: session.online)
        }
        let checkpoint = learner.checkpoint()
        // Candidates cached so far are not in a checkpoint: both begin without any.
        try learner.restore(checkpoint)
        reference = try ReferenceLearner(
            checkpoint, settings: settings, seed: seed, offline: session.offline,
            online: session.online, mistake: mistake)
    }

    /// One critic update of both.
    func criticUpdate() throws -> ReferenceDifference {
        let scores = scoreRounding()
        let metrics = session.learner.criticUpdate(
            offline: session.offline, online: session.online)
        let expected = reference.criticUpdate()
        var found = [
            "tdLoss": metrics.tdLoss, "cqlLoss": metrics.cqlLoss, "target": metrics.target,
            "qData": metrics.qData, "qRandom": metrics.qRandom, "qPolicy": metrics.qPolicy,
            "monteCarlo": metrics.monteCarlo, "calibrationBound": metrics.calibrationBound,
        ]
        add(metrics.optimisation, to: &found)
        return try difference(
            "critic", reference.critic, rate: settings.critic.learningRate, found: found,
            expected: expected, scores: scores, rows: settings.critic.batchSize)
    }

    /// One policy update of both.
    func policyUpdate() throws -> ReferenceDifference {
        let scores = scoreRounding()
        let metrics = session.learner.policyUpdate(
            offline: session.offline, online: session.online)
        let expected = reference.policyUpdate()
        var found = ["loss": metrics.loss, "targetShift": metrics.targetShift]
        add(metrics.optimisation, to: &found)
        return try difference(
            "policy", reference.policy, rate: settings.policyTraining.learningRate, found: found,
            expected: expected, scores: scores, rows: settings.policyTraining.batchSize)
    }

    private func add(_ metrics: OptimisationMetrics, to found: inout [String: Float]) {
        found["value"] = metrics.value
        found["valueGain"] = metrics.valueGain
        found["gradientNorm"] = metrics.gradientNorm
        found["shift"] = metrics.shift
    }

    private func difference(
        _ network: String, _ weights: ReferenceWeights, rate: Double, found: [String: Float],
        expected: [String: Double], scores: Double, rows: Int
    ) throws -> ReferenceDifference {
        let file = try Safetensors.decode(session.learner.checkpoint())
        let own = try ReferenceWeights(file, of: network)
        var difference = ReferenceDifference()
        difference.parameters = worst(own.parameters, weights.parameters) { _ in rate }
        difference.averages = worst(own.averages, weights.averages) { _ in 1 }
        func largest(_ tensor: [Double]) -> Double { tensor.map(abs).max() ?? 0 }
        difference.moments = max(
            worst(own.firstMoments, weights.firstMoments, in: largest),
            worst(own.secondMoments, weights.secondMoments, in: largest))
        difference.reports = Set(found.keys) == Set(expected.keys) ? 0 : .infinity
        for (name, value) in found where difference.reports.isFinite {
            let wanted = expected[name] ?? .nan
            let error = abs(Double(value) - wanted) / max(1, abs(wanted))
            if !(error <= difference.reports) { difference.reports = error }
        }
        difference.closest = reference.calls.closest
        difference.rounding =
            scores + reference.calls.steepest * candidateRounding(rows: rows)
        return difference
    }

    /// The largest difference of two sets of tensors, in units of `unit` of the expected tensor.
    private func worst(
        _ found: ReferenceTensors, _ expected: ReferenceTensors, in unit: ([Double]) -> Double
    ) -> Double {
        guard Set(found.values.keys) == Set(expected.values.keys) else { return .infinity }
        var worst = 0.0
        for (name, wanted) in expected.values {
            let size = unit(wanted)
            for (a, b) in zip(found[name], wanted) where a != b {
                let error = abs(a - b) / size
                if !(error <= worst) { worst = error }
            }
        }
        return worst
    }

    /// How far the learner's scores of the stored actions are from the reference's.
    func scoreRounding() -> Double {
        let learner = session.learner
        let critic = learner.critic
        let pessimism = settings.optimisation.pessimism
        let memory = Arena(count: 256)
        let scratch = Scratch(count: 65_536)
        var worst = 0.0
        for id in 0..<session.offline.count {
            let row = reference.rows.row(id, of: session.offline, store: 0)
            let seen = memory.matrix(at: 0, rows: 1, columns: row.observation.count)
            let acted = memory.matrix(at: 16, rows: 1, columns: row.action.count)
            for index in row.observation.indices { seen[0, index] = Float(row.observation[index]) }
            for index in row.action.indices { acted[0, index] = Float(row.action[index]) }
            let parts = memory.matrix(at: 64, rows: critic.memberCount, columns: critic.hidden)
            critic.observationParts(
                learner.criticWeights.parameters.base, observations: seen, into: parts)
            critic.meanValues(
                learner.criticWeights.parameters.base, observationParts: parts, copies: 1,
                actions: acted, pessimism: Float(pessimism), into: memory.base + 32,
                scratch: scratch)
            let score = reference.criticNetwork.score(
                reference.critic.parameters, row.observation, row.action, pessimism: pessimism)
            worst = max(worst, abs(Double(memory.base[32]) - score))
        }
        return worst
    }

    /// How far the learner's candidates are from the reference's.
    private func candidateRounding(rows: Int) -> Double {
        guard session.learner.optimiser.keptCount > 1 else { return 0 }
        let own = session.learner.candidates.current(rows: rows)
        var worst = 0.0
        for (row, action) in reference.current.joined().enumerated() {
            for axis in action.indices {
                worst = max(worst, abs(Double(own[row, axis]) - action[axis]))
            }
        }
        return worst
    }
}

/// How far a learner's update came out from the reference's.
struct ReferenceDifference: Sendable, CustomStringConvertible {
    /// Of a parameter, in learning rates.
    var parameters = 0.0
    /// Of an averaged parameter.
    var averages = 0.0
    /// Of a moment of Adam, in the largest of its tensor.
    var moments = 0.0
    /// Of a reported number, in itself or in 1 where that is larger.
    var reports = 0.0
    /// The closest decision of the reference, in values.
    var closest = 0.0
    /// How far the learner's scores of one and the same candidate are from the reference's.
    var rounding = 0.0

    func isWithin(_ limit: ReferenceDifference) -> Bool {
        parameters <= limit.parameters && averages <= limit.averages && moments <= limit.moments
            && reports <= limit.reports
    }

    /// No rounding made another decision than the reference.
    var isDecided: Bool { rounding < closest }

    var description: String {
        "parameters \(parameters), averages \(averages), moments \(moments), reports \(reports), "
            + "closest decision \(closest), rounding \(rounding)"
    }
}
