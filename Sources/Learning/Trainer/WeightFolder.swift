import Experience
import Neural
import Platform

/// The folder of weights of a session: every version that acted.
///
/// Used on the thread that trains.
public final class WeightFolder: VersionSink {
    private let directory: SessionDirectory
    private let layout: ParameterLayout

    /// The folder of one session.
    ///
    /// - Parameter layout: of the snapshots that are kept.
    public init(of directory: SessionDirectory, layout: ParameterLayout) {
        self.directory = directory
        self.layout = layout
    }

    /// Writes one version, in one step.
    public func keep(
        _ weights: UnsafeBufferPointer<Float>, version: UInt32, isDurable: Bool
    ) throws(PlatformError) {
        try WeightFile.write(
            weights, layout: layout, version: version, into: directory, isDurable: isDurable)
    }

    /// Waits for the disk to have a version that acted; removes one that never will.
    public func retire(version: UInt32, hasActed: Bool) {
        WeightFile.settle(version: version, in: directory, isKept: hasActed)
    }
}
