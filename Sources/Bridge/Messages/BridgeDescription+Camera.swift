extension BridgeDescription {
    /// A camera of the robot and where its frames are to be had: a socket of its own.
    ///
    /// Reserved: an agent of this version reads and keeps it, and connects to none.
    public struct Camera: Codable, Sendable, Equatable {
        /// Its name, unique among the robot's cameras.
        public var name: String
        /// The address of its socket.
        public var endpoint: String

        /// Creates a camera.
        public init(name: String, endpoint: String) {
            self.name = name
            self.endpoint = endpoint
        }
    }

    /// Most cameras that may be described.
    static let maximumCameras = 8
    /// Longest robot id, UTF-8 bytes.
    static let longestRobotID = 128
}
