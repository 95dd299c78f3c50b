import Experience
import Models
import Neural
import Recipe

/// A batch's windows as the critic sees them, and the chunks that a policy is to learn.
///
/// Owned by the learner; its thread calls `fill`, shards write disjoint rows of the targets. With chunks of one step it
/// has no memory of its own and everything is a view of the batch.
final class WindowRows {
    private let view: BatchView
    private let chunk: ChunkSettings
    /// γ.
    private let discount: Float
    /// What the critic sees where it judges windows of k > 1 steps, [B, O + 1] each: before a window with ℓ/k, before
    /// and after it with 1.
    private let observations: Arena
    private let asked: Arena
    private let nextObservations: Arena
    /// γ^ℓ, [B].
    private let discounts: Arena
    /// Chunks to learn, [B, H·A], and their steps that count, [B, H].
    private let targets: Arena
    private let counted: Arena

    /// - Parameters:
    ///   - view: the batch, of the settings' horizon and executed steps.
    ///   - discount: γ.
    init(_ view: BatchView, chunk: ChunkSettings, discount: Double) {
        self.view = view
        self.chunk = chunk
        self.discount = Float(discount)
        let wide = chunk.executedSteps > 1 ? view.capacity * (view.observationCount + 1) : 0
        observations = Arena(count: max(1, wide))
        asked = Arena(count: max(1, wide))
        nextObservations = Arena(count: max(1, wide))
        discounts = Arena(count: max(1, wide > 0 ? view.capacity : 0))
        let steps = chunk.horizon > 1 ? view.capacity * chunk.horizon : 0
        targets = Arena(count: max(1, steps * view.actionCount))
        counted = Arena(count: max(1, steps))
    }

    /// What the policy saw before the first `count` windows, [count, O].
    func seen(_ count: Int) -> Matrix {
        Matrix(view.observations, rows: count, columns: view.observationCount)
    }

    /// What it saw after them, [count, O].
    func seenAfter(_ count: Int) -> Matrix {
        Matrix(view.nextObservations, rows: count, columns: view.observationCount)
    }

    /// What was executed, [count, H·A].
    func chunks(_ count: Int) -> Matrix {
        Matrix(view.actions, rows: count, columns: chunk.horizon * view.actionCount)
    }

    /// Steps of it that were really there, [count, H]; nil with chunks of one step.
    func present(_ count: Int) -> Matrix? {
        chunk.horizon > 1 ? Matrix(view.present, rows: count, columns: chunk.horizon) : nil
    }

    /// The first `count` rows as the critic sees them; the actions are the first k of the chunks'.
    func criticRows(_ count: Int) -> CriticRows {
        let actions = chunks(count).columns(0..<(chunk.executedSteps * view.actionCount))
        guard chunk.executedSteps > 1 else {
            return CriticRows(
                observations: seen(count), asked: seen(count), actions: actions,
                nextObservations: seenAfter(count), rewards: view.rewards, masks: view.masks,
                returns: view.returns)
        }
        return CriticRows(
            observations: wide(observations, count), asked: wide(asked, count), actions: actions,
            nextObservations: wide(nextObservations, count), rewards: view.rewards,
            masks: view.masks, returns: view.returns, discounts: discounts.base)
    }

    /// Follows the batch, whose observations have been normalised.
    func fill(_ count: Int) {
        guard chunk.executedSteps > 1 else { return }
        let width = view.observationCount
        for row in 0..<count {
            let length = Int(view.lengths[row])
            func widen(_ from: Matrix, into arena: Arena, _ share: Float) {
                let to = wide(arena, count).row(row)
                to.update(from: from.row(row), count: width)
                to[width] = share
            }
            widen(seen(count), into: observations, Float(length) / Float(chunk.executedSteps))
            widen(seen(count), into: asked, 1)
            widen(seenAfter(count), into: nextObservations, 1)
            var power = discount
            for _ in 1..<max(1, length) { power *= discount }
            discounts.base[row] = power
        }
    }

    private func wide(_ arena: Arena, _ count: Int) -> Matrix {
        arena.matrix(at: 0, rows: count, columns: view.observationCount + 1)
    }

    // MARK: Distillation

    /// Chunks that the policy is to learn, [count, H·A], and their steps that count, [count, H].
    func learned(_ count: Int) -> (targets: Matrix, counted: Matrix) {
        (
            targets.matrix(at: 0, rows: count, columns: chunk.horizon * view.actionCount),
            counted.matrix(at: 0, rows: count, columns: chunk.horizon)
        )
    }

    /// Makes the chunk of a row: an improved window, and behind it what its own chunk goes on with.
    ///
    /// - Parameters:
    ///   - row: of the batch.
    ///   - window: [k·A].
    ///   - candidate: the chunk that it was made of, [H·A]; nil for the executed one, of which the steps count that were
    ///     there.
    func complete(
        _ row: Int, window: UnsafePointer<Float>, candidate: UnsafePointer<Float>?
    ) {
        let (targets, counted) = learned(row + 1)
        let executed = chunk.executedSteps * view.actionCount
        let source = candidate ?? UnsafePointer(chunks(row + 1).row(row))
        targets.row(row).update(from: source, count: targets.columns)
        targets.row(row).update(from: window, count: executed)
        for step in 0..<chunk.horizon {
            let isThere = candidate != nil || view.present[row * chunk.horizon + step] > 0
            counted[row, step] = isThere ? 1 : 0
        }
    }
}
