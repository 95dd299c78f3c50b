import Bridge
import Foundation
import Platform
import Report
import Simulation

/// `hone sim`: the embedded simulated robot on an endpoint, until a signal.
public enum SimulationCommand {
    /// What messages without an end may take of the machine's memory before their connection is broken off.
    private static let roomForStrangers: UInt64 = 256 << 20

    /// Serves until SIGINT or SIGTERM; in real time on a thread that the learner cannot hold up.
    ///
    /// - Throws: `BridgeError` when the endpoint cannot be used, `KeyError` when its keys cannot,
    ///   `ArgumentError` for unknown words.
    public static func run(_ request: SimulationRequest) throws {
        let options = try options(of: request)
        try? SignalWatcher.install()
        // libzmq ends the process when a connection to a local socket finds no descriptor left: a thousand
        // strangers must not be enough. Where the system refuses it goes on with as many as it has.
        try? FileDescriptor.raiseLimit()
        let server = try SimulationServer(options)
        Memory.bound(growth: roomForStrangers)
        Terminal.writeToStandardOutput(
            "simulated robot at \(server.address): \(options.body.task), "
                + "\(options.variant.rawValue)\n"
                + (options.keys.map { "its public key is \($0.own.publicKey)\n" } ?? ""))
        if options.keys == nil, let line = Address.openness(of: server.address) {
            Terminal.writeToStandardOutput(line + "\n")
        }
        let outcome = Guarded<Result<SimulationEnd, BridgeError>?>(nil)
        let thread = try HoneThread.start(
            name: "robot", scheduling: options.isLockstep ? .normal : .realtime(priority: 70)
        ) {
            let result: Result<SimulationEnd, BridgeError>
            do throws(BridgeError) {
                result = .success(try server.run(until: { SignalWatcher.count > 0 }))
            } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
        }
        thread.join()
        guard let end = try outcome.withLock({ $0 })?.get() else { return }
        Terminal.writeToStandardOutput(
            "ended: \(end), robot \(server.drive.stop) and "
                + (server.drive.isAtRest ? "at rest, " : "moving, ")
                + "\(server.statistics.ticks) ticks, "
                + "\(server.statistics.violations) limit violations, "
                + "\(server.statistics.expiries) expired commands"
                + (server.statistics.floodHz > 0
                    ? ", a flood of \(NumberText.short(server.statistics.floodHz)) samples/s" : "")
                + (options.keys == nil
                    ? "" : ", \(server.refusedConnections) connections with unknown keys") + "\n")
    }

    private static func keys(of request: SimulationRequest) throws -> BridgeKeys? {
        switch (request.secretKey, request.allowed) {
        case (nil, nil): return nil
        case (let secret?, let allowed?):
            return BridgeKeys(
                own: try KeyPair.read(secretFile: secret), allowed: try AllowList(file: allowed))
        default:
            throw ArgumentError(
                "--key and --allow go together: who the robot is, and whom it admits; "
                    + "hone keys new and hone keys allow make both files")
        }
    }

    private static func options(of request: SimulationRequest) throws -> SimulationOptions {
        guard let body = SimulatedBody(task: request.task) else {
            throw ArgumentError(
                "no task \(request.task); there are "
                    + SimulatedBody.tasks.joined(separator: ", "))
        }
        guard let variant = SimulatedVariant(rawValue: request.variant) else {
            throw ArgumentError(
                "no variant \(request.variant); there are "
                    + SimulatedVariant.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var options = SimulationOptions(
            endpoint: request.endpoint, variant: variant, isLockstep: request.isLockstep,
            seed: request.seed, body: body)
        options.keys = try keys(of: request)
        options.hasWrench = request.hasWrench
        options.operatorNoise = max(0, request.noise)
        if let seconds = request.resetSeconds { options.resetSeconds = max(0, seconds) }
        for fault in request.faults {
            let words = fault.split(separator: "=", maxSplits: 1)
            guard words.count == 2, let tick = UInt64(words[1]),
                options.faults.set(String(words[0]), to: tick)
            else {
                throw ArgumentError(
                    "the fault \(fault) is not NAME=TICK with a name out of "
                        + SimulationFaults.names.joined(separator: ", "))
            }
        }
        return options
    }
}
