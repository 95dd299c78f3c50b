/// One number per command axis, stored in place: no allocation, no reference counting, any thread.
public struct AxisVector: Sendable {
    @usableFromInline var storage = PerAxis<Double>(repeating: 0)
    /// How many axes are in use.
    public var count: Int {
        @_addressableSelf @_noAllocation @_noLocks @inlinable get { used }
    }
    @usableFromInline var used: Int

    /// All zeros.
    ///
    /// - Parameter count: at most `Capacity.axes`.
    @_noAllocation @_noLocks
    @inlinable
    public init(count: Int) {
        precondition(count >= 0 && count <= Capacity.axes, "more axes than Capacity.axes")
        used = count
    }

    /// Copies `values`.
    public init(_ values: [Double]) {
        self.init(count: values.count)
        for index in values.indices { storage[index] = values[index] }
    }

    /// The value on one axis.
    @inlinable
    public subscript(index: Int) -> Double {
        @_addressableSelf @_noAllocation @_noLocks get { storage[index] }
        @_noAllocation @_noLocks set { storage[index] = newValue }
    }

    /// Becomes equal to another one: copies what is in use of it, and no more.
    @_noAllocation @_noLocks
    @inlinable
    public mutating func take(_ other: @_addressable AxisVector) {
        var index = 0
        while index < other.used {
            storage[index] = other.storage[index]
            index += 1
        }
        used = other.used
    }

    /// Whether every value in use is finite.
    @inlinable
    public var isFinite: Bool {
        @_addressableSelf @_noAllocation @_noLocks get {
            var index = 0
            while index < count {
                if !storage[index].isFinite { return false }
                index += 1
            }
            return true
        }
    }

    /// The values in use, as an array (allocates; not for the tick).
    public var values: [Double] { (0..<count).map { storage[$0] } }
}

extension AxisVector: Equatable {
    /// Equal counts and equal bit patterns of every value in use.
    public static func == (left: @_addressable AxisVector, right: @_addressable AxisVector) -> Bool
    {
        guard left.count == right.count else { return false }
        for index in 0..<left.count
        where left.storage[index].bitPattern != right.storage[index].bitPattern { return false }
        return true
    }
}
