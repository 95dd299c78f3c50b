import Bridge
import Driving
import Embodiment
import Experience
import Foundation
import Platform

/// Other programs at the bridge's door.
extension FaultCatalogue {
    static var peerRows: [FaultRow] {
        [
            live(
                "59", "a thousand strangers connect", "half a greeting, garbage, or nothing at all",
                robot: "continues", sees: "the tick's p99 lateness within 20 %"
            ) { try strangers(in: $0) },
            live(
                "59b", "a peer floods the bridge", "damaged frames for 3 s, as fast as they go",
                robot: "continues", sees: "the session continues"
            ) { lab in
                var sent = 0
                return try LiveFault(robot: .goesOn, agent: .goesOn).run(in: lab) { live in
                    let probe = try BridgeProbe(address: live.robotAddress)
                    let frame = [UInt8](repeating: 0x48, count: 180)
                    let end = lab.clock.now + .seconds(3)
                    while lab.clock.now < end {
                        for _ in 0..<100 { try probe.send(parts: [frame]) }
                        // It reads its refusals: libzmq aborts a program that lets them pile up until
                        // the connection is cut, and reads then.
                        while try probe.next(within: .zero) != nil {}
                        sent += 100
                        try live.watch(for: .milliseconds(1))
                    }
                } judge: { _, _, evidence in
                    evidence.robot += ", \(sent) frames"
                    evidence.expect(sent > 1000, "only \(sent) frames")
                }
            },
            live(
                "59c", "programs flood the session's control socket",
                "requests without end on eight connections, of which half are never read",
                robot: "stops when a person says hone stop", sees: "the stop's answer, at once"
            ) { try shoutedDown(in: $0) },
            live(
                "60", "a recorded session is played back",
                "start and commands, from another connection",
                robot: "continues, obeys none of them", sees: "every one refused"
            ) { lab in
                let tape = Tape()
                var fault = LiveFault(robot: .goesOn, agent: .goesOn)
                fault.edit = { WireEdits.capture(into: tape) }
                var (sent, refused) = (0, 0)
                return try fault.run(in: lab) { live in
                    let thief = try BridgeProbe(address: live.robotAddress)
                    for message in tape.messages {
                        try thief.send(parts: [message])
                        sent += 1
                        let answer = try thief.next(within: .seconds(1))
                        if case .message(.error, _) = answer?.event { refused += 1 }
                    }
                } judge: { _, _, evidence in
                    evidence.robot += ", \(refused) of \(sent) refused"
                    evidence.expect(sent > 10 && refused == sent, "\(refused) of \(sent) refused")
                }
            },
            live(
                "61", "a second commander appears",
                "start, and commands with the first one's session",
                robot: "continues, obeys the first alone", sees: "the second is refused as busy"
            ) { lab in
                try rivalry(in: lab) { _ in
                    [.start(session: 1, epoch: 1000), .start(session: 2, epoch: 1000)]
                }
            },
            live(
                "61b", "somebody who learned the session's number takes it over",
                "starts of the first one's session in later epochs, then its commands",
                robot: "continues, obeys the first alone", sees: "the second is refused as busy"
            ) { lab in
                try rivalry(in: lab) { command in
                    let (session, epoch) = (command.session, command.epoch)
                    return [
                        .start(session: session, epoch: epoch + 1),
                        .start(session: session, epoch: .max),
                        .start(session: session, epoch: epoch + 1, token: .random()),
                    ]
                }
            },
            live(
                "57", "a second agent in the same session directory", "hone record twice",
                robot: "continues, obeys the first alone", sees: "the second is refused"
            ) { lab in
                var second: FaultLab.Outcome?
                return try LiveFault(robot: .goesOn, agent: .goesOn).run(in: lab) { live in
                    second = try lab.hone([
                        "record", live.folder + "/live.yaml", "--quiet", "--directory",
                        live.directory,
                    ])
                } judge: { _, _, evidence in
                    evidence.operatorSaw += "; the second: \(second?.lastWords ?? "")"
                    evidence.expect(
                        second?.code == 73, "the second ended with \(second?.code ?? 0)")
                }
            },
        ]
    }

    /// Starts that are made of a command of the session's, and such commands, from another connection: all are
    /// refused as busy.
    private static func rivalry(
        in lab: FaultLab, _ starts: @escaping (Command) -> [AgentMessage]
    ) throws -> FaultEvidence {
        let tape = Tape()
        var fault = LiveFault(robot: .goesOn, agent: .goesOn)
        fault.edit = { WireEdits.capture(into: tape) }
        var (codes, expected): ([String], Int) = ([], 0)
        return try fault.run(in: lab) { live in
            let probe = try BridgeProbe(address: live.robotAddress)
            let client = try BridgeClient(address: live.robotAddress)
            probe.description = try client.hello(timeout: .seconds(5))
            guard var command = tape.lastCommand(of: probe.commands) else { return }
            func collect() throws {
                expected += 1
                if case .message(let message, _)? = try probe.next(within: .seconds(1))?.event {
                    codes.append(message.refusal?.rawValue ?? BridgeMessage.text(message))
                }
            }
            for start in starts(command) {
                try probe.send(start)
                try collect()
            }
            command.sequence += 1 << 40
            for _ in 0..<20 {
                command.sequence += 1
                try probe.send(command)
                try collect()
            }
        } judge: { _, _, evidence in
            evidence.robot += ", the second was told \(Set(codes).sorted())"
            evidence.expect(
                expected > 20 && codes.count == expected && codes.allSatisfy { $0 == "busy" },
                "\(codes)")
        }
    }

    /// Ticks while strangers come and go, against ticks before and after.
    private static func strangers(in lab: FaultLab) throws -> FaultEvidence {
        var spans: [(began: MonotonicTime, ended: MonotonicTime, isQuiet: Bool)] = []
        var connected = 0
        return try LiveFault(robot: .goesOn, agent: .goesOn, watch: .seconds(1)).run(in: lab) {
            live in
            for round in 0..<10 {
                let began = lab.clock.now
                let isQuiet = round.isMultiple(of: 2)
                if isQuiet {
                    try live.watch(for: .seconds(3))
                } else {
                    let strangers = try Strangers(of: live.robotAddress)
                    for _ in 0..<20 {
                        try strangers.come(10)
                        try live.watch(for: .milliseconds(150))
                    }
                    connected += strangers.connected
                    strangers.leave()
                }
                spans.append((began, lab.clock.now, isQuiet))
            }
        } judge: { live, _, evidence in
            var (quiet, busy) = (LatencyHistogram(), LatencyHistogram())
            try SessionLogReader(path: live.directory + "/log/session.mcap").records {
                record, time in
                guard case .tick(let tick) = record,
                    let span = spans.first(where: { $0.began <= time && time < $0.ended })
                else { return }
                if span.isQuiet {
                    quiet.record(nanoseconds: tick.latenessNanoseconds)
                } else {
                    busy.record(nanoseconds: tick.latenessNanoseconds)
                }
            }
            let (before, after) = (
                Double(quiet.percentile(99)) * 1e-9, Double(busy.percentile(99)) * 1e-9
            )
            evidence.operatorSaw +=
                "; \(connected) strangers: tick lateness p99 \(NumberText.duration(after)) with "
                + "them (\(busy.count) ticks), \(NumberText.duration(before)) without "
                + "(\(quiet.count))"
            evidence.expect(connected >= 900, "only \(connected) strangers could connect")
            evidence.expect(quiet.count > 500 && busy.count > 500, "too few ticks in the log")
            evidence.expect(after <= 1.2 * before, "p99 rose by more than 20 %")
        }
    }

    /// A person's stop among programs that ask for the state, or for a hold of which they hear nothing.
    private static func shoutedDown(in lab: FaultLab) throws -> FaultEvidence {
        let trigger = Trigger()
        var threads: [HoneThread] = []
        defer {
            trigger.set()
            for thread in threads { thread.join() }
        }
        var fault = LiveFault(
            robot: .brakes(within: .seconds(3), as: [.requested, .disabled]), agent: .ends([70]),
            words: [["a person asked for a stop"]])
        fault.rest = nil
        var (answer, said) = (0.0, "")
        return try fault.run(in: lab) { live in
            let path = ControlPlace.path(in: live.directory)
            for number in 0..<8 {
                threads.append(
                    try HoneThread.start(name: "shouts") {
                        shout(at: path, isHeard: number % 2 == 0, until: trigger)
                    })
            }
            try live.watch(for: .milliseconds(500))
            live.restartClock()
            let began = lab.clock.now
            let outcome = try lab.hone(["stop", live.directory], within: .seconds(10))
            answer = lab.clock.now.seconds(since: began)
            if outcome.code != 0 { said = outcome.errors }
        } judge: { _, _, evidence in
            evidence.operatorSaw += ", answered within \(NumberText.duration(answer))"
            evidence.expect(said.isEmpty, "hone stop: \(said)")
            evidence.expect(answer < 2, "hone stop took \(NumberText.duration(answer))")
        }
    }

    private static func shout(at path: String, isHeard: Bool, until trigger: Trigger) {
        let clock = SystemClock()
        let request = Array(#"{"act":"status"}"#.utf8)
        while !trigger.isSet {
            guard let socket = try? LocalSocket.connect(path) else { return }
            while !trigger.isSet, (try? socket.send(request)) != nil {
                if isHeard { _ = try? socket.receive(timeout: .milliseconds(1)) }
                clock.sleep(for: .microseconds(200))
            }
        }
    }
}
