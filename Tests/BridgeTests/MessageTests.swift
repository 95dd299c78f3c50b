import Embodiment
import Foundation
import Testing

@testable import Bridge

@Suite("Messages")
struct MessageTests {
    static let session: UInt64 = 0x0123_4567_89AB_CDEF
    static let token: CommandToken = {
        let text = Data("\"00112233445566778899aabbccddeeff\"".utf8)
        guard let token = try? JSONDecoder().decode(CommandToken.self, from: text) else {
            fatalError("32 hexadecimal digits are a token")
        }
        return token
    }()

    static let agent: [(AgentMessage, String)] = [
        (
            .hello(Hello(agent: "hone 0.1")),
            #"{"agent":"hone 0.1","newest":2,"protocol":"hone-bridge","truncated":true,"#
                + #""type":"hello","version":1}"#
        ),
        (
            .hello(Hello(agent: "hone", limits: "00000000000000ff")),
            #"{"agent":"hone","limits":"00000000000000ff","newest":2,"protocol":"hone-bridge","#
                + #""truncated":true,"type":"hello","version":1}"#
        ),
        (
            .start(session: session, epoch: 3),
            #"{"epoch":3,"session":"0123456789abcdef","type":"start"}"#
        ),
        (
            .start(session: session, epoch: 3, boot: 0xFEDC_BA98_7654_3210),
            #"{"boot":"fedcba9876543210","epoch":3,"session":"0123456789abcdef","type":"start"}"#
        ),
        (
            .reset(
                ResetRequest(
                    session: session, epoch: 3, episode: 7, seed: .max, purpose: .training,
                    wantsOperator: false)),
            #"{"episode":7,"epoch":3,"operator":false,"purpose":"training","#
                + #""seed":"18446744073709551615","session":"0123456789abcdef","type":"reset"}"#
        ),
        (
            .start(session: session, epoch: 3, boot: 1, robot: "arm/7"),
            #"{"boot":"0000000000000001","epoch":3,"robot":"arm/7","session":"0123456789abcdef","#
                + #""type":"start"}"#
        ),
        (
            .start(session: session, epoch: 3, token: token),
            #"{"epoch":3,"session":"0123456789abcdef","token":"00112233445566778899aabbccddeeff","#
                + #""type":"start"}"#
        ),
        (.stop(reason: "pressed"), #"{"reason":"pressed","type":"stop"}"#),
        (
            .stop(.person, reason: "pressed"),
            #"{"code":"operator","reason":"pressed","type":"stop"}"#
        ),
        (
            .release(session: 0, epoch: 0),
            #"{"epoch":0,"session":"0000000000000000","type":"release"}"#
        ),
    ]

    @Test("of the agent are written as specified and read back")
    func agentMessages() throws {
        for (message, text) in Self.agent {
            let bytes = try SlowPath.encode(message)
            #expect(String(decoding: bytes, as: UTF8.self) == text)
            #expect(try JSONDecoder().decode(AgentMessage.self, from: Data(bytes)) == message)
        }
    }

    @Test("of the bridge are written and read back")
    func bridgeMessages() throws {
        let messages: [BridgeMessage] = [
            .describe(makeDescription(axes: 3, features: 2)), .started(epoch: 4),
            .started(epoch: 4, token: Self.token),
            .ready(episode: 5, durationSeconds: 2.5), .stopped, .released,
            .error(.busy, message: "somebody else"), .error(.other, message: "jammed"),
            .describe(makeDescription(version: 1)),
        ]
        for message in messages {
            let bytes = try SlowPath.encode(message)
            #expect(bytes.first == UInt8(ascii: "{"))
            #expect(try JSONDecoder().decode(BridgeMessage.self, from: Data(bytes)) == message)
        }
    }

    @Test(
        "of a start or an answer to one are good without what is no token",
        arguments: [
            "5", "null", "\"\"", "\"0011\"", "\"+0112233445566778899aabbccddeeff\"",
            "\"0011223344556677-8899aabbccddeef\"", "\"00112233445566778899aabbccddeefg\"",
        ])
    func noTokens(text: String) throws {
        let start = "{\"type\":\"start\",\"session\":\"0123456789abcdef\",\"epoch\":3,"
        #expect(
            try JSONDecoder().decode(
                AgentMessage.self, from: Data("\(start)\"token\":\(text)}".utf8))
                == .start(session: Self.session, epoch: 3))
        let started = "{\"type\":\"started\",\"epoch\":3,\"token\":\(text)}"
        #expect(
            try JSONDecoder().decode(BridgeMessage.self, from: Data(started.utf8))
                == .started(epoch: 3))
    }

    @Test("a token is not printed, and no two are the same")
    func secret() {
        #expect("\(Self.token)" == "a token")
        let start = AgentMessage.start(session: 1, epoch: 1, token: Self.token)
        #expect("\(start)".contains("a token") && !"\(start)".contains("0011"))
        #expect(Set((0..<1000).map { _ in CommandToken.random() }).count == 1000)
    }

    @Test("carry numbers beside their own keys; what is no number is none")
    func numbers() throws {
        let stop = AgentMessage.stop(.person, reason: "pressed")
        let bytes = try SlowPath.encode(Numbered(stop, id: 7))
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"code":"operator","id":7,"reason":"pressed","type":"stop"}"#)
        let numbers: [(String, UInt32?)] = [
            ("1", 1), ("4294967295", .max), ("0", nil), ("-1", nil), ("4294967296", nil),
            ("1e300", nil), ("1.5", nil), (#""7""#, nil), ("null", nil), ("[]", nil),
        ]
        for (text, id) in numbers {
            let message = Data(#"{"type":"stopped","id":\#(text)}"#.utf8)
            let read = try JSONDecoder().decode(Numbered<BridgeMessage>.self, from: message)
            #expect(read == Numbered(.stopped, id: id), "\(text)")
        }
    }

    @Test(
        "of type stop are a stop, whatever else they say or lack",
        arguments: [
            "{}", #"{"reason":5}"#, #"{"code":"fire","reason":null}"#, #"{"id":"x","code":[]}"#,
        ])
    func stops(rest: String) throws {
        let text = #"{"type":"stop","# + rest.dropFirst()
        let whole = rest == "{}" ? #"{"type":"stop"}"# : text
        let read = try JSONDecoder().decode(Numbered<AgentMessage>.self, from: Data(whole.utf8))
        #expect(read == Numbered(.stop(.other, reason: "")))
    }

    @Test("of a bridge of version 1 may refuse in its own words")
    func ownWords() throws {
        let text = #"{"type":"error","code":"jammed","message":"the gripper"}"#
        let read = try JSONDecoder().decode(BridgeMessage.self, from: Data(text.utf8))
        #expect(read == .error(.other, message: "jammed: the gripper"))
    }

    @Test("agree on the newest version that both sides speak")
    func versions() {
        var hello = Hello(agent: "hone")
        let agreed: [(oldest: Int, newest: Int, bridge: Int, version: Int?)] = [
            (1, 2, 2, 2), (1, 2, 1, 1), (1, 1, 2, 1), (2, 2, 2, 2), (2, 2, 1, nil), (1, 9, 2, 2),
            (3, 9, 2, nil), (0, 0, 2, nil), (-1, 1, 2, 1), (2, 1, 2, 2),
        ]
        for (oldest, newest, bridge, version) in agreed {
            (hello.oldest, hello.newest) = (oldest, newest)
            #expect(hello.agreed(with: bridge) == version, "\(oldest) to \(newest), \(bridge)")
        }
        hello = Hello(agent: "hone")
        hello.protocolName = "another"
        #expect(hello.agreed(with: 2) == nil)
    }

    @Test(
        "that cannot be read say why",
        arguments: [
            ("{", "JSON"), ("{}", "type"), (#"{"type":"dance"}"#, "dance"),
            (#"{"type":"start","session":"12","epoch":1}"#, "16 hexadecimal digits"),
            (#"{"type":"start","session":"+123456789abcdef","epoch":1}"#, "16 hexadecimal digits"),
            (#"{"type":"start","session":"0123456789abcdef","epoch":-1}"#, "-1"),
            (#"{"type":"start","session":"0123456789abcdef"}"#, "epoch"), (#"{"type":5}"#, "type"),
            (
                #"{"type":"reset","session":"0123456789abcdef","epoch":1,"episode":0,"seed":"-1","#
                    + #""purpose":"training","operator":true}"#, "seed"
            ),
        ])
    func unreadable(text: String, word: String) throws {
        let result = Array(text.utf8).withUnsafeBytes { SlowPath.decode($0, as: AgentMessage.self) }
        guard case .failure(let error) = result else {
            Issue.record("\(text) was read")
            return
        }
        #expect(error.description.contains(word))
    }
}

@Suite("BridgeDescription")
struct BridgeDescriptionTests {
    @Test("of the file's robot has no differences")
    func equal() { #expect(makeDescription().differences(from: makeRobot()) == []) }

    @Test("names each difference once, readably")
    func differences() {
        let changes: [(String, (inout BridgeDescription) -> Void)] = [
            ("robot: test-arm in the file, other at the bridge", { $0.robot = "other" }),
            (
                "control space: joint_position in the file, velocity at the bridge",
                { $0.controlSpace = "velocity" }
            ),
            (
                "command rate: 100.0 Hz in the file, 50.0 Hz at the bridge",
                { $0.commandRateHz = 50 }
            ),
            (
                "command validity: 50.0 ms in the file, the bridge's watchdog acts after 40.0 ms",
                { $0.watchdogMilliseconds = 40 }
            ),
            (
                "command validity: 50.0 ms in the file, the bridge's watchdog acts after 20.0 ms, and "
                    + "at 100.0 Hz it needs at least 30.0 ms, three command periods: raise the bridge's",
                { $0.watchdogMilliseconds = 20 }
            ),
            ("protocol version: this side speaks 1 to 2, the bridge 3", { $0.version = 3 }),
            ("axis j1: unit: rad in the file, m at the bridge", { $0.axes[1].unit = "m" }),
            (
                "axis j0: lower -1.0 rad in the file is outside the hardware's -0.5",
                { $0.axes[0].lower = -0.5 }
            ),
            (
                "axis j0: upper 1.0 rad in the file is outside the hardware's 0.5",
                { $0.axes[0].upper = 0.5 }
            ),
            (
                "axis j1: velocity 2.0 rad in the file is outside the hardware's 1.0",
                { $0.axes[1].velocity = 1 }
            ),
            (
                "axis j1: acceleration 20.0 rad in the file is outside the hardware's 10.0",
                { $0.axes[1].acceleration = 10 }
            ),
            ("axis order: j0, j1 in the file, j1, j0 at the bridge", { $0.axes.swapAt(0, 1) }),
            ("axis j1: in the file, the bridge does not have it", { $0.axes.removeLast() }),
            (
                "feature extra: at the bridge, the file does not have it",
                { $0.features.append(.init(name: "extra", unit: "1")) }
            ),
            ("feature f0: unit: m in the file, N at the bridge", { $0.features[0].unit = "N" }),
        ]
        for (line, change) in changes {
            var description = makeDescription()
            change(&description)
            #expect(description.differences(from: makeRobot()) == [line])
        }
    }

    @Test("says who the robot is and what cameras it has, from version 2 on")
    func identity() throws {
        var description = makeDescription()
        #expect(description.robotID == "test-arm/t-1")
        description.robotID = "left"
        description.cameras = [.init(name: "front", endpoint: "ipc:///tmp/front")]
        let bytes = try SlowPath.encode(BridgeMessage.describe(description))
        let read = try JSONDecoder().decode(BridgeMessage.self, from: Data(bytes))
        #expect(read == .describe(description))
        description.version = 1
        let old = String(
            decoding: try SlowPath.encode(BridgeMessage.describe(description)), as: UTF8.self)
        #expect(!old.contains("robot_id") && !old.contains("cameras"))
    }

    @Test("of an impossible robot is refused")
    func impossible() {
        let changes: [(inout BridgeDescription) -> Void] = [
            { $0.axes = [] }, { $0 = makeDescription(axes: Capacity.axes + 1) },
            { $0 = makeDescription(features: Capacity.features + 1) }, { $0.commandRateHz = 0 },
            { $0.watchdogMilliseconds = -1 }, { $0.axes[0].lower = 5 }, { $0.axes[1].velocity = 0 },
            { $0.axes[1].name = "j0" }, { $0.robotID = "" },
            { $0.robotID = String(repeating: "x", count: 129) },
            { $0.cameras = (0..<9).map { .init(name: "c\($0)", endpoint: "ipc:///x") } },
            { $0.cameras = (0..<2).map { _ in .init(name: "c", endpoint: "ipc:///x") } },
        ]
        #expect(makeDescription().impossibility == nil)
        for change in changes {
            var description = makeDescription()
            change(&description)
            #expect(description.impossibility != nil)
        }
    }
}

@Suite("Address")
struct AddressTests {
    @Test(
        "of this machine is taken",
        arguments: [
            "ipc:///tmp/x", "tcp://127.0.0.1:5555", "tcp://127.1.2.3:*", "tcp://localhost:1",
        ])
    func taken(address: String) { #expect(throws: Never.self) { try Address.check(address) } }

    @Test(
        "others can reach is refused",
        arguments: [
            "tcp://*:5555", "tcp://0.0.0.0:5555", "tcp://192.168.1.2:5555", "tcp://[::]:5555",
            "tcp://eth0:5555", "tcp://127.0.0.1.example.org:5555", "tcp://128.0.0.1:1",
            "tcp://127.0.0.1;10.0.0.1:5555",
        ])
    func reachable(address: String) {
        #expect(throws: BridgeError.notLoopback(address: address)) { try Address.check(address) }
    }

    @Test(
        "others can reach is taken where the connection is encrypted",
        arguments: [
            "tcp://*:5555", "tcp://0.0.0.0:5555", "tcp://192.168.1.2:5555", "tcp://robot:1",
        ])
    func encrypted(address: String) {
        #expect(throws: Never.self) { try Address.check(address, isLocal: false) }
    }

    @Test(
        "without sense is refused",
        arguments: [
            "", "ipc://", "udp://127.0.0.1:1", "tcp://127.0.0.1", "tcp://:5555",
            "tcp://127.0.0.1:99999",
            "ipc://" + String(repeating: "x", count: 108), "inproc://x",
        ])
    func senseless(address: String) {
        let error = #expect(throws: BridgeError.self) { try Address.check(address) }
        guard case .badAddress = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
