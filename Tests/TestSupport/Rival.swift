import Embodiment
import Platform
import Testing

@testable import Bridge

/// A connection to a robot that somebody else commands, and everything that it can try to command it too.
///
/// One thread.
final class Rival {
    let probe: BridgeProbe
    let description: BridgeDescription
    /// Samples that came meanwhile.
    private(set) var samples: [SensorSample] = []
    private var lastID: UInt32 = 0
    private let clock = SystemClock()

    init(address: String) throws {
        description = try BridgeClient(address: address).hello(timeout: .seconds(20))
        probe = try BridgeProbe(address: address)
        probe.description = description
        _ = try ask(.hello(Hello(agent: "rival")))
    }

    /// Asks, and returns the answer with the request's number; nil when none comes in 5 s.
    func ask(_ message: AgentMessage) throws -> BridgeMessage? {
        lastID += 1
        try probe.send(message, id: lastID)
        let deadline = clock.now + .seconds(5)
        while let arrival = try probe.next(within: max(.zero, deadline - clock.now)) {
            switch arrival.event {
            case .message(let answer, lastID): return answer
            case .sample(let sample): samples.append(sample)
            default: break
            }
        }
        return nil
    }

    /// The samples of a span of time; those from before are thrown away.
    func look(for span: Duration) throws -> [SensorSample] {
        while try probe.next(within: .zero) != nil {}
        samples = []
        let deadline = clock.now + span
        while clock.now < deadline, let arrival = try probe.next(within: deadline - clock.now) {
            if case .sample(let sample) = arrival.event { samples.append(sample) }
        }
        return samples
    }

    /// Expects that nothing makes it the commander, whose command it knows to the last byte.
    func attack(knowing command: Command, sourceLocation: SourceLocation = #_sourceLocation) throws
    {
        let (session, epoch) = (command.session, command.epoch)
        let attempts: [(UInt64, UInt32, CommandToken?)] = [
            (session, epoch + 1, nil), (session, .max, nil), (session, epoch + 1, .random()),
            (session, epoch, nil), (session ^ 1, 1, nil), (session ^ 1, .max, .random()),
        ]
        for (session, epoch, token) in attempts {
            let answer = try ask(
                .start(
                    session: session, epoch: epoch, boot: description.bootID,
                    robot: description.robotID, token: token))
            #expect(
                answer?.code == .busy, "\(session) \(epoch): \(String(describing: answer))",
                sourceLocation: sourceLocation)
        }
        for request in [
            AgentMessage.release(session: session, epoch: epoch),
            .reset(
                ResetRequest(
                    session: session, epoch: epoch, episode: 99, seed: 9, purpose: .training,
                    wantsOperator: false)),
        ] {
            #expect(try ask(request)?.code == .busy, sourceLocation: sourceLocation)
        }
        var forged = command
        for _ in 0..<5 {
            forged.sequence += 1 << 20
            forged.sendNanoseconds = clock.now.nanoseconds
            for axis in 0..<description.axes.count { forged.position[axis] += 0.01 }
            try probe.send(forged)
            #expect(try refusal() == .busy, sourceLocation: sourceLocation)
        }
    }

    /// The code of the next error about a frame; nil when none comes in 5 s.
    private func refusal() throws -> Refusal? {
        let deadline = clock.now + .seconds(5)
        while let arrival = try probe.next(within: max(.zero, deadline - clock.now)) {
            if case .message(let answer, nil) = arrival.event { return answer.code }
        }
        return nil
    }
}

extension BridgeMessage {
    /// The code of an `error`; nil for every other message.
    var code: Refusal? {
        if case .error(let code, _) = self { return code }
        return nil
    }
}
