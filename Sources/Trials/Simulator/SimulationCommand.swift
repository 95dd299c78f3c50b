import Bridge
import Foundation
import Platform
import Report
import Simulation
import Synchronization

/// What `hone sim` was asked for, as the words of its command line.
public struct SimulationRequest: Sendable {
    /// Address to bind.
    public var endpoint: String
    /// A `SimulatedTask`.
    public var task: String
    /// A `SimulatedVariant`.
    public var variant: String
    /// Scale of the demonstrator's noise.
    public var noise: Double
    /// Seed of the simulator.
    public var seed: UInt64
    /// Time moves with commands instead of the clock.
    public var isLockstep: Bool
    /// Robot time that a reset takes, s; nil for a person's.
    public var resetSeconds: Double?
    /// File with the simulator's own secret key; with it connections are encrypted.
    public var secretKey: String?
    /// File with the public keys that are admitted.
    public var allowed: String?
    /// What goes wrong on purpose, each `name=tick`.
    public var faults: [String]

    /// Creates a request.
    public init(
        endpoint: String, task: String, variant: String, noise: Double, seed: UInt64,
        isLockstep: Bool, resetSeconds: Double? = nil, faults: [String] = []
    ) {
        self.endpoint = endpoint
        self.task = task
        self.variant = variant
        self.noise = noise
        self.seed = seed
        self.isLockstep = isLockstep
        self.resetSeconds = resetSeconds
        self.faults = faults
    }
}

/// `hone sim`: the embedded simulated robot on an endpoint, until a signal.
public enum SimulationCommand {
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
        Terminal.writeToStandardOutput(
            "simulated robot at \(server.address): \(options.task.rawValue), "
                + "\(options.variant.rawValue)\n"
                + (options.keys.map { "its public key is \($0.own.publicKey)\n" } ?? ""))
        let outcome = Mutex<Result<SimulationEnd, BridgeError>?>(nil)
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
        guard let task = SimulatedTask(rawValue: request.task) else {
            throw ArgumentError(
                "no task \(request.task); there are "
                    + SimulatedTask.allCases.map(\.rawValue).joined(separator: ", "))
        }
        guard let variant = SimulatedVariant(rawValue: request.variant) else {
            throw ArgumentError(
                "no variant \(request.variant); there are "
                    + SimulatedVariant.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var options = SimulationOptions(
            endpoint: request.endpoint, task: task, variant: variant,
            isLockstep: request.isLockstep, seed: request.seed)
        options.keys = try keys(of: request)
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
