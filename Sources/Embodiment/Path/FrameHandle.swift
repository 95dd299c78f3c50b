/// Where a camera's frame lies, instead of its bytes: the path carries handles, so that it never copies one.
public struct FrameHandle: Sendable, Equatable {
    /// The camera, by its place in the robot's description.
    public var camera: UInt8
    /// The slot of the pool that holds the frame's bytes.
    public var slot: UInt16
    /// When it was taken, on the camera's clock, ns.
    public var captureNanoseconds: UInt64

    /// Creates a handle.
    public init(camera: UInt8 = 0, slot: UInt16 = 0, captureNanoseconds: UInt64 = 0) {
        self.camera = camera
        self.slot = slot
        self.captureNanoseconds = captureNanoseconds
    }
}
