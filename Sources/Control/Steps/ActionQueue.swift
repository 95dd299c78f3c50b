import Embodiment

/// The actions that are planned: the chunk that is being carried out and the one after it.
///
/// A chunk begins at a step boundary, with the action that is meant for that step. A value; one thread,
/// the tick's; no allocation.
public struct ActionQueue: Sendable {
    /// What became of a chunk.
    public enum Answer: Sendable, Equatable {
        /// It is planned.
        case taken
        /// Another one is already waiting; this one is dropped.
        case full
        /// It holds a number that is not finite, or is of another robot: all of it is dropped.
        case notFinite
        /// All its steps have passed; it is dropped.
        case outOfDate
    }

    /// How long the steps of a chunk may go on after its first, s: what it was planned for is the past by then.
    static let longestSeconds = 1.0

    private var current: PlannedChunk?
    private var next: PlannedChunk?
    /// The tick in which the first step of `current` began.
    private var begunTick: UInt64 = 0

    /// Nothing is planned.
    public init() {}

    /// Plans a chunk.
    ///
    /// - Parameters:
    ///   - step: the next step of the course.
    ///   - axes: of the robot.
    ///   - executed: steps of a chunk that are carried out before another may begin.
    public mutating func offer(
        _ chunk: @_addressable PlannedChunk, before step: UInt32, axes: Int, executed: UInt32 = 1
    ) -> Answer {
        let chosen = chunk.decision.chosen
        guard chosen.isFinite, chosen[0].count == axes else { return .notFinite }
        guard UInt64(chosen.firstStep) + UInt64(chosen.count) > UInt64(step) else {
            return .outOfDate
        }
        guard next == nil, !isBusy(with: chosen.firstStep, executed: executed) else { return .full }
        next = chunk
        return .taken
    }

    /// Whether a decision is wanted that begins with a step: none waits that has an action for it, and what is carried out
    /// has done its part by then.
    public func wants(_ step: UInt32, executed: UInt32) -> Bool {
        Self.index(of: step, in: next) == nil && !isBusy(with: step, executed: executed)
    }

    /// Whether a step is still one that the chunk that is carried out was asked for.
    private func isBusy(with step: UInt32, executed: UInt32) -> Bool {
        guard let index = Self.index(of: step, in: current) else { return false }
        return index < Int(executed)
    }

    /// Drops what is carried out where its first step began longer ago than a plan may last.
    ///
    /// - Parameters:
    ///   - tick: now.
    ///   - tickSeconds: the command period.
    public mutating func expire(at tick: UInt64, tickSeconds: Double) {
        guard current != nil, Double(tick &- begunTick) * tickSeconds > Self.longestSeconds else {
            return
        }
        current = nil
    }

    /// Whether there is an action for a step.
    public func holds(_ step: UInt32) -> Bool {
        Self.index(of: step, in: next) != nil || Self.index(of: step, in: current) != nil
    }

    /// The action of a step that begins now; a chunk that is meant to have begun by then takes over.
    ///
    /// - Parameter tick: the tick in which it begins.
    public mutating func take(_ step: UInt32, at tick: UInt64 = 0) -> PlannedAction? {
        var isFirst = false
        if let waiting = next, waiting.decision.chosen.firstStep <= step {
            current = waiting
            next = nil
            begunTick = tick
            isFirst = true
        }
        guard let index = Self.index(of: step, in: current), let chunk = current else {
            return nil
        }
        return PlannedAction(
            action: chunk.decision.chosen[index], source: chunk.decision.source,
            version: chunk.decision.version, record: chunk.record, askedTick: chunk.askedTick,
            isFirst: isFirst)
    }

    /// Drops everything that is planned.
    public mutating func clear() {
        current = nil
        next = nil
    }

    private static func index(of step: UInt32, in chunk: PlannedChunk?) -> Int? {
        guard let chosen = chunk?.decision.chosen, step >= chosen.firstStep else { return nil }
        let index = Int(step - chosen.firstStep)
        return index < chosen.count ? index : nil
    }
}
