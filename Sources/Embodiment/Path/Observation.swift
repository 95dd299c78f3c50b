/// What a policy sees at one moment: the assembled scalars, and handles of the camera frames beside them.
///
/// The scalars are calibrated and in the order of `RobotDescription.observation`; those of a sample as the
/// bridge sent it are its `features`, which are another type so that the two cannot be swapped. Stored in
/// place: no allocation, any thread.
public struct Observation: Sendable, Equatable {
    /// Most frames of an observation.
    public static let mostFrames = 4

    @usableFromInline var scalars: FeatureVector
    private var handles = InlineArray<4, FrameHandle>(repeating: FrameHandle())
    /// How many frames belong to it, 0…`mostFrames`.
    public private(set) var frameCount = 0

    /// All zeros, without frames.
    ///
    /// - Parameter count: scalars, at most `Capacity.features`.
    @inlinable
    public init(count: Int) { scalars = FeatureVector(count: count) }

    /// Copies `values`; without frames.
    public init(_ values: [Float]) { scalars = FeatureVector(values) }

    /// How many scalars it has.
    @inlinable public var count: Int { scalars.count }

    /// One scalar, raw units.
    @inlinable
    public subscript(index: Int) -> Float {
        get { scalars[index] }
        set { scalars[index] = newValue }
    }

    /// Whether every scalar is finite.
    @inlinable public var isFinite: Bool { scalars.isFinite }

    /// The scalars, as an array (allocates; not for the tick).
    public var values: [Float] { scalars.values }

    /// One frame's handle, from 0.
    public func frame(_ index: Int) -> FrameHandle {
        precondition(index >= 0 && index < frameCount, "a frame of the observation")
        return handles[index]
    }

    /// Adds a frame's handle; false when there are `mostFrames` already.
    public mutating func add(_ frame: FrameHandle) -> Bool {
        guard frameCount < Self.mostFrames else { return false }
        handles[frameCount] = frame
        frameCount += 1
        return true
    }

    /// Equal bit patterns of every scalar, and the same frames.
    public static func == (left: Observation, right: Observation) -> Bool {
        guard left.scalars == right.scalars, left.frameCount == right.frameCount else {
            return false
        }
        for index in 0..<left.frameCount where left.handles[index] != right.handles[index] {
            return false
        }
        return true
    }
}
