import Driving
import Experience
import Foundation
import Platform

/// The directory of a session that has yet to begin: what was made for it is taken back where the start fails.
///
/// So that the corrected command may name the same directory. What was there before stays, and what somebody else has put
/// there meanwhile.
struct FreshDirectory {
    private let directory: SessionDirectory
    /// Paths that were there before.
    private let known: Set<String>

    /// Looks at a directory before a session is made in it; it need not be there.
    init(at url: URL) {
        directory = SessionDirectory(existing: url)
        let folders = Self.folders(of: directory)
        known = Set((folders + Self.files(of: directory)).filter(Files.exists))
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
        for path in Self.files(of: directory) where !known.contains(path) {
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

    /// Files under the names that a session gives to its own.
    private static func files(of directory: SessionDirectory) -> [String] {
        let own = Set(
            [
                directory.session, directory.metrics, directory.reportHTML, directory.reportJSON,
                directory.lock,
            ].map(\.lastPathComponent))
        func files(_ folder: URL, _ isOwn: (String) -> Bool) -> [String] {
            ((try? Files.list(folder.path)) ?? [])
                .filter { !$0.isDirectory && (isOwn($0.name) || Files.isAside($0.name)) }
                .map { "\(folder.path)/\($0.name)" }
        }
        func isNumbered(_ name: String) -> Bool {
            name.prefix { $0 != "." }.allSatisfy(\.isNumber)
                && [".safetensors", ".worker"].contains { name.hasSuffix($0) }
        }
        return files(directory.url, own.contains)
            + files(directory.log) {
                SessionLog.isOwn($0) || ($0.hasPrefix("bridge") && $0.hasSuffix(".txt"))
            }
            + files(directory.weights, isNumbered) + files(directory.checkpoints, isNumbered)
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
