/// A named tensor's place in a flat buffer of parameters.
public struct TensorSpec: Sendable, Equatable {
    /// The name, unique in its layout.
    public let name: String
    /// The lengths of the dimensions, outermost first; empty for a scalar.
    public let shape: [Int]
    /// The first element in the flat buffer.
    public let offset: Int
    /// The number of elements, the product of the shape.
    public let count: Int

    /// What all elements are where a file of an earlier version has no such tensor; nil where it must be there.
    public let absent: Float?

    /// The elements' range in the flat buffer.
    @inlinable
    public var range: Range<Int> { offset..<(offset + count) }

    /// Places a tensor.
    public init(name: String, shape: [Int], offset: Int, absent: Float? = nil) {
        self.absent = absent
        self.name = name
        self.shape = shape
        self.offset = offset
        count = shape.reduce(1, *)
    }
}
