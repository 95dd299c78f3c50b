import Bridge
import Foundation
import Platform

/// A bridge that the agent starts itself: the embedded simulator or the launch file's command.
///
/// It lives as long as this object and dies with the agent. Its output goes to a file of the
/// session directory. One thread at a time, but for `isGone`.
public final class BridgeProcess {
    /// What stands for the endpoint in a command line.
    public static let placeholder = "{endpoint}"

    /// Where it listens.
    public let endpoint: String
    /// Whether a bridge that the agent started has ended; any thread, cheap.
    public let isGone: @Sendable () -> Bool
    private let process: ChildProcess?
    private let directory: String?
    /// The folder, locked as long as this process uses it: in another container its number means nothing.
    private let claim: FileDescriptor?
    private let log: URL

    /// Starts a bridge, or nothing when somebody else runs it.
    ///
    /// - Parameters:
    ///   - command: program and arguments; in each the placeholder becomes the endpoint. Empty: somebody
    ///     else runs it.
    ///   - endpoint: where it is to listen; empty for a local socket of its own.
    ///   - log: file for the bridge's output.
    public init(
        command: [String], endpoint wanted: String, log: URL
    ) throws(BridgeProcessError) {
        self.log = log
        if wanted.isEmpty {
            BridgeProcess.sweep()
            // Short: the path of a local socket holds 107 characters. Private: mode 0700.
            let folder = "/tmp/hone-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
            guard mkdir(folder, 0o700) == 0 else { throw .noFolder(folder, errno: errno) }
            directory = folder
            claim = Self.claim(folder)
            endpoint = "ipc://\(folder)/bridge"
        } else {
            directory = nil
            claim = nil
            endpoint = wanted
            // Who answers there is not the bridge that is about to be started.
            if !command.isEmpty {
                do throws(BridgeError) { try Address.checkPlace(wanted, binds: true) } catch {
                    throw .badPlace(error)
                }
            }
        }
        var words: [String] = []
        for word in command {
            words.append(word.replacingOccurrences(of: Self.placeholder, with: endpoint))
        }
        guard let executable = words.first else {
            process = nil
            isGone = { false }
            return
        }
        do {
            let started = try ChildProcess.spawn(
                executable: executable, arguments: Array(words.dropFirst()),
                environment: [:], output: log.path, errors: log.path,
                outlastsTerminal: true)
            process = started
            isGone = Self.watch(started.identifier)
        } catch {
            throw .cannotStart(words, error)
        }
    }

    /// A folder of its own, locked; nil where that cannot be.
    private static func claim(_ folder: String) -> FileDescriptor? {
        guard let opened = try? FileDescriptor(opening: folder, .read) else { return nil }
        _ = try? opened.tryLock()
        return opened
    }

    /// Whether no process uses a folder, of whatever container.
    private static func isUnused(_ folder: String) -> Bool {
        guard let opened = try? FileDescriptor(opening: folder, .read) else { return false }
        return (try? opened.tryLock()) == true
    }

    /// Removes the socket folders of this user's agents that were killed.
    private static func sweep() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
        for name in names where name.hasPrefix("hone-") {
            let parts = name.split(separator: "-")
            guard parts.count == 3, let owner = Int32(parts[1]), UInt32(parts[2]) != nil,
                kill(owner, 0) != 0, errno == ESRCH
            else { continue }
            let folder = "/tmp/\(name)"
            var status = stat()
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
                status.st_uid == geteuid(), isUnused(folder)
            else { continue }
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// This program, to start the simulator with.
    public static var ownExecutable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }

    /// How long a program that ended well may have left another behind that is still starting, s.
    private static let patience = 3.0

    /// Finds out whether a child has ended.
    ///
    /// One that ended well may have started another that serves.
    private static func watch(_ child: Int32) -> @Sendable () -> Bool {
        let endedWell = Guarded<MonotonicTime?>(nil)
        return {
            guard let code = ChildProcess.endOfChild(child) else { return false }
            guard code == 0 else { return true }
            let now = SystemClock().now
            return endedWell.withLock { since in
                let first = since ?? now
                since = first
                return now.seconds(since: first) > patience
            }
        }
    }

    /// How a bridge that the agent started has ended; nil while it runs.
    public var death: BridgeProcessError? {
        guard let process, !process.isRunning else { return nil }
        return .ended(
            code: process.exitCode ?? -1, words: LastWords(of: log.path), log: log.path)
    }

    /// Ends it: asks first, then insists.
    public func finish() {
        if let process, process.isRunning {
            process.terminate()
            if process.wait(timeout: .seconds(2)) == nil {
                process.kill()
                _ = process.wait()
            }
        }
        if let directory { try? FileManager.default.removeItem(atPath: directory) }
    }
}
