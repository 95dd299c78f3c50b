import Neural
import Platform
import Recipe

/// The versions of a session's weights: keeps each before it can act, and lets go of those that need not stay.
///
/// Used on the thread that trains; whoever reads uses its `folder`.
public final class VersionStore: VersionSink {
    /// Where they are.
    public let folder: VersionFolder
    private let layout: ParameterLayout
    private let retention: VersionRetention
    private let labels: [(key: String, value: String)]
    /// What is there, ascending; nil until a version is kept, and always where all stay.
    private var present: [UInt32]?

    /// - Parameters:
    ///   - folder: of a session.
    ///   - layout: of the snapshots that are kept.
    ///   - retention: which of those that acted stay.
    ///   - labels: what the metadata of every file says beside its version.
    public init(
        _ folder: VersionFolder, layout: ParameterLayout, retention: VersionRetention = .acted,
        labels: [(key: String, value: String)] = []
    ) {
        self.labels = labels
        self.folder = folder
        self.layout = layout
        self.retention = retention
    }

    /// Writes the weights of a new version; `VersionSink`.
    public func keep(
        _ weights: UnsafeBufferPointer<Float>, version: UInt32, isDurable: Bool
    ) throws(PlatformError) {
        try folder.write(
            weights, layout: layout, version: version, labels: labels, isDurable: isDurable)
        prune(with: version)
    }

    /// Keeps a version that a worker has.
    ///
    /// - Parameter id: the worker's name for it.
    public func keep(worker id: String, version: UInt32) throws(PlatformError) {
        try folder.record(version: version, worker: id)
        prune(with: version)
    }

    /// Waits for the disk to have a version that acted, and removes one that never will; `VersionSink`.
    public func retire(version: UInt32, hasActed: Bool) {
        if hasActed {
            folder.synchronise(version)
        } else {
            folder.remove(version)
            present?.removeAll { $0 == version }
        }
    }

    /// The file of a version; `VersionSink`.
    public func content(of version: UInt32) throws(PlatformError) -> [UInt8] {
        try folder.content(of: version)
    }

    /// Lets go of what need not stay now that there is a new version.
    private func prune(with version: UInt32) {
        guard retention != .acted else { return }
        var versions = present ?? (try? folder.versions()) ?? []
        versions.removeAll { $0 == version }
        versions.append(version)
        versions.sort()
        let count = versions.count
        var kept: [UInt32] = []
        for (place, version) in versions.enumerated() {
            if retention.keeps(version, newer: count - 1 - place) {
                kept.append(version)
            } else {
                folder.remove(version)
            }
        }
        present = kept
    }
}
