import Bridge
import Embodiment
import Foundation
import Platform

/// Duties that are tested while nobody commands: whatever a bridge makes of these messages, it has no
/// reason to move.
extension BridgeExaminer {
    func testDescription(_ trial: inout DutyTrial) throws {
        let peer = try stranger()
        trial.step(
            "hello, twice",
            expecting: "the same description of protocol hone-bridge twice, in a version up to "
                + "\(Wire.versions.upperBound)")
        let first = try peer.hello()
        guard case .describe(let found) = first else {
            throw DutyTrial.Broken(came: BridgeMessage.text(first))
        }
        try trial.check(
            found.protocolName == Wire.protocolName && Wire.versions.contains(found.version),
            "protocol \(found.protocolName) version \(found.version)")
        try trial.check(try peer.hello() == first, "another description the second time")
        let reason = found.impossibility
        try trial.check(reason == nil, "a robot that cannot be: \(reason ?? "")")
        try trial.check(found.bootID != 0, "boot 0, which is no random number")
        if let robot {
            trial.step("hello", expecting: "the robot of robots/\(robot.name).yaml")
            let differences = found.differences(from: robot)
            try trial.check(differences.isEmpty, differences.joined(separator: "; "))
        }
        trial.summary =
            "\(found.robot), \(found.axes.count) axes, \(found.features.count) features, "
            + "\(NumberText.short(found.commandRateHz)) Hz, watchdog "
            + "\(NumberText.short(found.watchdogMilliseconds)) ms, version \(found.version)"
    }

    func testVersions(_ trial: inout DutyTrial) throws {
        let peer = try stranger()
        var later = Hello(agent: "hone bridge-test")
        (later.oldest, later.newest) = (description.version + 1, description.version + 1)
        var other = Hello(agent: "hone bridge-test")
        other.protocolName = "another-bridge"
        for hello in [later, other] {
            trial.step(
                "hello of \(hello.protocolName) version \(hello.oldest)",
                expecting: "error version")
            let answer = try peer.ask(.hello(hello))
            try trial.check(
                answer?.refusal == .version, BridgeMessage.text(answer))
        }
        trial.summary = "2 refused"
    }

    func testDisabled(_ trial: inout DutyTrial) throws {
        let peer = try peer()
        if !description.isLockstep {
            trial.step("nothing but hello", expecting: "samples with stop 1 (disabled), session 0")
            let sample = try peer.sample()
            try trial.check(sample != nil, "no sample within \(patience)")
            try trial.check(
                sample.map { $0.stop == .disabled && !$0.isEnabled && $0.session == 0 } ?? false,
                "stop \(sample?.stop.rawValue ?? 0), session \((sample?.session ?? 0).hexadecimal)")
        }
        trial.step("a command before any start", expecting: "error session")
        let outcome = try peer.outcome(of: peer.next { $0.session = 5 })
        try trial.check(outcome.isRefused(.session), "\(outcome)")
        let requests: [(String, AgentMessage)] = [
            (
                "a reset before any start",
                .reset(
                    ResetRequest(
                        session: 5, epoch: 1, episode: 1, seed: 1, purpose: .evaluation,
                        wantsOperator: false))
            ), ("a release before any start", .release(session: 5, epoch: 1)),
            ("a start of session 0, which means none", .start(session: 0, epoch: 1)),
        ]
        for (words, request) in requests {
            trial.step(words, expecting: "error session")
            let answer = try peer.ask(request)
            try trial.check(
                answer?.refusal == .session, BridgeMessage.text(answer))
        }
        trial.summary = "command, reset, release and session 0 refused"
    }

    func testDamage(_ trial: inout DutyTrial) throws {
        let peer = try peer()
        let frame = peer.probe.bytes(peer.next { $0.session = 5 })
        var refused = 0
        for (words, bytes) in DamagedFrames.all(of: frame) {
            trial.step("a command's frame \(words)", expecting: "error malformed")
            let answer = try peer.ask(parts: [bytes])
            try trial.check(
                answer?.refusal == .malformed, BridgeMessage.text(answer))
            refused += 1
        }
        trial.summary = "\(refused) damaged frames refused"
    }

    func testNonFinite(_ trial: inout DutyTrial) throws {
        let peer = try peer()
        var refused = 0
        for axis in 0..<description.axes.count {
            for value in [Double.nan, -Double.nan, .infinity, -.infinity] {
                for isSpeed in [false, true] {
                    trial.step(
                        "an intact command with the \(isSpeed ? "speed" : "position") \(value) on "
                            + "axis \(description.axes[axis].name)", expecting: "error malformed")
                    let command = peer.next {
                        $0.session = 5
                        if isSpeed { $0.velocity[axis] = value } else { $0.position[axis] = value }
                    }
                    let answer = try peer.ask(parts: [peer.probe.bytes(command)])
                    try trial.check(
                        answer?.refusal == .malformed, BridgeMessage.text(answer))
                    refused += 1
                }
            }
        }
        trial.summary = "\(refused) refused"
    }

    func testNonsense(_ trial: inout DutyTrial) throws {
        let peer = try peer()
        let deep = "{\"type\":" + String(repeating: "[", count: 10_000)
        let nonsense: [(String, [[UInt8]])] = [
            ("{", [Array("{".utf8)]),
            ("{}", [Array("{}".utf8)]),
            ("a type that is a number", [Array("{\"type\":7}".utf8)]),
            ("an unknown type", [Array("{\"type\":\"dance\"}".utf8)]),
            ("a start without a session", [Array("{\"type\":\"start\"}".utf8)]),
            (
                "a start of session xyz",
                [Array("{\"type\":\"start\",\"session\":\"xyz\",\"epoch\":1}".utf8)]
            ),
            (
                "a start with epoch -1",
                [
                    Array(
                        "{\"type\":\"start\",\"session\":\"0000000000000005\",\"epoch\":-1}".utf8)
                ]
            ),
            ("bytes that are no UTF-8", [Array("{\"type\":\"".utf8) + [0xFF, 0xFE, 0x22, 0x7D]]),
            ("10 000 open brackets", [Array(deep.utf8)]),
            ("a message of two parts", [Array("{}".utf8), Array("{}".utf8)]),
        ]
        for (words, parts) in nonsense {
            trial.step(words, expecting: "error malformed")
            let answer = try peer.ask(parts: parts)
            try trial.check(
                answer?.refusal == .malformed, BridgeMessage.text(answer))
        }
        trial.step("hello after all that", expecting: "a description")
        guard case .describe = try peer.hello() else {
            throw DutyTrial.Broken(came: "nothing of the kind")
        }
        trial.summary = "\(nonsense.count) refused"
    }

    func testKeys(_ trial: inout DutyTrial) throws {
        guard keys != nil else { throw Untestable(reason: "the connection is not encrypted") }
        let client = try BridgeClient(address: address, keys: keys)
        try client.hello(agent: "hone bridge-test", timeout: patience)
        for _ in 0..<3 {
            trial.step("a connection with a key made a moment ago", expecting: "no agreement")
            do { try client.proveGuarded(timeout: patience) } catch BridgeError.admitsAnybody {
                throw DutyTrial.Broken(came: "it is admitted")
            }
        }
        trial.step("a connection without a key", expecting: "no agreement")
        do {
            try DoorTest.tryWithoutKey(at: address, timeout: patience)
        } catch BridgeError.admitsAnybody {
            throw DutyTrial.Broken(came: "it is admitted")
        }
        trial.step("hello with the key that is on the list", expecting: "a description")
        guard case .describe = try stranger().hello() else {
            throw DutyTrial.Broken(came: "nothing of the kind")
        }
        trial.summary = "3 unknown keys and none at all refused"
    }

    func testStrangers(_ trial: inout DutyTrial) throws {
        let count = 100
        try commanding { commander in
            let strangers = try Strangers(of: address)
            defer { strangers.leave() }
            trial.step(
                "\(count) connections that say nothing, half a greeting or garbage, and a message "
                    + "of \(Wire.maximumFrameByteCount + 1) bytes",
                expecting: "hello answered, and the commander's next commands obeyed")
            try strangers.come(count)
            let long = try stranger()
            try long.probe.send(parts: [
                [UInt8](repeating: 0x78, count: Wire.maximumFrameByteCount + 1)
            ])
            let guest = try stranger()
            let answer = try guest.hello()
            guard case .describe = answer else {
                throw DutyTrial.Broken(came: "hello: \(BridgeMessage.text(answer))")
            }
            for _ in 0..<10 {
                let outcome = try commander.outcome(of: commander.next())
                try trial.check(outcome.isApplied, "a command: \(outcome)")
            }
        }
        trial.summary = "\(count) strangers"
    }
}

/// A good frame in every way that it can be spoilt.
enum DamagedFrames {
    /// What was done, and the frame after it.
    static func all(of frame: [UInt8]) -> [(String, [UInt8])] {
        var found: [(String, [UInt8])] = []
        for count in [1, 4, 47, 48, frame.count - 4, frame.count - 1] {
            found.append(("cut to \(count) bytes", Array(frame.prefix(count))))
        }
        found.append(("with a byte after it", frame + [0]))
        // Sealed again, so that it is not the checksum that gives them away.
        for (words, offset, value) in [
            ("with another magic", 1, 0x6F), ("of version 2", 4, 2), ("of kind 9", 5, 9),
            ("of kind 1, a sample", 5, 1), ("with a flag", 6, 1), ("with another axis", 8, 15),
            ("with a feature", 10, 1), ("that states another length", 40, 0),
            ("with a reserved byte at 44", 44, 1), ("with a reserved byte at 52", 52, 1),
        ] {
            var spoilt = frame
            spoilt[offset] ^= UInt8(value)
            if spoilt[offset] == frame[offset] { spoilt[offset] ^= 0xFF }
            found.append((words, sealed(spoilt)))
        }
        for bit in stride(from: 3, to: frame.count * 8, by: 61) {
            var spoilt = frame
            spoilt[bit / 8] ^= 1 << UInt8(bit % 8)
            found.append(("with bit \(bit) flipped", spoilt))
        }
        return found
    }

    /// The frame with the checksum of its present bytes.
    static func sealed(_ frame: [UInt8]) -> [UInt8] {
        let body = frame.dropLast(Wire.checksumByteCount)
        let sum = CRC32.checksum(Array(body))
        return Array(body) + withUnsafeBytes(of: sum.littleEndian) { Array($0) }
    }
}
