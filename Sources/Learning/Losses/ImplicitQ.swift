import Models
import Neural
import Recipe

/// The IQL losses of one shard's rows; `Learning/Algorithm.md` 3.8, arXiv 2110.06169, equations 5 (V) and 6 (Q).
///
/// V: expectile regression towards min_e Q̄_e(s, a_data). Q: r + γ · mask · V(s′) with the online
/// V. The policy takes no part. The value network is a critic without actions and with one member.
struct ImplicitQ: Sendable {
    let critic: CriticEnsemble
    let value: CriticEnsemble
    let discount: Float
    let expectile: Float
    let returnLowerBound: Bool

    init(critic: CriticEnsemble, value: CriticEnsemble, settings: CriticSettings) {
        self.critic = critic
        self.value = value
        discount = Float(settings.discount)
        expectile = Float(settings.expectile)
        returnLowerBound = settings.returnLowerBound
    }

    /// The parameters of both networks, and where their gradients go.
    struct Weights {
        /// The critic's, online.
        var critic: UnsafePointer<Float>
        /// The critic's target network.
        var averages: UnsafePointer<Float>
        /// The value network's.
        var value: UnsafePointer<Float>
        /// Of the critic's layout; added to.
        var criticGradient: UnsafeMutablePointer<Float>
        /// Of the value network's layout; added to.
        var valueGradient: UnsafeMutablePointer<Float>
    }

    /// Adds a shard's gradients of both losses, means over a whole batch of `batch` rows.
    func accumulateGradient(
        _ rows: CriticRows, batch: Int, weights: Weights, sums: UnsafeMutablePointer<Float>,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let count = rows.count
        // V(s′), and y of either loss; each [b].
        let values = scratch.vector(count)
        let targets = scratch.vector(count)
        value.memberValues(
            0, weights.value, observations: rows.nextObservations, copies: 1,
            actions: rows.actions, into: values, scratch: scratch)
        for row in 0..<count {
            let discount = rows.discounts?[row] ?? discount
            targets[row] = rows.rewards[row] + discount * rows.masks[row] * values[row]
            if returnLowerBound { targets[row] = max(targets[row], rows.returns[row]) }
            sums[CriticSum.target.rawValue] += targets[row]
            sums[CriticSum.monteCarlo.rawValue] += rows.returns[row]
        }
        for member in 0..<critic.memberCount {
            regress(
                Regression(
                    network: critic, member: member, parameters: weights.critic, targets: targets,
                    weight: 1 / Float(critic.memberCount * batch),
                    gradient: weights.criticGradient),
                on: rows, loss: &sums[CriticSum.tdLoss.rawValue],
                total: &sums[CriticSum.qData.rawValue], scratch: scratch)
        }
        leastTargets(weights.averages, rows: rows, into: targets, scratch: scratch)
        var ignored: Float = 0
        regress(
            Regression(
                network: value, member: 0, parameters: weights.value, targets: targets,
                expectile: expectile, weight: 1 / Float(batch), gradient: weights.valueGradient),
            on: rows, loss: &sums[CriticSum.valueLoss.rawValue], total: &ignored, scratch: scratch)
        scratch.release(to: mark)
    }

    /// One member's way towards targets.
    private struct Regression {
        let network: CriticEnsemble
        let member: Int
        let parameters: UnsafePointer<Float>
        /// [b].
        let targets: UnsafePointer<Float>
        /// Of an asymmetric loss; nil for a symmetric one.
        var expectile: Float?
        /// Of each row.
        let weight: Float
        /// Added to.
        let gradient: UnsafeMutablePointer<Float>
    }

    /// What the executed actions were better by than their states are worth: min_e Q̄_e(s, a_data) − V(s), [b].
    ///
    /// - Parameters:
    ///   - averages: the critic's target network.
    ///   - value: the value network's parameters.
    ///   - advantages: filled.
    func advantages(
        of rows: CriticRows, averages: UnsafePointer<Float>, value parameters: UnsafePointer<Float>,
        into advantages: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        leastTargets(averages, rows: rows, into: advantages, scratch: scratch)
        // V(s), [b].
        let worth = scratch.vector(rows.count)
        value.memberValues(
            0, parameters, observations: rows.observations, copies: 1, actions: rows.actions,
            into: worth, scratch: scratch)
        for row in 0..<rows.count { advantages[row] -= worth[row] }
        scratch.release(to: mark)
    }

    /// min_e Q̄_e(s, a_data) over all members, [b].
    private func leastTargets(
        _ averages: UnsafePointer<Float>, rows: CriticRows,
        into least: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        // One member's values, [b].
        let values = scratch.vector(rows.count)
        for member in 0..<critic.memberCount {
            critic.memberValues(
                member, averages, observations: rows.observations, copies: 1,
                actions: rows.actions, into: values, scratch: scratch)
            for row in 0..<rows.count {
                least[row] = member == 0 ? values[row] : min(least[row], values[row])
            }
        }
        scratch.release(to: mark)
    }

    /// Regression of one member towards targets, with asymmetric weights |τ − 1(target < value)| if wanted.
    private func regress(
        _ regression: Regression, on rows: CriticRows, loss: inout Float, total: inout Float,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let count = rows.count
        let (network, member) = (regression.network, regression.member)
        // The states' share of the first layer, [b, H].
        let part = scratch.matrix(rows: count, columns: network.hidden)
        network.observationPart(
            member, regression.parameters, observations: rows.observations, into: part)
        let trace = CriticTrace(network, rows: count, scratch: scratch)
        network.forward(
            member, regression.parameters, observationPart: part, copies: 1, actions: rows.actions,
            into: trace)
        // Values [b]; targets as the head sees them [b, bins]; weights and no other gradient, each [b].
        let values = scratch.vector(count)
        network.head.decode(trace.outputs, into: values)
        let encoded = scratch.matrix(rows: count, columns: network.outputs)
        let work = scratch.vector(network.head.workCount)
        let weights = scratch.vector(count)
        let none = scratch.vector(count)
        for row in 0..<count {
            let target = regression.targets[row]
            network.head.encode(target, into: encoded.row(row), work: work)
            weights[row] = 1
            if let expectile = regression.expectile {
                weights[row] = target < values[row] ? 1 - expectile : expectile
            }
            none[row] = 0
            total += values[row]
        }
        network.head.trainingSeed(
            trace.outputs, values: values, gradients: none, every: 1, targets: encoded,
            weight: regression.weight, rowWeights: weights, loss: &loss, work: work)
        network.backward(
            member, regression.parameters, observations: rows.observations, copies: 1,
            actions: rows.actions, trace: trace, gradient: regression.gradient, scratch: scratch)
        scratch.release(to: mark)
    }
}
