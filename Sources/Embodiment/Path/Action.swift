/// What a policy or a person asks of the robot for one step: −1…1 per axis of the action box.
///
/// Never a position, a velocity or a limit: those are `AxisVector`s in axis units. Stored in place: no
/// allocation, any thread.
public struct Action: Sendable, Equatable {
    @usableFromInline var components: AxisVector

    /// All zeros: the middle of the action box.
    ///
    /// - Parameter count: axes, at most `Capacity.axes`.
    @_noAllocation @_noLocks
    @inlinable
    public init(count: Int) { components = AxisVector(count: count) }

    /// Copies `values`, one an axis.
    public init(_ values: [Double]) { components = AxisVector(values) }

    /// How many axes it has.
    @inlinable
    public var count: Int {
        @_addressableSelf @_noAllocation @_noLocks get { components.count }
    }

    /// The component on one axis.
    @inlinable
    public subscript(index: Int) -> Double {
        @_addressableSelf @_noAllocation @_noLocks get { components[index] }
        @_noAllocation @_noLocks set { components[index] = newValue }
    }

    /// Becomes equal to another one: copies what is in use of it, and no more.
    @_noAllocation @_noLocks
    @inlinable
    public mutating func take(_ other: @_addressable Action) { components.take(other.components) }

    /// Whether every component is finite.
    @inlinable
    public var isFinite: Bool {
        @_addressableSelf @_noAllocation @_noLocks get { components.isFinite }
    }

    /// The components, as an array (allocates; not for the tick).
    public var values: [Double] { components.values }
}
