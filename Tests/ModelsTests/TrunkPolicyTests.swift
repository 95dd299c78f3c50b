import Embodiment
import Neural
import Recipe
import Testing

@testable import Models

/// What holds of every kind of policy with a residual trunk.
@Suite("Policies with a residual trunk")
struct TrunkPolicyTests {
    /// Every such kind, small.
    static func kinds(hidden: Int = 24, dropout: Double = 0.1) -> [PolicySettings] {
        let trunk = ResidualTrunkSettings(
            hidden: hidden, blocks: 2, timeDimension: 8, dropout: dropout)
        var nearNoise = FlowSettings(trunk: trunk)
        nearNoise.times = .beta
        return [
            .diffusion(DiffusionSettings(trunk: trunk)), .flow(FlowSettings(trunk: trunk)),
            .flow(nearNoise), .oneStep(OneStepSettings(flow: FlowSettings(trunk: trunk))),
        ]
    }

    /// A network of 4 scalars and 3 axes with its weights.
    private struct Subject {
        let network: any PolicyNetwork
        let parameters: Arena
        let prepared: Arena
        let scratch = Scratch.measuring()

        init(_ settings: PolicySettings, disturbedBy deviation: Float = 0) {
            network = PolicyFactory.network(
                observationCount: 4, actionCount: 3, settings: settings)
            parameters = Arena(count: network.layout.count)
            prepared = Arena(count: network.preparedCount)
            network.initialise(parameters.base, key: RandomKey(seed: 2, stream: 1, step: 0))
            let noise = Owned.normal(
                rows: 1, columns: parameters.count, seed: 3, scale: deviation)
            VectorMath.add(noise.arena.base, into: parameters.base, count: parameters.count)
            prepare()
        }

        func prepare() {
            network.prepare(parameters.base, into: prepared.base, scratch: scratch)
        }

        var weights: PolicyWeights {
            PolicyWeights(parameters: parameters.base, prepared: prepared.base)
        }

        func learn(_ rows: SupervisedRows, into gradient: Arena) -> Float {
            network.accumulateGradient(
                rows, weights: weights, gradient: gradient.base, scratch: scratch)
        }

        /// Five candidates at each of a range of observations, [60, 3] of 12.
        func sample(_ request: SampleRequest, _ range: Range<Int>, into samples: Owned) {
            network.sample(
                request.rows(range), weights: weights,
                into: Candidates(actions: samples.matrix).rows(range, count: 5), scratch: scratch)
        }
    }

    @Test(
        "Backward agrees with finite differences",
        arguments: kinds(dropout: 0) + kinds(dropout: 0.1))
    func gradient(settings: PolicySettings) {
        let subject = Subject(settings, disturbedBy: 0.05)
        // What teaches stays as it is.
        let teacher = Subject(settings, disturbedBy: 0.07)
        let observations = Owned.normal(rows: 11, columns: 4, seed: 4)
        let targets = Owned.uniform(rows: 11, columns: 3, seed: 5)
        let gradient = Arena(count: subject.parameters.count)
        let spare = Arena(count: subject.parameters.count)
        func loss(_ gradient: Arena) -> Double {
            subject.prepare()
            var rows = SupervisedRows(
                observations: observations.matrix, targets: targets.matrix,
                scale: 0.25, key: RandomKey(seed: 6, stream: 2, step: 3), firstRow: 7)
            rows.averages = teacher.weights
            return 0.25 * Double(subject.learn(rows, into: gradient))
        }
        _ = loss(gradient)
        let largest = gradient.buffer.reduce(Float(0)) { max($0, abs($1)) }
        func error(floor: Float) -> Double {
            gradientError(
                at: subject.parameters, gradient: gradient.base, floor: floor,
                indices: probes(subject.network.layout, each: 4)
            ) { loss(spare) }
        }
        #expect(error(floor: largest) < 0.01, "\(settings)")
        // A flow's loss, of larger numbers, is not told as finely in single precision.
        if settings.kind == .diffusion { #expect(error(floor: 0.1) < 0.02, "\(settings)") }
    }

    @Test("A batch in parts has the gradient and the samples of the whole", arguments: kinds())
    func partition(settings: PolicySettings) {
        let subject = Subject(settings)
        let observations = Owned.normal(rows: 12, columns: 4, seed: 4)
        let targets = Owned.uniform(rows: 12, columns: 3, seed: 5)
        let key = RandomKey(seed: 6, stream: 2, step: 3)
        let request = SampleRequest(observations: observations.matrix, count: 5, key: key)
        func run(_ ranges: [Range<Int>]) -> ([Float], [Float]) {
            let gradient = Arena(count: subject.parameters.count)
            let samples = Owned(rows: 60, columns: 3)
            for range in ranges {
                let rows = SupervisedRows(
                    observations: observations.matrix.rows(range),
                    targets: targets.matrix.rows(range), scale: 1, key: key,
                    firstRow: range.lowerBound)
                _ = subject.learn(rows, into: gradient)
                subject.sample(request, range, into: samples)
            }
            return (Array(gradient.buffer), Array(samples.arena.buffer))
        }
        let whole = run([0..<12])
        let parts = run([0..<5, 5..<12])
        for (a, b) in zip(whole.0, parts.0) { #expect(abs(a - b) < 1e-3 * max(1, abs(a))) }
        for (a, b) in zip(whole.1, parts.1) { #expect(abs(a - b) < 1e-4) }
        #expect(whole.1.allSatisfy { abs($0) <= 1 })
        #expect(Set(whole.1).count > 30)
    }

    @Test(
        "Half precision that is asked for and not used has a reason, and nothing else has",
        arguments: kinds())
    func refusedHalf(settings: PolicySettings) {
        #expect(settings.refusedHalf == nil)
        var settings = settings.sampling(in: .half)
        for hidden in [HalfProducts.columns * 2, HalfProducts.columns * 2 + 1] {
            settings.residualTrunk?.hidden = hidden
            #expect((settings.refusedHalf == nil) == settings.samplesInHalf)
        }
        #expect(settings.refusedHalf != nil)
        let gaussian = PolicySettings.gaussian(GaussianSettings(hidden: 64))
        #expect(gaussian.sampling(in: .half).refusedHalf == nil)
    }

    @Test(
        "In half precision the candidates are nearly the same, and in parts the same to the bit",
        .enabled(if: HalfProducts.areThere), arguments: kinds(hidden: 64))
    func halfPrecision(settings: PolicySettings) {
        let observations = Owned.normal(rows: 12, columns: 4, seed: 4)
        let key = RandomKey(seed: 6, stream: 2, step: 3)
        let request = SampleRequest(observations: observations.matrix, count: 5, key: key)
        func samples(_ precision: SamplingPrecision, _ ranges: [Range<Int>]) -> [Float] {
            let subject = Subject(settings.sampling(in: precision))
            let samples = Owned(rows: 60, columns: 3)
            for range in ranges { subject.sample(request, range, into: samples) }
            return Array(samples.arena.buffer)
        }
        let single = samples(.single, [0..<12])
        let half = samples(.half, [0..<12])
        #expect(half != single)
        for (a, b) in zip(half, single) { #expect(abs(a - b) < 0.02) }
        #expect(samples(.half, [0..<5, 5..<12]) == half)
    }
}
