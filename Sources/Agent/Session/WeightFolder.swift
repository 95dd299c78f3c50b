import Experience
import Neural
import Platform

/// The folder of weights of a session: every version that acted.
///
/// Used on the thread that trains.
final class WeightFolder: VersionSink {
    private let directory: SessionDirectory
    private let layout: ParameterLayout

    /// - Parameter layout: of the snapshots that are kept.
    init(of directory: SessionDirectory, layout: ParameterLayout) {
        self.directory = directory
        self.layout = layout
    }

    func keep(
        _ weights: UnsafeBufferPointer<Float>, version: UInt32, isDurable: Bool
    ) throws(PlatformError) {
        try WeightFile.write(
            weights, layout: layout, version: version, into: directory, isDurable: isDurable)
    }

    func retire(version: UInt32, hasActed: Bool) {
        WeightFile.settle(version: version, in: directory, isKept: hasActed)
    }
}
