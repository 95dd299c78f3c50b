/// Actions of consecutive steps, chosen at once: what a policy answers.
///
/// At most `longest` of them, stored in place: no allocation, any thread. Some 9 kB, so it is handed on
/// once a decision, never once a tick.
public struct ActionChunk: Sendable, Equatable {
    /// Most actions of a chunk.
    public static let longest = 64

    private var actions: InlineArray<64, Action>
    /// How many there are, 1…`longest`.
    public let count: Int
    /// The step of its course that the first action is meant for, from 0.
    public var firstStep: UInt32
    /// Time between two of its actions, ns; 0 for the robot's own policy period.
    public var periodNanoseconds: UInt64

    /// A chunk of one action.
    public init(_ action: Action, firstStep: UInt32 = 0, periodNanoseconds: UInt64 = 0) {
        actions = InlineArray(repeating: action)
        count = 1
        self.firstStep = firstStep
        self.periodNanoseconds = periodNanoseconds
    }

    /// A chunk of several actions.
    ///
    /// - Parameter values: 1…`longest`, all with as many axes; allocates as any array, not for the tick.
    public init(_ values: [Action], firstStep: UInt32 = 0, periodNanoseconds: UInt64 = 0) {
        precondition(
            (1...Self.longest).contains(values.count), "a chunk has 1 to \(Self.longest) actions")
        actions = InlineArray(repeating: values[0])
        for index in values.indices { actions[index] = values[index] }
        count = values.count
        self.firstStep = firstStep
        self.periodNanoseconds = periodNanoseconds
    }

    /// One action, from 0.
    public subscript(index: Int) -> Action {
        precondition(index >= 0 && index < count, "an action of the chunk")
        return actions[index]
    }

    /// Whether every number of every action is finite.
    public var isFinite: Bool {
        var index = 0
        while index < count {
            if !actions[index].isFinite { return false }
            index += 1
        }
        return true
    }

    /// Equal sizes, places and bit patterns of every action in use.
    public static func == (left: ActionChunk, right: ActionChunk) -> Bool {
        guard left.count == right.count, left.firstStep == right.firstStep,
            left.periodNanoseconds == right.periodNanoseconds
        else { return false }
        for index in 0..<left.count where left.actions[index] != right.actions[index] {
            return false
        }
        return true
    }
}
