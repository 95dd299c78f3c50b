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

    /// The elements' range in the flat buffer.
    @inlinable
    public var range: Range<Int> { offset..<(offset + count) }

    /// Places a tensor.
    public init(name: String, shape: [Int], offset: Int) {
        self.name = name
        self.shape = shape
        self.offset = offset
        count = shape.reduce(1, *)
    }
}

/// The order and the shapes of a network's tensors in one flat buffer.
///
/// A network is a layout and pure functions over a flat buffer; gradients, moments and averages are buffers of the same
/// layout, so that optimising, averaging, saving and swapping are each one flat loop.
public struct ParameterLayout: Sendable, Equatable {
    /// The tensors in order.
    public private(set) var tensors: [TensorSpec] = []
    /// The number of elements in the flat buffer.
    public private(set) var count = 0

    /// An empty layout.
    public init() {}

    /// Appends a tensor right behind the last one.
    @discardableResult
    public mutating func add(_ name: String, _ shape: [Int]) -> TensorSpec {
        precondition(!tensors.contains { $0.name == name }, "a tensor name is used twice")
        precondition(shape.allSatisfy { $0 >= 0 })
        let spec = TensorSpec(name: name, shape: shape, offset: count)
        tensors.append(spec)
        count += spec.count
        return spec
    }

    /// Finds a tensor by name.
    public func tensor(_ name: String) -> TensorSpec? { tensors.first { $0.name == name } }
}
