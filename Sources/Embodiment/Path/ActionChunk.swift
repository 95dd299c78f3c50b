/// Actions of consecutive steps, chosen at once: what a policy answers.
///
/// At most `longest` of them and `mostNumbers` numbers in all, stored in place: no allocation, any thread. Some 8 kB, so
/// it is handed on once a decision, never once a tick.
public struct ActionChunk: Sendable, Equatable {
    /// Most actions of a chunk.
    public static let longest = 64
    /// Most numbers of a chunk: 64 actions of 16 axes, 16 actions of 64.
    public static let mostNumbers = 1024

    private var numbers = InlineArray<1024, Double>(repeating: 0)
    private let axes: Int
    /// How many there are, 1…`longest(axes:)`.
    public let count: Int
    /// The step of its course that the first action is meant for, from 0.
    public var firstStep: UInt32
    /// Time between two of its actions, ns; 0 for the robot's own policy period.
    public var periodNanoseconds: UInt64

    /// Most actions of a chunk for a robot of so many axes.
    public static func longest(axes: Int) -> Int { min(longest, mostNumbers / max(1, axes)) }

    /// A chunk of one action.
    public init(_ action: Action, firstStep: UInt32 = 0, periodNanoseconds: UInt64 = 0) {
        axes = action.count
        count = 1
        self.firstStep = firstStep
        self.periodNanoseconds = periodNanoseconds
        put(action, at: 0)
    }

    /// A chunk of several actions.
    ///
    /// - Parameter values: 1…`longest(axes:)`, all with as many axes; allocates as any array, not for the tick.
    public init(_ values: [Action], firstStep: UInt32 = 0, periodNanoseconds: UInt64 = 0) {
        let most = Self.longest(axes: values.first?.count ?? 0)
        precondition(
            (1...most).contains(values.count),
            "a chunk has 1 to \(most) actions, these are \(values.count)")
        axes = values[0].count
        count = values.count
        self.firstStep = firstStep
        self.periodNanoseconds = periodNanoseconds
        for index in values.indices {
            precondition(values[index].count == axes, "actions of a chunk are of one robot")
            put(values[index], at: index)
        }
    }

    /// So many actions of zeros, 1…`longest(axes:)`; does not allocate.
    public init(count: Int, axes: Int) {
        precondition((1...Self.longest(axes: axes)).contains(count), "a chunk has room for them")
        self.axes = axes
        self.count = count
        firstStep = 0
        periodNanoseconds = 0
    }

    /// Replaces one action, from 0, of as many axes.
    public mutating func put(_ action: @_addressable Action, at index: Int) {
        var axis = 0
        while axis < axes {
            numbers[index * axes + axis] = action[axis]
            axis += 1
        }
    }

    /// One action, from 0.
    public subscript(index: Int) -> Action {
        @_addressableSelf get {
            precondition(index >= 0 && index < count, "an action of the chunk")
            var action = Action(count: axes)
            var axis = 0
            while axis < axes {
                action[axis] = numbers[index * axes + axis]
                axis += 1
            }
            return action
        }
    }

    /// Whether every number of every action is finite.
    public var isFinite: Bool {
        @_addressableSelf get {
            var index = 0
            while index < count * axes {
                if !numbers[index].isFinite { return false }
                index += 1
            }
            return true
        }
    }

    /// Equal sizes, places and bit patterns of every action in use.
    public static func == (left: @_addressable ActionChunk, right: @_addressable ActionChunk)
        -> Bool
    {
        guard left.count == right.count, left.axes == right.axes, left.firstStep == right.firstStep,
            left.periodNanoseconds == right.periodNanoseconds
        else { return false }
        for index in 0..<left.count * left.axes
        where left.numbers[index].bitPattern != right.numbers[index].bitPattern {
            return false
        }
        return true
    }
}
