import Embodiment
import Experience
import Foundation
import Testing

@testable import TestSupport

/// Decisions that last: what a slow policy does to a robot, without one.
@Suite("Delayed decisions")
struct DelayTests {
    @Test(
        "In lockstep every step but an episode's first is decided so many ticks before it begins, and can be made again",
        arguments: [(0, 1), (30, 1), (30, 2)])
    func lockstep(milliseconds: Int, executed: Int) throws {
        let scratch = try Scratch()
        let folder = scratch.path("session")
        let outcome = try HoneProgram.run(
            ["demo", "--quiet", "--directory", folder] + TinySession.arguments + [
                "--set", "driving.extra_delay_ms=\(milliseconds)", "--set",
                "policy.horizon=\(2 * executed)", "--set", "policy.executed_steps=\(executed)",
            ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        var (decided, moved) = (0, 0)
        try SessionLogReader(session: folder + "/log").records { record, _ in
            guard case .transition(let transition) = record, let decision = transition.decision
            else { return }
            guard milliseconds > 0 else {
                #expect(decision.asked == nil)
                return
            }
            // Before an episode's first step the robot stands, and is waited for.
            guard transition.step > 0 else { return }
            decided += 1
            // At 100 Hz, from the tick whose sample it saw: one that is there at once begins with the next.
            #expect(decision.asked?.delayTicks == UInt32(milliseconds / 10) + 1)
            if decision.asked?.observation != transition.observation { moved += 1 }
        }
        if milliseconds > 0 { #expect(decided > 10 && 2 * moved > decided, "\(decided) \(moved)") }
        let replayed = try HoneProgram.run(["replay", folder, "--verify"])
        #expect(replayed.code == 0, "\(replayed.output)\(replayed.errors)")
    }
}
