import Glibc

/// A rotation as its three columns: the images of the x, y and z axes.
public struct Rotation: Sendable, Equatable {
    /// Image of the x axis.
    public var x: SIMD3<Double>
    /// Image of the y axis.
    public var y: SIMD3<Double>
    /// Image of the z axis.
    public var z: SIMD3<Double>

    /// No rotation.
    public static let identity = Rotation(
        x: SIMD3(1, 0, 0), y: SIMD3(0, 1, 0), z: SIMD3(0, 0, 1))

    /// Creates a rotation from its columns, which the caller knows to be orthonormal.
    @inlinable
    public init(x: SIMD3<Double>, y: SIMD3<Double>, z: SIMD3<Double>) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// Rotates about the rotated x axis by `angle` rad.
    @inline(__always)
    mutating func turnX(_ angle: Double) {
        let c = cos(angle)
        let s = sin(angle)
        (y, z) = (y * c + z * s, z * c - y * s)
    }

    /// Rotates about the rotated y axis by `angle` rad.
    @inline(__always)
    mutating func turnY(_ angle: Double) {
        let c = cos(angle)
        let s = sin(angle)
        (x, z) = (x * c - z * s, z * c + x * s)
    }

    /// Rotates about the rotated z axis by `angle` rad.
    @inline(__always)
    mutating func turnZ(_ angle: Double) {
        let c = cos(angle)
        let s = sin(angle)
        (x, y) = (x * c + y * s, y * c - x * s)
    }
}

@inline(__always)
func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

@inline(__always)
func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }
