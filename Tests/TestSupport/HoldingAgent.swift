import Embodiment
import Platform
import Testing

@testable import Bridge

/// The least that a commander can be: it holds the robot where it measured it, a command at a time.
///
/// One thread.
final class HoldingAgent {
    let client: BridgeClient
    let description: BridgeDescription
    let session: UInt64
    private(set) var epoch: UInt32 = 0
    /// The last command that was sent.
    private(set) var command: Command
    /// The newest sample of its own session and epoch.
    private(set) var sample: SensorSample
    private let clock = SystemClock()
    private static let patience = Duration.seconds(20)

    /// Takes command of the robot at an address.
    init(address: String, session: UInt64 = 0x0123_4567_89AB_CDEF) throws {
        client = try BridgeClient(address: address)
        description = try client.hello(agent: "holding", timeout: Self.patience)
        self.session = session
        command = Command(axes: description.axes.count)
        sample = SensorSample(
            axes: description.axes.count, features: description.features.count)
        try start()
    }

    /// A new epoch, which ends any stop; holds from here on where the robot is now.
    func start() throws {
        epoch += 1
        try client.start(session: session, epoch: epoch, timeout: Self.patience)
        if description.isLockstep {
            _ = try client.reset(
                ResetRequest(
                    session: session, epoch: epoch, episode: epoch, seed: 1, purpose: .training,
                    wantsOperator: false), timeout: Self.patience)
        }
        command = Command(axes: description.axes.count)
        (command.session, command.epoch) = (session, epoch)
        command.validityMicroseconds = UInt32(description.watchdogMilliseconds * 1000)
        guard let first = try next(within: Self.patience, where: { _ in true }) else {
            throw HoneProgram.Missing(what: "a sample of session \(session.hexadecimal)")
        }
        sample = first
        command.position = first.position
    }

    /// Sends a command; returns the sample that acknowledges it, or says why the robot does not obey.
    ///
    /// - Throws: what the bridge refuses of its commands.
    @discardableResult
    func hold() throws -> SensorSample {
        let deadline = clock.now + Self.patience
        while clock.now < deadline {
            command.sequence += 1
            command.sendNanoseconds = clock.now.nanoseconds
            try client.send(command)
            // In real time a command may come too late for a busy machine: the next will not.
            let span = description.isLockstep ? Self.patience : .milliseconds(200)
            let answer = try next(within: span) {
                $0.acknowledgedCommand == self.command.sequence || !$0.isEnabled
            }
            guard let answer else { continue }
            sample = answer
            return answer
        }
        throw HoneProgram.Missing(what: "a sample that acknowledges \(command.sequence)")
    }

    /// The next sample of its session and epoch that is as wanted; nil when none came in time.
    private func next(
        within span: Duration, where isWanted: (SensorSample) -> Bool
    ) throws -> SensorSample? {
        var found = sample
        let deadline = clock.now + span
        while clock.now < deadline {
            let reception = try client.receive(into: &found, timeout: .milliseconds(50))
            guard reception == .sample, found.session == session, found.epoch == epoch else {
                continue
            }
            if isWanted(found) { return found }
        }
        return nil
    }
}
