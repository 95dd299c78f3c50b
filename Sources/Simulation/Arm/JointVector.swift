import Glibc

/// Six joint values, rad or rad/s: waist, shoulder, elbow, forearm roll, wrist angle, wrist rotate.
public struct JointVector: Sendable {
    @usableFromInline var storage = InlineArray<6, Double>(repeating: 0)

    /// All zeros: upper arm upright, forearm level.
    public init() {}

    /// Six values in joint order.
    public init(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double) {
        storage = [a, b, c, d, e, f]
    }

    /// One joint's value.
    @inlinable
    public subscript(index: Int) -> Double {
        get { storage[index] }
        set { storage[index] = newValue }
    }

    /// The values as an array (allocates; not for the tick).
    public var values: [Double] { (0..<6).map { storage[$0] } }
}
