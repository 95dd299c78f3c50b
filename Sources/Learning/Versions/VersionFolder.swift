import Neural
import Platform

/// The folder of a session's weights: `<version>.safetensors` for what is here, `<version>.worker` for what a worker has.
///
/// A value; any thread.
public struct VersionFolder: Sendable {
    /// The folder.
    public let path: String
    /// Largest file that is read, bytes.
    public static let byteLimit = 2 << 30
    /// The highest number of a version that is read: ten a second for six years.
    public static let mostVersions: UInt32 = 1 << 31 - 1
    private static let local = ".safetensors"
    private static let remote = ".worker"

    /// Looks at nothing yet.
    public init(_ path: String) { self.path = path }

    /// Where a version is; nil where it is not, or no more.
    public func place(of version: UInt32) -> VersionPlace? {
        let file = file(version, Self.local)
        if Files.exists(file) { return .file(file) }
        guard let id = try? Files.read(self.file(version, Self.remote), limit: 1024, .record) else {
            return nil
        }
        return .worker(id: String(decoding: id, as: UTF8.self))
    }

    /// Numbers of the versions that are there, ascending.
    public func versions() throws(PlatformError) -> [UInt32] {
        try Files.list(path).compactMap { entry in
            guard entry.name.hasSuffix(Self.local) || entry.name.hasSuffix(Self.remote) else {
                return nil
            }
            return UInt32(entry.name.prefix { $0 != "." })
        }.sorted()
    }

    /// Reads the weights of a version.
    ///
    /// - Parameters:
    ///   - layout: of a snapshot.
    ///   - weights: overwritten, as many floats as the layout has.
    /// - Throws: `PlatformError` or `SafetensorsError`.
    public func read(
        _ version: UInt32, layout: ParameterLayout, into weights: UnsafeMutablePointer<Float>
    ) throws {
        try WeightFile.decode(content(of: version)).copy(layout, into: weights)
    }

    /// The bytes of a version's file.
    public func content(of version: UInt32) throws(PlatformError) -> [UInt8] {
        try Files.read(file(version, Self.local), limit: Self.byteLimit, .record)
    }

    /// Writes a version in one step.
    ///
    /// - Parameters:
    ///   - labels: what its metadata says beside the version.
    ///   - isDurable: false does not wait for the disk.
    public func write(
        _ weights: UnsafeBufferPointer<Float>, layout: ParameterLayout, version: UInt32,
        labels: [(key: String, value: String)] = [], isDurable: Bool = true
    ) throws(PlatformError) {
        guard let base = weights.baseAddress else { return }
        let bytes = WeightFile.encode(
            [Safetensors.Section(layout, base)],
            metadata: [(key: "hone.version", value: "\(version)")] + labels)
        try Files.replace(file(version, Self.local), with: bytes, isDurable: isDurable)
    }

    /// Writes down that a worker has a version.
    ///
    /// - Parameter id: the worker's name for it, at most 1024 bytes.
    public func record(version: UInt32, worker id: String) throws(PlatformError) {
        try Files.replace(file(version, Self.remote), with: Array(id.utf8))
    }

    /// Waits for the disk to have a version.
    func synchronise(_ version: UInt32) { try? Files.synchronise(file(version, Self.local)) }

    /// Removes what there is of a version.
    func remove(_ version: UInt32) {
        for suffix in [Self.local, Self.remote] {
            let file = file(version, suffix)
            if Files.exists(file) { try? Files.remove(file) }
        }
    }

    private func file(_ version: UInt32, _ suffix: String) -> String {
        path + "/" + version.padded(to: 6) + suffix
    }
}
