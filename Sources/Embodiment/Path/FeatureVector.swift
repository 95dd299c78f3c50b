/// The scalars of one observation or the features of one sample, stored in place.
public struct FeatureVector: Sendable {
    @usableFromInline var storage = InlineArray<1024, Float>(repeating: 0)
    /// How many are in use.
    public var count: Int {
        @_addressableSelf @_noAllocation @_noLocks @inlinable get { used }
    }
    @usableFromInline var used: Int

    /// All zeros.
    ///
    /// - Parameter count: at most `Capacity.features`.
    @_noAllocation @_noLocks
    @inlinable
    public init(count: Int) {
        precondition(count >= 0 && count <= Capacity.features, "more than Capacity.features")
        used = count
    }

    /// Copies `values`.
    public init(_ values: [Float]) {
        self.init(count: values.count)
        for index in values.indices { storage[index] = values[index] }
    }

    /// One scalar.
    @inlinable
    public subscript(index: Int) -> Float {
        @_addressableSelf @_noAllocation @_noLocks get { storage[index] }
        @_noAllocation @_noLocks set { storage[index] = newValue }
    }

    /// Becomes equal to another one: copies what is in use of it, and no more.
    @_noAllocation @_noLocks
    @inlinable
    public mutating func take(_ other: @_addressable FeatureVector) {
        var index = 0
        while index < other.used {
            storage[index] = other.storage[index]
            index += 1
        }
        used = other.used
    }

    /// Whether every scalar in use is finite.
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

    /// The scalars in use, as an array (allocates; not for the tick).
    public var values: [Float] { (0..<count).map { storage[$0] } }
}

extension FeatureVector: Equatable {
    /// Equal counts and equal bit patterns of every scalar in use.
    public static func == (left: @_addressable FeatureVector, right: @_addressable FeatureVector)
        -> Bool
    {
        guard left.count == right.count else { return false }
        for index in 0..<left.count
        where left.storage[index].bitPattern != right.storage[index].bitPattern { return false }
        return true
    }
}
