import Foundation
import Platform

/// A bridge that the agent starts itself: the embedded simulator or the launch file's command.
///
/// It lives as long as this object and dies with the agent. Its output goes to a file of the
/// session directory. One thread at a time.
public final class BridgeProcess {
    /// What stands for the endpoint in a command line.
    public static let placeholder = "{endpoint}"

    /// Where it listens.
    public let endpoint: String
    private let process: ChildProcess?
    private let directory: String?

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
        if wanted.isEmpty {
            BridgeProcess.sweep()
            // Short: the path of a local socket holds 107 characters. Private: mode 0700.
            let folder = "/tmp/hone-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
            guard mkdir(folder, 0o700) == 0 else { throw .noFolder(folder, errno: errno) }
            directory = folder
            endpoint = "ipc://\(folder)/bridge"
        } else {
            directory = nil
            endpoint = wanted
        }
        var words: [String] = []
        for word in command {
            words.append(word.replacingOccurrences(of: Self.placeholder, with: endpoint))
        }
        guard let executable = words.first else {
            process = nil
            return
        }
        do {
            process = try ChildProcess.spawn(
                executable: executable, arguments: Array(words.dropFirst()),
                environment: [:], output: log.path, errors: log.path)
        } catch {
            throw .cannotStart(words, error)
        }
    }

    /// Removes the socket folders of agents that were killed.
    private static func sweep() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
        for name in names where name.hasPrefix("hone-") {
            let parts = name.split(separator: "-")
            guard parts.count == 3, let owner = Int32(parts[1]), UInt32(parts[2]) != nil,
                kill(owner, 0) != 0, errno == ESRCH
            else { continue }
            try? FileManager.default.removeItem(atPath: "/tmp/\(name)")
        }
    }

    /// This program, to start the simulator with.
    public static var ownExecutable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }

    /// Whether a bridge that the agent started has died; with its exit code.
    public var death: Int32? {
        guard let process, !process.isRunning else { return nil }
        return process.exitCode ?? -1
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
