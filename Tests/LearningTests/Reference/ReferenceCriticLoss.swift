import Embodiment
import Foundation
import Neural
import Recipe

/// Cal-QL's loss and gradient, row by row, with every entry of its sum; `Learning/Algorithm.md` 3.1–3.4.
struct ReferenceCriticLoss {
    let network: ReferenceCritic
    /// Of the members drawn and of the random actions.
    let key: RandomKey
    /// Rows of the batch, B.
    let batch: Int
    let weights: ReferenceWeights
    let mistake: ReferenceMistake?
    private(set) var gradient: ReferenceTensors
    /// The smallest |Q − return| of a calibrated entry: its gradient jumps there.
    private(set) var closest = Double.infinity
    private var sums: [String: Double] = [:]

    init(
        network: ReferenceCritic, key: RandomKey, batch: Int, weights: ReferenceWeights,
        mistake: ReferenceMistake?
    ) {
        self.network = network
        self.key = key
        self.batch = batch
        self.weights = weights
        self.mistake = mistake
        gradient = ReferenceTensors(zerosLike: weights.parameters)
    }

    private var settings: CriticSettings { network.settings }

    /// Members drawn with repetition; the target's begin at index 0, the conservative term's at 64.
    private func members(from first: Int) -> [Int] {
        (0..<settings.subsampleSize).map {
            key.uniformInt(below: settings.ensembleSize, index: UInt64(first + $0))
        }
    }

    /// Adds one row, number `number` of the batch, with its optimised actions at s′ and s.
    mutating func add(_ row: ReferenceRow, number: Int, next: [Double], now: [Double]) {
        let y = target(row, next: next)
        sums["target", default: 0] += y
        sums["monteCarlo", default: 0] += row.returnToGo
        let count = Double(settings.ensembleSize * batch)
        for member in 0..<settings.ensembleSize {
            let pass = network.pass(member, weights.parameters, row.observation, row.action)
            let (loss, seed) = network.training(pass, target: y)
            sums["tdLoss", default: 0] += loss / count
            sums["qData", default: 0] += pass.value / count
            backward(member, pass, seed.map { $0 / count })
        }
        let drawn =
            mistake == .everyMemberConserves
            ? Array(0..<settings.ensembleSize) : members(from: 64)
        for member in drawn {
            conserve(row, number: number, next: next, now: now, member: member, of: drawn.count)
        }
    }

    /// y = r + γ · mask · min of the drawn members' Q̄(s′, a′).
    private func target(_ row: ReferenceRow, next: [Double]) -> Double {
        let parameters = mistake == .targetFromOnline ? weights.parameters : weights.averages
        let values = members(from: 0).map {
            network.pass($0, parameters, row.nextObservation, next).value
        }
        let least = mistake == .largestMember ? values.max() : values.min()
        let mask = mistake == .maskLost ? 1 : row.mask
        let y = row.reward + asHeld(settings.discount) * mask * (least ?? 0)
        return settings.returnLowerBound ? max(y, row.returnToGo) : y
    }

    /// One drawn member's ln Σ e^entry − ln(3n + 1) − Q(s, a_data), entry by entry.
    private mutating func conserve(
        _ row: ReferenceRow, number: Int, next: [Double], now: [Double], member: Int, of drawn: Int
    ) {
        let n = settings.cqlActions
        let axes = network.actionCount
        let place = mistake == .wrongRandomRows ? number + 1 : number
        let random = key.on(stream: key.stream + 1).uniforms(
            n * axes, low: -1, high: 1, row: UInt64(place))
        var actions = (0..<n).map { Array(random[($0 * axes)..<(($0 + 1) * axes)]) }
        let copies = mistake == .copyMissing ? n - 1 : n
        actions += Array(repeating: next, count: copies)
        actions += Array(repeating: now, count: copies)
        actions.append(row.action)
        let passes = actions.map {
            network.pass(member, weights.parameters, row.observation, $0)
        }
        let data = passes.count - 1
        func isLifted(_ index: Int) -> Bool {
            index >= n && index < data && mistake != .calibrationLost
        }
        var entries = passes.map(\.value)
        for index in entries.indices where isLifted(index) {
            entries[index] = max(entries[index], row.returnToGo)
        }
        if mistake == .dataEntryLost { entries[data] = -.infinity }
        let largest = entries.max() ?? 0
        let total = entries.reduce(0) { $0 + exp($1 - largest) }
        let size = mistake == .countLost ? 1 : Double(entries.count)
        let difference = largest + log(total) - log(size) - passes[data].value

        let rows = Double(drawn * batch)
        sums["cqlLoss", default: 0] += difference / rows
        for index in 0..<n { sums["qRandom", default: 0] += passes[index].value / rows / Double(n) }
        sums["qPolicy", default: 0] += passes[data - 1].value / rows
        for index in [n, data - 1] {
            let gap = passes[index].value - row.returnToGo
            closest = min(closest, abs(gap))
            if gap < 0 { sums["calibrationBound", default: 0] += 0.5 / rows }
        }
        var weight = asHeld(settings.cqlAlpha) / rows
        if mistake == .conservativeSign { weight = -weight }
        for index in passes.indices {
            var share = exp(entries[index] - largest) / total
            if isLifted(index), passes[index].value < row.returnToGo { share = 0 }
            if index == data { share -= 1 }
            backward(
                member, passes[index], network.seed(passes[index], ofValue: weight * share))
        }
    }

    private mutating func backward(_ member: Int, _ pass: ReferenceCritic.Pass, _ seed: [Double]) {
        _ = network.backward(member, weights.parameters, pass, seed: seed, gradient: &gradient)
    }

    /// What the learner reports, by name.
    var report: [String: Double] {
        var report = sums
        for name in ["target", "monteCarlo"] { report[name, default: 0] /= Double(batch) }
        report["calibrationBound", default: 0] += 0
        return report
    }
}
