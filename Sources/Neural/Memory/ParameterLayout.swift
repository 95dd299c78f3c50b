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
    ///
    /// - Parameter absent: what all its numbers are where a file of an earlier version has no such tensor; nil
    ///   refuses such a file.
    @discardableResult
    public mutating func add(
        _ name: String, _ shape: [Int], absent: Float? = nil
    ) -> TensorSpec {
        precondition(!tensors.contains { $0.name == name }, "a tensor name is used twice")
        precondition(shape.allSatisfy { $0 >= 0 })
        let spec = TensorSpec(name: name, shape: shape, offset: count, absent: absent)
        tensors.append(spec)
        count += spec.count
        return spec
    }

    /// Finds a tensor by name.
    public func tensor(_ name: String) -> TensorSpec? { tensors.first { $0.name == name } }
}
