/// One side of a plane in the base frame: every commanded tool position p has normal · p ≤ offset.
public struct HalfSpace: Sendable, Equatable {
    /// The plane's normal, of length 1, pointing out of where the tool may be.
    public var x, y, z: Double
    /// The plane's distance from the origin along the normal, m.
    public var offset: Double

    /// - Parameters:
    ///   - normal: three numbers of any length but zero.
    ///   - offset: m, for a normal of length 1.
    public init(normal: [Double], offset: Double) {
        precondition(normal.count == 3)
        let length =
            (normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]).squareRoot()
        precondition(length > 0)
        x = normal[0] / length
        y = normal[1] / length
        z = normal[2] / length
        self.offset = offset
    }

    /// How far a point is beyond the plane, m; negative where it is allowed to be.
    @_noAllocation @_noLocks
    @inlinable
    public func excess(_ px: Double, _ py: Double, _ pz: Double) -> Double {
        x * px + y * py + z * pz - offset
    }
}
