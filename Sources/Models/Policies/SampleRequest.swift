import Neural
import Recipe

/// What a policy is asked for: N candidate chunks at each of B observations.
///
/// Views of memory that the caller owns; nothing is kept after the call.
public struct SampleRequest {
    /// [B, O], normalised.
    public var observations: Matrix
    /// Candidates per observation, N.
    public var count: Int
    /// Random numbers depend on it and on the row's number only; candidate j does not depend on N.
    public var key: RandomKey
    /// Number of the first observation in the whole batch.
    public var firstRow: Int
    /// [B·N, Z]; nil draws it from the key.
    public var noise: Matrix?
    /// Candidate 0 is the policy's mode; the others are what they would be without.
    public var zeroFirst = false
    /// [B, H·A] steps that are committed already; nil for none.
    public var prefix: Matrix?
    /// [B] how many steps of `prefix` count.
    public var prefixLength: UnsafePointer<Int32>?
    /// What noise is scaled by; 1 samples the policy, 0 its mode.
    public var temperature: Float = 1
    /// What a row's numbers are drawn for: each its own ones; 0 acts.
    var purpose = 0

    /// Draws from the key, with nothing given.
    public init(observations: Matrix, count: Int, key: RandomKey, firstRow: Int = 0) {
        self.observations = observations
        self.count = count
        self.key = key
        self.firstRow = firstRow
    }

    /// The request for a range of the observations, whose candidates are the same as in the whole.
    public func rows(_ range: Range<Int>) -> SampleRequest {
        var part = self
        part.observations = observations.rows(range)
        part.firstRow = firstRow + range.lowerBound
        part.noise = noise?.rows((range.lowerBound * count)..<(range.upperBound * count))
        part.prefix = prefix?.rows(range)
        part.prefixLength = prefixLength.map { $0 + range.lowerBound }
        return part
    }

    /// Fills normal numbers [B·N, n]: from a column of the given noise on, or the key's for a sampler's step; tempered.
    func draw(step: Int = 0, column: Int = 0, into z: Matrix) {
        if let noise {
            z.copy(from: noise.columns(column..<(column + z.columns)))
        } else {
            for state in 0..<observations.rows {
                key.fillNormal(
                    z.row(state * count), count: count * z.columns,
                    row: UInt64(firstRow + state) << 8 | UInt64(purpose + step))
            }
        }
        temper(z)
    }

    /// Calls `body` with as many observations at a time as come to `rows` candidates, and where those go, [S·N, H·A].
    func inBlocks(
        ofRows rows: Int, into candidates: Candidates, _ body: (SampleRequest, Matrix) -> Void
    ) {
        let statesAtOnce = max(1, rows / count)
        var first = 0
        while first < observations.rows {
            let range = first..<min(observations.rows, first + statesAtOnce)
            body(self.rows(range), candidates.rows(range, count: count).actions)
            first = range.upperBound
        }
    }

    /// Scales drawn noise [B·N, …] by the temperature and silences that of candidate 0 where it is the mode.
    private func temper(_ noise: Matrix) {
        if temperature != 1 {
            for row in 0..<noise.rows {
                VectorMath.scale(noise.row(row), count: noise.columns, by: temperature)
            }
        }
        guard zeroFirst else { return }
        for row in stride(from: 0, to: noise.rows, by: count) {
            VectorMath.fill(noise.row(row), count: noise.columns, 0)
        }
    }

    /// Why a policy cannot serve it; nil where it can.
    ///
    /// - Parameters:
    ///   - candidates: where the answer is to go.
    ///   - shape: the policy's.
    ///   - abilities: the policy's.
    public func refusal(
        into candidates: Candidates, by shape: PolicyShape, _ abilities: PolicyAbilities
    ) -> PolicyRefusal? {
        if observations.columns != shape.observationCount {
            return .observation(found: observations.columns, expected: shape.observationCount)
        }
        if candidates.actions.columns != shape.chunkCount {
            return .chunk(found: candidates.actions.columns, expected: shape.chunkCount)
        }
        if prefix != nil || prefixLength != nil, !abilities.prefix { return .prefix }
        if candidates.logDensities != nil, !abilities.density { return .density }
        if candidates.features != nil, shape.featureCount == 0 { return .features }
        if let noise, noise.columns != shape.noiseCount || abilities.noise == .none {
            return .noise(found: noise.columns, expected: shape.noiseCount)
        }
        return nil
    }
}
