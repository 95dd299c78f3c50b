import Models
import Neural
import Recipe

/// The IQL losses of one shard's rows; `Learning/Algorithm.md` 3.8.
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

    /// Adds a shard's gradients of both losses, means over the whole batch.
    func accumulateGradient(
        critic parameters: UnsafePointer<Float>, averages: UnsafePointer<Float>,
        value valueParameters: UnsafePointer<Float>, rows: CriticRows, batch: Int,
        criticGradient: UnsafeMutablePointer<Float>, valueGradient: UnsafeMutablePointer<Float>,
        sums: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        let count = rows.count
        let values = scratch.vector(count)
        let targets = scratch.vector(count)
        value.memberValues(
            0, valueParameters, observations: rows.nextObservations, copies: 1,
            actions: rows.actions, into: values, scratch: scratch)
        for row in 0..<count {
            targets[row] = rows.rewards[row] + discount * rows.masks[row] * values[row]
            if returnLowerBound { targets[row] = max(targets[row], rows.returns[row]) }
            sums[CriticSum.target.rawValue] += targets[row]
            sums[CriticSum.monteCarlo.rawValue] += rows.returns[row]
        }
        for member in 0..<critic.memberCount {
            regress(
                critic, member, parameters, rows: rows, targets: targets, expectile: nil,
                weight: 1 / Float(critic.memberCount * batch), gradient: criticGradient,
                loss: &sums[CriticSum.tdLoss.rawValue], total: &sums[CriticSum.qData.rawValue],
                scratch: scratch)
        }
        leastTargets(averages, rows: rows, into: targets, scratch: scratch)
        var ignored: Float = 0
        regress(
            value, 0, valueParameters, rows: rows, targets: targets, expectile: expectile,
            weight: 1 / Float(batch), gradient: valueGradient,
            loss: &sums[CriticSum.valueLoss.rawValue], total: &ignored, scratch: scratch)
        scratch.release(to: mark)
    }

    /// min_e Q̄_e(s, a_data) over all members.
    private func leastTargets(
        _ averages: UnsafePointer<Float>, rows: CriticRows,
        into least: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
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
        _ network: CriticEnsemble, _ member: Int, _ parameters: UnsafePointer<Float>,
        rows: CriticRows, targets: UnsafePointer<Float>, expectile: Float?, weight: Float,
        gradient: UnsafeMutablePointer<Float>, loss: inout Float, total: inout Float,
        scratch: Scratch
    ) {
        let mark = scratch.mark()
        let count = rows.count
        let part = scratch.matrix(rows: count, columns: network.hidden)
        network.observationPart(member, parameters, observations: rows.observations, into: part)
        let trace = CriticTrace(network, rows: count, scratch: scratch)
        network.forward(
            member, parameters, observationPart: part, copies: 1, actions: rows.actions,
            into: trace)
        let values = scratch.vector(count)
        network.head.decode(trace.outputs, into: values)
        let encoded = scratch.matrix(rows: count, columns: network.outputs)
        let work = scratch.vector(network.head.workCount)
        let weights = scratch.vector(count)
        let none = scratch.vector(count)
        for row in 0..<count {
            network.head.encode(targets[row], into: encoded.row(row), work: work)
            weights[row] = 1
            if let expectile {
                weights[row] = targets[row] < values[row] ? 1 - expectile : expectile
            }
            none[row] = 0
            total += values[row]
        }
        network.head.trainingSeed(
            trace.outputs, values: values, gradients: none, every: 1, targets: encoded,
            weight: weight, rowWeights: weights, loss: &loss, work: work)
        network.backward(
            member, parameters, observations: rows.observations, copies: 1,
            actions: rows.actions, trace: trace, gradient: gradient, scratch: scratch)
        scratch.release(to: mark)
    }

    /// Floats of scratch that a shard of so many rows needs, generously.
    func scratchCount(rows: Int) -> Int {
        rows * (16 * critic.hidden + 4 * critic.outputs + 16)
            + CriticTrace.scratchCount(critic, rows: rows) + 256
            * (3 * critic.hidden + critic.outputs)
            + critic.head.workCount * 4 + 8192
    }
}
