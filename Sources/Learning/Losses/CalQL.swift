import Models
import Neural
import Recipe

/// The Cal-QL loss of one shard's rows and its gradient; `Learning/Algorithm.md` 3.1–3.4 and A5.
///
/// Pure: everything comes in arguments. Members are drawn once per update, with repetition, apart
/// for the target and for the conservative term; a member drawn twice counts twice.
struct CalQL: Sendable {
    let critic: CriticEnsemble
    let term: ConservativeTerm
    let discount: Float
    let alpha: Float
    let subsample: Int
    let returnLowerBound: Bool

    init(critic: CriticEnsemble, settings: CriticSettings, policyCount: Int) {
        self.critic = critic
        term = ConservativeTerm(
            settings: settings, policyCount: policyCount, actionCount: critic.actionCount)
        discount = Float(settings.discount)
        alpha = Float(settings.cqlAlpha)
        subsample = settings.subsampleSize
        returnLowerBound = settings.returnLowerBound
    }

    /// Rows of one forward pass, so that activations stay in cache.
    static let blockRows = 256

    /// Computes y = r + γ · mask · max_P min_{i∈S} Q̄_i(s′, a′) for every row.
    ///
    /// The minimum is over `subsample` members drawn with repetition; P = 1 for optimised actions.
    /// With `returnLowerBound`, y is at least the row's Monte-Carlo return.
    func targets(
        _ rows: CriticRows, next: PolicyActions, averages: UnsafePointer<Float>, key: RandomKey,
        into targets: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let policyCount = term.policyCount
        let least = scratch.vector(rows.count * policyCount)
        let values = scratch.vector(rows.count * policyCount)
        for draw in 0..<subsample {
            let member = key.uniformInt(below: critic.memberCount, index: UInt64(draw))
            critic.memberValues(
                member, averages, observations: rows.nextObservations, copies: policyCount,
                actions: next.actions, into: draw == 0 ? least : values, scratch: scratch)
            guard draw > 0 else { continue }
            for index in 0..<(rows.count * policyCount) {
                least[index] = min(least[index], values[index])
            }
        }
        for row in 0..<rows.count {
            var best = least[row * policyCount]
            for place in 1..<max(policyCount, 1) {
                best = max(best, least[row * policyCount + place])
            }
            targets[row] = rows.rewards[row] + discount * rows.masks[row] * best
            if returnLowerBound { targets[row] = max(targets[row], rows.returns[row]) }
        }
        scratch.release(to: mark)
    }

    /// Adds a shard's gradient of TD + α · conservative loss, both means over the whole batch.
    ///
    /// - Parameters:
    ///   - rows: of the shard.
    ///   - next: policy actions at s′.
    ///   - current: policy actions at s.
    ///   - targets: y of the shard's rows.
    ///   - batch: rows of the whole batch.
    ///   - firstRow: number of the shard's first row in it.
    ///   - key: of the random actions and of the draw of members.
    ///   - sums: `CriticSum`s, added to.
    func accumulateGradient(
        _ parameters: UnsafePointer<Float>, rows: CriticRows, next: PolicyActions,
        current: PolicyActions, targets: UnsafePointer<Float>, batch: Int, firstRow: Int,
        key: RandomKey, gradient: UnsafeMutablePointer<Float>,
        sums: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let encoded = scratch.matrix(rows: rows.count, columns: critic.outputs)
        let work = scratch.vector(critic.head.workCount)
        for row in 0..<rows.count {
            critic.head.encode(targets[row], into: encoded.row(row), work: work)
            sums[CriticSum.target.rawValue] += targets[row]
            sums[CriticSum.monteCarlo.rawValue] += rows.returns[row]
        }
        let group = term.count
        let statesAtOnce = max(1, min(rows.count, Self.blockRows / group))
        let actions = scratch.matrix(rows: statesAtOnce * group, columns: critic.actionCount)
        var first = 0
        while first < rows.count {
            let range = first..<min(rows.count, first + statesAtOnce)
            let block = actions.rows(0..<(range.count * group))
            arrange(
                rows.actions, next: next, current: current, states: range,
                key: key, firstRow: firstRow, into: block)
            for member in 0..<critic.memberCount {
                let draws = multiplicity(of: member, key: key)
                guard draws > 0 else { continue }
                step(
                    member, parameters, rows: rows, states: range, actions: block,
                    copies: group, next: next, current: current, encoded: encoded,
                    share: Float(draws) * alpha / Float(subsample * batch), draws: draws,
                    batch: batch, gradient: gradient, sums: sums, scratch: scratch)
            }
            first = range.upperBound
        }
        // Members that were not drawn see the data actions only.
        for member in 0..<critic.memberCount where multiplicity(of: member, key: key) == 0 {
            step(
                member, parameters, rows: rows, states: 0..<rows.count, actions: rows.actions,
                copies: 1, next: next, current: current, encoded: encoded, share: 0, draws: 0,
                batch: batch, gradient: gradient, sums: sums, scratch: scratch)
        }
        scratch.release(to: mark)
    }

    /// How often a member was drawn for the conservative term.
    func multiplicity(of member: Int, key: RandomKey) -> Int {
        var count = 0
        for draw in 0..<subsample
        where key.uniformInt(below: critic.memberCount, index: UInt64(64 + draw)) == member {
            count += 1
        }
        return count
    }

    /// Lays out each state's actions: data, n random, P next, P current.
    private func arrange(
        _ data: Matrix, next: PolicyActions, current: PolicyActions, states: Range<Int>,
        key: RandomKey, firstRow: Int, into block: Matrix
    ) {
        let width = critic.actionCount
        let policyCount = term.policyCount
        for (place, state) in states.enumerated() {
            let first = place * term.count
            block.row(first).update(from: data.row(state), count: width)
            key.on(stream: key.stream &+ 1).fillUniform(
                block.row(first + 1), count: term.randomCount * width, low: -1, high: 1,
                row: UInt64(firstRow + state))
            let policy = first + 1 + term.randomCount
            block.row(policy).update(
                from: next.actions.row(state * policyCount), count: policyCount * width)
            block.row(policy + policyCount).update(
                from: current.actions.row(state * policyCount), count: policyCount * width)
        }
    }

    /// Forward, both losses and backward of one member on some states.
    private func step(
        _ member: Int, _ parameters: UnsafePointer<Float>, rows: CriticRows, states: Range<Int>,
        actions: Matrix, copies: Int, next: PolicyActions, current: PolicyActions,
        encoded: Matrix, share: Float, draws: Int, batch: Int,
        gradient: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let observations = rows.observations.rows(states)
        let part = scratch.matrix(rows: states.count, columns: critic.hidden)
        critic.observationPart(member, parameters, observations: observations, into: part)
        let trace = CriticTrace(critic, rows: actions.rows, scratch: scratch)
        critic.forward(
            member, parameters, observationPart: part, copies: copies, actions: actions,
            into: trace)
        let values = scratch.vector(actions.rows)
        critic.head.decode(trace.outputs, into: values)
        let seeds = scratch.vector(actions.rows)
        VectorMath.fill(seeds, count: actions.rows, 0)
        if draws > 0 {
            conserve(
                values, rows: rows, states: states, next: next, current: current, share: share,
                draws: draws, seeds: seeds, sums: sums)
        }
        let work = scratch.vector(critic.head.workCount)
        let weight = 1 / Float(critic.memberCount * batch)
        critic.head.trainingSeed(
            trace.outputs, values: values, gradients: seeds, every: copies,
            targets: encoded.rows(states), weight: weight,
            loss: &sums[CriticSum.tdLoss.rawValue], work: work)
        for place in 0..<states.count {
            sums[CriticSum.qData.rawValue] += values[place * copies]
        }
        critic.backward(
            member, parameters, observations: observations, copies: copies, actions: actions,
            trace: trace, gradient: gradient, scratch: scratch)
        scratch.release(to: mark)
    }

    /// The conservative term's seeds of one drawn member.
    private func conserve(
        _ values: UnsafePointer<Float>, rows: CriticRows, states: Range<Int>,
        next: PolicyActions, current: PolicyActions, share: Float, draws: Int,
        seeds: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
    ) {
        let policyCount = term.policyCount
        for (place, state) in states.enumerated() {
            let first = place * term.count
            let result = term.evaluate(
                values + first, returnToGo: rows.returns[state],
                nextDensities: next.densities.map { $0 + state * policyCount },
                currentDensities: current.densities.map { $0 + state * policyCount },
                gradients: seeds + first)
            VectorMath.scale(seeds + first, count: term.count, by: share)
            sums[CriticSum.cqlLoss.rawValue] += Float(draws) * result.difference
            sums[CriticSum.bound.rawValue] += Float(draws * result.bound)
            let random = VectorMath.sum(values + first + 1, count: term.randomCount)
            sums[CriticSum.qRandom.rawValue] += Float(draws) * random
            let policy = first + 1 + term.randomCount + policyCount
            let acted = VectorMath.sum(values + policy, count: policyCount)
            sums[CriticSum.qPolicy.rawValue] += Float(draws) * acted
        }
    }

    /// Floats of scratch that a shard of so many rows needs, generously.
    func scratchCount(rows: Int) -> Int {
        let group = max(term.count, term.policyCount)
        let block = max(Self.blockRows, group) + rows
        let perRow = 10 * critic.hidden + 2 * critic.outputs + 2 * critic.actionCount + 8
        return block * perRow + CriticTrace.scratchCount(critic, rows: block)
            + rows * (critic.outputs + 4 * term.policyCount) + critic.head.workCount * 4 + 8192
    }
}
