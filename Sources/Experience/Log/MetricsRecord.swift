import Embodiment

/// Named numbers of one moment of learning.
public struct MetricsRecord: Sendable, Equatable {
    /// One named number.
    public struct Scalar: Sendable, Equatable {
        /// Its name.
        public var label: String
        /// The number.
        public var value: Double

        /// Creates a named number.
        public init(label: String, value: Double) {
            self.label = label
            self.value = value
        }
    }

    /// Updates made when they were taken.
    public var update: UInt64
    /// In the order they are shown.
    public var scalars: [Scalar]

    /// Creates a set of named numbers.
    public init(update: UInt64, scalars: [Scalar]) {
        self.update = update
        self.scalars = scalars
    }
}
