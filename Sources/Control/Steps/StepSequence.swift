import Embodiment

/// The steps of a course: what is planned, which step is being carried out, what it has done so far.
///
/// A value; one thread, the tick's; no allocation.
struct StepSequence: Sendable {
    /// The course that is followed; nil between two.
    private(set) var course: Course?
    /// Counts courses.
    private(set) var number: UInt64 = 0
    /// The step that comes next, from 0.
    private(set) var next: UInt32 = 0
    /// What is planned.
    var queue = ActionQueue()
    /// The step that is being carried out.
    var open: StepOutcome?
    /// Chunks that were dropped: too late, of another course, or one too many.
    private(set) var dropped: UInt64 = 0

    /// Begins a course: nothing of the one before it counts any more.
    mutating func begin(_ course: Course) {
        end()
        self.course = course
        number &+= 1
        next = 0
    }

    /// No step begins any more; the one that is being carried out leaves no outcome.
    mutating func end() {
        course = nil
        queue.clear()
        open = nil
    }

    /// What a sample says of the episode's end counts for the step that is being carried out.
    mutating func noteEnds(in sample: borrowing SensorSample) {
        if sample.isSuccess { open?.isSuccess = true }
        if sample.isTerminal { open?.isTerminal = true }
        if sample.isTruncated { open?.isTruncated = true }
    }

    /// A step has come to its end: no other one begins where that was the last.
    mutating func close(_ outcome: @_addressable StepOutcome) {
        open = nil
        next += 1
        if let course, outcome.isLast || next >= course.steps { end() }
    }

    /// A chunk was not planned.
    mutating func noteDropped() { dropped &+= 1 }

    /// The course is followed and no step is being carried out: one could begin.
    var isAtBoundary: Bool { course != nil && open == nil }
}
