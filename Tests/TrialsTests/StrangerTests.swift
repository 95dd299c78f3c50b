import Embodiment
import Foundation
import Platform
import Testing

@testable import Bridge
@testable import TestSupport

/// Random strangers beside a robot that somebody commands.
///
/// `HONE_STRANGER_MESSAGES=1000000 swift test --filter StrangerTests` tries a million with each robot, and with
/// `HONE_STRANGER_ROBOTS=python` beside it with those alone whose name begins so.
@Suite("Strangers at a commanded robot", .byTheWallClock)
struct StrangerTests {
    private static var count: Int {
        ProcessInfo.processInfo.environment["HONE_STRANGER_MESSAGES"].flatMap { Int($0) } ?? 10_000
    }

    private static var robots: [BridgeProgram.Kind] {
        let wanted = ProcessInfo.processInfo.environment["HONE_STRANGER_ROBOTS"] ?? ""
        return BridgeProgram.Kind.here.filter { $0.rawValue.hasPrefix(wanted) }
    }

    @Test(
        "None of their messages moves it, takes it or keeps a stop away, whatever they say",
        arguments: robots)
    func strangers(kind: BridgeProgram.Kind) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("strangers at \(kind.rawValue): seed \(seed)")
        let robot = try BridgeProgram(kind)
        let agent = try HoldingAgent(address: robot.address)
        var messages = StrangerMessages(
            seed: seed, description: agent.description, command: agent.command)
        let person = try Rival(address: robot.address)
        var strangers = try (0..<4).map { _ in try BridgeProbe(address: robot.address) }
        var (sent, stops, longest) = (0, 0, Duration.zero)
        let place = agent.sample.position
        while sent < Self.count {
            for index in 0..<32 {
                try strangers[index % 4].send(parts: messages.next())
                sent += 1
            }
            // They read what they are told: libzmq ends a program that lets it pile up.
            for stranger in strangers { while try stranger.next(within: .zero) != nil {} }
            // In real time each of the commander's commands takes a period of its own.
            guard kind.isLockstep || sent % 128 == 0 else { continue }
            let sample = try agent.hold()
            messages.command = agent.command
            messages.record(person.probe.bytes(agent.command))
            try #require(sample.isEnabled, "seed \(seed): stop \(sample.stop) after \(sent)")
            try #require(sample.acknowledgedCommand == agent.command.sequence, "seed \(seed)")
            for axis in 0..<agent.description.axes.count {
                try #require(abs(sample.position[axis] - place[axis]) < 1e-3, "seed \(seed)")
            }
            guard sent % 1024 == 0 else { continue }
            strangers[sent / 1024 % 4] = try BridgeProbe(address: robot.address)
            // In the midst of it all a person stops the robot.
            for stranger in strangers { try stranger.send(parts: messages.next()) }
            let began = SystemClock().now
            try #require(
                try person.ask(.stop(.person, reason: "test")) == .stopped, "seed \(seed)")
            longest = max(longest, SystemClock().now - began)
            stops += 1
            for stranger in strangers { try stranger.send(parts: messages.next()) }
            try #require(try agent.hold().stop == .requested, "seed \(seed)")
            try agent.start()
            messages.command = agent.command
        }
        #expect(stops >= 4 && robot.isRunning, "\(robot.said)")
        print("\(sent) messages, \(stops) stops, the longest after \(longest)")
    }
}
