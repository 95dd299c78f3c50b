import Bridge
import Foundation
import Platform
import Simulation

/// `hone sim`: the embedded simulated robot on an endpoint, until a signal.
public enum SimulationCommand {
    /// Serves until SIGINT or SIGTERM.
    ///
    /// - Throws: `BridgeError` when the endpoint cannot be used, `SessionError` for unknown words.
    public static func run(
        endpoint: String, task: String, variant: String, noise: Double, seed: UInt64,
        isLockstep: Bool
    ) throws {
        guard let task = SimulatedTask(rawValue: task) else {
            throw SessionError.badArgument(
                "no task \(task); there are "
                    + SimulatedTask.allCases.map(\.rawValue).joined(separator: ", "))
        }
        guard let variant = SimulatedVariant(rawValue: variant) else {
            throw SessionError.badArgument(
                "no variant \(variant); there are "
                    + SimulatedVariant.allCases.map(\.rawValue).joined(separator: ", "))
        }
        try? SignalWatcher.install()
        var options = SimulationOptions(
            endpoint: endpoint, task: task, variant: variant, isLockstep: isLockstep, seed: seed)
        options.operatorNoise = max(0, noise)
        let server = try SimulationServer(options)
        Terminal.writeToStandardOutput(
            "simulated robot at \(server.address): \(task.rawValue), \(variant.rawValue)\n")
        let end = try server.run(until: { SignalWatcher.count > 0 })
        Terminal.writeToStandardOutput(
            "ended: \(end), robot \(server.drive.stop) and "
                + (server.drive.isAtRest ? "at rest, " : "moving, ")
                + "\(server.statistics.ticks) ticks, "
                + "\(server.statistics.violations) limit violations, "
                + "\(server.statistics.expiries) expired commands\n")
    }
}
