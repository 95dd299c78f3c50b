import Configuration
import Embodiment
import Foundation
import Platform

/// A bridge that the agent starts itself: the embedded simulator or the launch file's command.
///
/// It lives as long as this object and dies with the agent. Its output goes to a file of the
/// session directory.
final class BridgeProcess {
    /// Where it listens.
    let endpoint: String
    private let process: ChildProcess?
    private let directory: String?

    /// Starts what the launch file names, or nothing when somebody else runs the bridge.
    ///
    /// - Parameters:
    ///   - variant: world of the embedded simulator; nil for the launch file's.
    ///   - log: file for the bridge's output.
    init(
        launch: Launch, variant: SimulationVariant?, log: URL, project: Project
    ) throws(SessionError) {
        let isPrivate = launch.bridge.endpoint.isEmpty
        if isPrivate {
            BridgeProcess.sweep()
            // Short: the path of a local socket holds 107 characters. Private: mode 0700.
            let folder = "/tmp/hone-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
            guard mkdir(folder, 0o700) == 0 else {
                throw .bridgeProcess("cannot make \(folder) for its socket: errno \(errno)")
            }
            directory = folder
            endpoint = "ipc://\(folder)/bridge"
        } else {
            directory = nil
            endpoint = launch.bridge.endpoint
        }
        let words = BridgeProcess.words(
            launch: launch, variant: variant, endpoint: endpoint, project: project)
        guard let executable = words.first else {
            process = nil
            return
        }
        do {
            process = try ChildProcess.spawn(
                executable: executable, arguments: Array(words.dropFirst()),
                environment: [:], output: log.path, errors: log.path)
        } catch {
            throw .bridgeProcess("cannot start \(words.joined(separator: " ")): \(error)")
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

    private static func words(
        launch: Launch, variant: SimulationVariant?, endpoint: String, project: Project
    ) -> [String] {
        if let simulation = launch.simulation {
            var words = [
                ownExecutable, "sim", "--endpoint", endpoint, "--task", launch.task.name,
                "--variant", (variant ?? simulation.variant).rawValue,
                "--noise", "\(simulation.noise)", "--seed", "\(launch.seed)",
            ]
            if launch.bridge.isLockstep { words.append("--lockstep") }
            return words
        }
        var words = launch.bridge.command.map { word in
            word.replacingOccurrences(of: "{endpoint}", with: endpoint)
                .replacingOccurrences(of: "{task}", with: launch.task.name)
                .replacingOccurrences(of: "{seed}", with: "\(launch.seed)")
        }
        if let first = words.first, first.contains("/"), !first.hasPrefix("/") {
            words[0] = project.root + "/" + first
        }
        return words
    }

    /// This program, to start the simulator with.
    static var ownExecutable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }

    /// Whether a bridge that the agent started has died; with its exit code.
    var death: Int32? {
        guard let process, !process.isRunning else { return nil }
        return process.exitCode ?? -1
    }

    /// Ends it: asks first, then insists.
    func finish() {
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
