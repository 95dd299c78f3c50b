import Driving
import Experience
import Foundation
import Platform

/// The directory of a session that has yet to begin: what was made for it is taken back where the start fails.
///
/// So that the corrected command may name the same directory. What was there before stays.
struct FreshDirectory {
    private let directory: SessionDirectory
    /// Paths that were there before.
    private let known: Set<String>

    /// Looks at a directory before a session is made in it; it need not be there.
    init(at url: URL) {
        directory = SessionDirectory(existing: url)
        let folders = Self.folders(of: directory)
        known = Set((folders + folders.flatMap(Self.files)).filter(Files.exists))
    }

    /// Takes everything back that is new; nothing of the session may use it any more.
    ///
    /// - Returns: why the start failed, with what a bridge said in a file that stays.
    func withdraw(after failure: any Error) -> any Error {
        var failure = failure
        if case BridgeProcessError.ended(let code, let words, let log) = failure {
            if let kept = Self.keep(log) {
                failure = BridgeProcessError.ended(code: code, words: words, log: kept)
            }
        }
        let folders = Self.folders(of: directory)
        for path in folders.flatMap(Self.files) where !known.contains(path) {
            try? Files.remove(path)
        }
        // Only where they are empty.
        for folder in folders.reversed() where !known.contains(folder) { rmdir(folder) }
        return failure
    }

    /// The outermost first.
    private static func folders(of directory: SessionDirectory) -> [String] {
        [directory.url, directory.log, directory.weights, directory.checkpoints].map(\.path)
    }

    private static func files(in folder: String) -> [String] {
        ((try? Files.list(folder)) ?? []).filter { !$0.isDirectory }.map { "\(folder)/\($0.name)" }
    }

    /// Copies what a bridge said to a file among the temporary ones; nil where that cannot be.
    private static func keep(_ log: String) -> String? {
        let folder = FileManager.default.temporaryDirectory.path
        let kept = "\(folder)/hone-bridge-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).txt"
        do throws(PlatformError) {
            let bytes = try Files.read(log, limit: 16 << 20, .record)
            let file = try FileDescriptor(opening: kept, .create, permissions: 0o600)
            try file.write(bytes)
            try file.close()
            return kept
        } catch { return nil }
    }
}
