import Experience
import Foundation
import Platform

/// The learner's whole state on disk: `checkpoints/<critic updates>.safetensors`.
public enum CheckpointFile {
    /// Largest file that is read.
    public static let byteLimit = 2 << 30

    /// Writes a checkpoint in one step.
    ///
    /// - Throws: `PlatformError` when the disk does not take it.
    public static func write(
        _ bytes: [UInt8], updates: Int, into directory: SessionDirectory
    ) throws(PlatformError) {
        let name = updates.padded(to: 9) + ".safetensors"
        try Files.replace(directory.checkpoints.appendingPathComponent(name).path, with: bytes)
    }

    /// The checkpoint of most critic updates in `folder`; nil where there is none.
    public static func newest(in folder: String) -> (file: String, updates: Int)? {
        let last = ((try? Files.list(folder)) ?? []).map(\.name)
            .filter { $0.hasSuffix(".safetensors") }.max()
        return last.map { name in
            ("\(folder)/\(name)", Int(name.prefix { $0 != "." }) ?? -1)
        }
    }

    /// All bytes of one file.
    ///
    /// - Parameter mode: `record` for one that was found in a session, `read` for one that a person named.
    public static func read(
        _ file: String, _ mode: FileDescriptor.Mode = .read
    ) throws(CheckpointError) -> [UInt8] {
        do throws(PlatformError) { return try Files.read(file, limit: byteLimit, mode) } catch {
            throw .unreadable(error)
        }
    }
}
