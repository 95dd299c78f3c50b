import Embodiment
import Platform
import Testing

@testable import Bridge
@testable import TestSupport

/// Onlookers and strangers at robots in processes of their own, which somebody commands.
@Suite("Who commands, and who does not", .byTheWallClock)
struct AuthorityTests {
    @Test(
        "Whoever knows a session to the last byte, but not its token, neither takes the robot nor ends a stop",
        arguments: BridgeProgram.Kind.here)
    func rival(kind: BridgeProgram.Kind) throws {
        let robot = try BridgeProgram(kind)
        let agent = try HoldingAgent(address: robot.address)
        for _ in 0..<5 { #expect(try agent.hold().isEnabled) }
        let rival = try Rival(address: robot.address)
        if !kind.isLockstep {
            let seen = try rival.look(for: .milliseconds(200))
            #expect(!seen.isEmpty, "\(robot.said)")
            #expect(seen.allSatisfy { $0.session == 0 && $0.epoch == 0 }, "\(kind)")
        }
        try rival.attack(knowing: agent.command)
        #expect(try agent.hold().isEnabled, "the commander goes on")
        // A person's stop.
        #expect(try Rival(address: robot.address).ask(.stop(.person, reason: "test")) == .stopped)
        try rival.attack(knowing: agent.command)
        if !kind.isLockstep {
            let stopped = try rival.look(for: .milliseconds(200))
            #expect(!stopped.isEmpty)
            #expect(stopped.allSatisfy { $0.stop == .requested && !$0.isEnabled }, "\(kind)")
        }
        let held = try agent.hold()
        #expect(held.stop == .requested && held.acknowledgedCommand < agent.command.sequence)
        try agent.start()
        #expect(try agent.hold().isEnabled)
    }

    @Test(
        "The token's holder goes on from another connection while the first is still there",
        arguments: BridgeProgram.Kind.here)
    func heir(kind: BridgeProgram.Kind) throws {
        let robot = try BridgeProgram(kind)
        let agent = try HoldingAgent(address: robot.address)
        try agent.hold()
        let token = try #require(agent.client.right?.token, "\(robot.said)")
        let heir = try Rival(address: robot.address)
        let answer = try heir.ask(
            .start(session: agent.session, epoch: agent.epoch + 1, token: token))
        #expect(answer == .started(epoch: agent.epoch + 1, token: token))
        #expect(throws: BridgeError.self, "its commands are another connection's now") {
            for _ in 0..<100 { try agent.hold() }
        }
        #expect(
            try heir.ask(.release(session: agent.session, epoch: agent.epoch + 1)) == .released)
    }
}
