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

    private var current: PlannedChunk?
    private var next: PlannedChunk?

    /// Nothing is planned.
    public init() {}

    /// Plans a chunk.
    ///
    /// - Parameters:
    ///   - step: the next step of the course.
    ///   - axes: of the robot.
    public mutating func offer(_ chunk: @_addressable PlannedChunk, before step: UInt32, axes: Int)
        -> Answer
    {
        let chosen = chunk.decision.chosen
        guard chosen.isFinite, chosen[0].count == axes else { return .notFinite }
        guard UInt64(chosen.firstStep) + UInt64(chosen.count) > UInt64(step) else {
            return .outOfDate
        }
        guard next == nil else { return .full }
        next = chunk
        return .taken
    }

    /// Whether there is an action for a step.
    public func holds(_ step: UInt32) -> Bool {
        Self.index(of: step, in: next) != nil || Self.index(of: step, in: current) != nil
    }

    /// The action of a step that begins now; a chunk that is meant to have begun by then takes over.
    public mutating func take(_ step: UInt32) -> PlannedAction? {
        if let waiting = next, waiting.decision.chosen.firstStep <= step {
            current = waiting
            next = nil
        }
        guard let index = Self.index(of: step, in: current), let chunk = current else {
            return nil
        }
        return PlannedAction(
            action: chunk.decision.chosen[index], source: chunk.decision.source,
            version: chunk.decision.version, record: chunk.record, askedTick: chunk.askedTick)
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
