import Models
import Neural
import Recipe

/// The Cal-QL loss of one shard's rows and its gradient; `Learning/Algorithm.md` 3.1–3.4 and A5, arXiv 2303.05479,
/// equation 5.1.
///
/// Pure: everything comes in arguments. Members are drawn once per update, with repetition, apart
/// for the target and for the conservative term; a member drawn twice counts twice.
struct CalQL: Sendable {
    let critic: CriticEnsemble
    let term: ConservativeTerm
    let discount: Float
    let alpha: Float
    let subsample: Int
    let isDistinct: Bool
    let returnLowerBound: Bool

    init(critic: CriticEnsemble, settings: CriticSettings, policyCount: Int) {
        self.critic = critic
        term = ConservativeTerm(
            settings: settings, policyCount: policyCount, actionCount: critic.actionCount)
        discount = Float(settings.discount)
        alpha = Float(settings.cqlAlpha)
        subsample = settings.subsampleSize
        isDistinct = settings.isSubsampleDistinct
        returnLowerBound = settings.returnLowerBound
    }

    /// Rows of one forward pass, so that activations stay in cache.
    static let blockRows = 256

    /// Computes y = r + γ · mask · max_P min_{i∈S} Q̄_i(s′, a′) for every row, [b]; REDQ (arXiv 2101.05982), algorithm 1.
    ///
    /// The minimum is over `subsample` members, drawn as `member(_:key:)` says; P = 1 for optimised actions.
    /// Of a window of ℓ steps r is their discounted sum, s′ what was seen after them, and γ counts ℓ times.
    /// With `returnLowerBound`, y is at least the row's Monte-Carlo return.
    func targets(
        _ rows: CriticRows, next: PolicyActions, averages: UnsafePointer<Float>, key: RandomKey,
        into targets: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let policyCount = term.policyCount
        // The least of the drawn members' values and one member's, each [b·P].
        let least = scratch.vector(rows.count * policyCount)
        let values = scratch.vector(rows.count * policyCount)
        for draw in 0..<subsample {
            let member = member(draw, key: key)
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
            let discount = rows.discounts?[row] ?? discount
            targets[row] = rows.rewards[row] + discount * rows.masks[row] * best
            if returnLowerBound { targets[row] = max(targets[row], rows.returns[row]) }
        }
        scratch.release(to: mark)
    }

    /// The member of one draw for a target: any, or any that has not been drawn yet.
    func member(_ draw: Int, key: RandomKey) -> Int {
        guard isDistinct else {
            return key.uniformInt(below: critic.memberCount, index: UInt64(draw))
        }
        // Floyd's sampling: of the first E − S + 1 + draw members, the last where the drawn one has been taken.
        let last = critic.memberCount - subsample + draw
        let drawn = key.uniformInt(below: last + 1, index: UInt64(draw))
        return (0..<draw).contains { member($0, key: key) == drawn } ? last : drawn
    }

    /// Adds a shard's gradient of TD + α · conservative loss, both means over the whole batch.
    ///
    /// Shapes below: b rows of the shard, C = 1 + n + 2P actions per state, S states at a time.
    ///
    /// - Parameters:
    ///   - gradient: of the critic's layout; added to.
    ///   - sums: `CriticSum`s, added to.
    func accumulateGradient(
        _ step: CriticStep, gradient: UnsafeMutablePointer<Float>,
        sums: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let rows = step.rows
        // y as the head sees it, [b, bins].
        let encoded = scratch.matrix(rows: rows.count, columns: critic.outputs)
        let work = scratch.vector(critic.head.workCount)
        for row in 0..<rows.count {
            critic.head.encode(step.targets[row], into: encoded.row(row), work: work)
            sums[CriticSum.target.rawValue] += step.targets[row]
            sums[CriticSum.monteCarlo.rawValue] += rows.returns[row]
        }
        let group = term.count
        let statesAtOnce = max(1, min(rows.count, Self.blockRows / group))
        // [S·C, A].
        let actions = scratch.matrix(rows: statesAtOnce * group, columns: critic.actionCount)
        var first = 0
        while step.isConservative, first < rows.count {
            let states = first..<min(rows.count, first + statesAtOnce)
            // These states' actions, [S·C, A].
            let block = actions.rows(0..<(states.count * group))
            arrange(step, states: states, into: block)
            for member in 0..<critic.memberCount {
                let draws = multiplicity(of: member, key: step.key)
                guard draws > 0 else { continue }
                let pass = MemberPass(
                    member: member, draws: draws, states: states, actions: block, copies: group,
                    encoded: encoded)
                run(pass, of: step, gradient: gradient, sums: sums, scratch: scratch)
            }
            first = states.upperBound
        }
        // Members that were not drawn see the data actions only, all of them without the conservative term.
        for member in 0..<critic.memberCount {
            guard !step.isConservative || multiplicity(of: member, key: step.key) == 0 else {
                continue
            }
            let pass = MemberPass(
                member: member, draws: 0, states: 0..<rows.count, actions: rows.actions, copies: 1,
                encoded: encoded)
            run(pass, of: step, gradient: gradient, sums: sums, scratch: scratch)
        }
        scratch.release(to: mark)
    }

    /// What one member sees in one pass.
    private struct MemberPass {
        let member: Int
        /// How often it was drawn for the conservative term; 0 for the data actions alone.
        let draws: Int
        /// Of the shard's rows.
        let states: Range<Int>
        /// [S·copies, A].
        let actions: Matrix
        /// Actions per state: C, or 1.
        let copies: Int
        /// Of all the shard's rows, [b, bins].
        let encoded: Matrix
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

    /// Lays out each state's C actions in `block` [S·C, A]: data, n random, P next, P current.
    private func arrange(_ step: CriticStep, states: Range<Int>, into block: Matrix) {
        let width = critic.actionCount
        let policyCount = term.policyCount
        for (place, state) in states.enumerated() {
            let first = place * term.count
            block.row(first).update(from: step.rows.actions.row(state), count: width)
            step.key.on(stream: step.key.stream &+ 1).fillUniform(
                block.row(first + 1), count: term.randomCount * width, low: -1, high: 1,
                row: UInt64(step.firstRow + state))
            let policy = first + 1 + term.randomCount
            block.row(policy).update(
                from: step.next.actions.row(state * policyCount), count: policyCount * width)
            block.row(policy + policyCount).update(
                from: step.current.actions.row(state * policyCount), count: policyCount * width)
        }
    }

    /// Forward, both losses and backward of one member on some states.
    private func run(
        _ pass: MemberPass, of step: CriticStep, gradient: UnsafeMutablePointer<Float>,
        sums: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let (member, actions) = (pass.member, pass.actions)
        // [S, O].
        let observations = step.rows.observations.rows(pass.states)
        // The states' share of the first layer, [S, H].
        let part = scratch.matrix(rows: pass.states.count, columns: critic.hidden)
        critic.observationPart(member, step.parameters, observations: observations, into: part)
        let trace = CriticTrace(critic, rows: actions.rows, scratch: scratch)
        critic.forward(
            member, step.parameters, observationPart: part, copies: pass.copies, actions: actions,
            into: trace)
        // Q and ∂loss/∂Q, each [S·copies].
        let values = scratch.vector(actions.rows)
        critic.head.decode(trace.outputs, into: values)
        let seeds = scratch.vector(actions.rows)
        VectorMath.fill(seeds, count: actions.rows, 0)
        if pass.draws > 0 { conserve(values, pass, of: step, seeds: seeds, sums: sums) }
        let work = scratch.vector(critic.head.workCount)
        let weight = 1 / Float(critic.memberCount * step.batch)
        critic.head.trainingSeed(
            trace.outputs, values: values, gradients: seeds, every: pass.copies,
            targets: pass.encoded.rows(pass.states), weight: weight,
            loss: &sums[CriticSum.tdLoss.rawValue], work: work)
        for place in 0..<pass.states.count {
            sums[CriticSum.qData.rawValue] += values[place * pass.copies]
        }
        critic.backward(
            member, step.parameters, observations: observations, copies: pass.copies,
            actions: actions, trace: trace, gradient: gradient, scratch: scratch)
        scratch.release(to: mark)
    }

    /// The conservative term's seeds [S·C] of one drawn member, from its values [S·C].
    private func conserve(
        _ values: UnsafePointer<Float>, _ pass: MemberPass, of step: CriticStep,
        seeds: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
    ) {
        let policyCount = term.policyCount
        let draws = Float(pass.draws)
        let share = draws * alpha / Float(subsample * step.batch)
        for (place, state) in pass.states.enumerated() {
            let first = place * term.count
            // One state's values and seeds, [C] each, in the order of `arrange`.
            let result = term.evaluate(
                values + first, returnToGo: step.rows.returns[state],
                nextDensities: step.next.densities.map { $0 + state * policyCount },
                currentDensities: step.current.densities.map { $0 + state * policyCount },
                gradients: seeds + first)
            VectorMath.scale(seeds + first, count: term.count, by: share)
            sums[CriticSum.cqlLoss.rawValue] += draws * result.difference
            sums[CriticSum.bound.rawValue] += Float(pass.draws * result.bound)
            let random = VectorMath.sum(values + first + 1, count: term.randomCount)
            sums[CriticSum.qRandom.rawValue] += draws * random
            let policy = first + 1 + term.randomCount + policyCount
            let acted = VectorMath.sum(values + policy, count: policyCount)
            sums[CriticSum.qPolicy.rawValue] += draws * acted
        }
    }
}
