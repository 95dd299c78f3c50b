import Bridge
import Control
import Embodiment
import Platform

/// Agreement with a bridge before anything moves.
enum Handshake {
    /// hello → describe → compare with the YAML → prove that strangers are refused → start.
    ///
    /// - Parameter meanwhile: called while an answer is waited for, with each sample that comes before
    ///   it and with nil every few milliseconds otherwise; false gives up.
    /// - Throws: `RobotError.mismatch` with every difference, `interrupted` when it was given up,
    ///   `bridgeEnded` as soon as the bridge's program has, or what the bridge said.
    static func perform(
        client: BridgeClient, robot: RobotDescription, session: UInt64, epoch: UInt32,
        lockstep: Bool, patience: BridgePatience,
        meanwhile: @escaping (SensorSample?) -> Bool
    ) throws(RobotError) {
        var isGone = false
        let goesOn: (SensorSample?) -> Bool = { sample in
            isGone = patience.isGone()
            return !isGone && meanwhile(sample)
        }
        let failure = { (error: BridgeError) in isGone ? RobotError.bridgeEnded : RobotError(error)
        }
        let found: BridgeDescription
        do throws(BridgeError) {
            found = try client.hello(
                limits: CompiledLimits(robot).hashText, timeout: patience.connect,
                meanwhile: goesOn)
        } catch { throw failure(error) }
        var differences = found.differences(from: robot)
        if found.isLockstep != lockstep {
            differences.append(
                "schedule: the launch file wants \(lockstep ? "lockstep" : "realtime"), "
                    + "the bridge runs \(found.isLockstep ? "lockstep" : "realtime")")
        }
        guard differences.isEmpty else {
            throw .mismatch(endpoint: client.address, differences: differences)
        }
        do throws(BridgeError) {
            try client.proveGuarded(timeout: min(patience.connect, .seconds(3)))
            try client.start(
                session: session, epoch: epoch, actions: ActionSpace(of: robot),
                timeout: patience.connect, meanwhile: goesOn)
        } catch { throw failure(error) }
    }
}
