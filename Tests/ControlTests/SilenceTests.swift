import Embodiment
import Platform
import Testing

@testable import Control

@Suite("Samples that do not come")
struct SilenceTests {
    /// Loses samples until the robot is held.
    ///
    /// - Parameters:
    ///   - lead: phase of samples and ticks, ns.
    ///   - slow: which of the ticks without a sample comes 10 ms late.
    /// - Returns: age of the newest sample in the tick that braked first, and in the one before, ms.
    private func brake(lead: Int64, slow: Int? = nil) -> (age: Double, before: Double) {
        var loop = LiveLoop(lead: lead)
        loop.move(30)
        var (before, last) = (0.0, 0.0)
        for tick in 1...20 where loop.state == .active {
            let speed = abs(loop.report.command.velocity[0])
            loop.tick(lost: true, late: tick == slow ? 10 : 0)
            (before, last) = (last, Double(loop.report.observationAgeNanoseconds) * 1e-6)
            guard loop.state == .hold else { continue }
            #expect(loop.verdict.cause == .observationLate && speed > 0.1)
            #expect(abs(loop.report.command.velocity[0]) < speed, "lead \(lead)")
        }
        return (last, before)
    }

    @Test("The robot brakes before its sample is older than the limit, whatever the phase")
    func brakesInTime() {
        for lead in stride(from: Int64(100_000), through: 9_900_000, by: 300_000) {
            let (age, before) = brake(lead: lead)
            #expect(age <= 50 && before <= 40, "lead \(lead): \(before), then \(age) ms")
            #expect(age > 40, "lead \(lead): held for a sample of \(age) ms")
        }
    }

    @Test("Even where a tick is a whole period late it brakes within 60 ms")
    func brakesInTimeWhenLate() {
        for lead in stride(from: Int64(100_000), through: 9_900_000, by: 900_000) {
            for slow in 1...6 {
                let (age, _) = brake(lead: lead, slow: slow)
                #expect(age <= 60, "lead \(lead), tick \(slow) late: \(age) ms")
            }
        }
    }

    @Test("In lockstep, where no time passes during a command, the limit itself counts")
    func lockstep() {
        var loop = Loop()
        loop.controller.begin(step: loop.action(1, 1))
        loop.tick(silent: true)
        for age in 1...5 {
            loop.tick(silent: true)
            #expect(loop.report.verdict.cause == .none, "\(10 * age) ms")
        }
        loop.tick(silent: true)
        let verdict = loop.report.verdict
        #expect(verdict.cause == .observationLate && abs(verdict.value - 0.06) < 1e-9)
    }

    @Test(
        "An agent that was absent is told so, however long: what came meanwhile waits to be read",
        arguments: [55, 200, 300, 3000] as [Int64])
    func absence(milliseconds: Int64) {
        var loop = LiveLoop()
        loop.move(30)
        loop.tick(lost: true, late: milliseconds)
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .tickGap)
        #expect(abs(loop.verdict.value - Double(milliseconds) / 1000) < 1e-9)
        loop.run(seconds: 2)
        #expect(loop.verdict.cause == .tickGap && loop.controller.isAtRest)
        #expect(loop.controller.guardian.stops == 1)
    }

    @Test("A bridge that is silent when the agent is back is told after the stop budget")
    func silentAfterAbsence() {
        var loop = LiveLoop()
        loop.move(30)
        for _ in 0..<26 {
            loop.tick(lost: true, late: loop.state == .active ? 300 : 0)
            #expect(loop.verdict.cause == .tickGap)
        }
        loop.tick(lost: true)
        #expect(loop.verdict.cause == .observationStale)
        #expect(loop.machine.severity == .requestPowerOff)
        // 3 ms before a tick, a period, 300 ms of absence, 260 ms of silence.
        #expect(abs(loop.verdict.value - 0.573) < 1e-6, "\(loop.verdict.value)")
    }

    @Test("A bridge that repeats what it has sent is held, then stopped, with a cause of its own")
    func repeats() {
        var loop = LiveLoop()
        loop.move(30)
        let last = loop.sequence
        for _ in 0..<8 { loop.tick { $0.sequence = last } }
        #expect(loop.state == .hold && loop.verdict.cause == .observationLate)
        for _ in 0..<20 { loop.tick { $0.sequence = last } }
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .samplesRepeated)
        #expect(loop.machine.severity == .requestPowerOff)
        let line = loop.verdict.line(for: Fixture.robot())
        #expect(
            line == "cause 29: the bridge repeats old samples and sends no new one: 253 ms, "
                + "limit 250 ms", "\(line)")
    }

    @Test("A bridge that repeats itself for a moment and then is silent is called silent")
    func silentAfterRepeating() {
        var loop = LiveLoop()
        loop.move(30)
        let last = loop.sequence
        for _ in 0..<10 { loop.tick { $0.sequence = last } }
        for _ in 0..<20 { loop.tick(lost: true) }
        #expect(loop.verdict.cause == .observationStale)
    }

    @Test("Samples that come twice are no repetition")
    func duplicates() {
        var loop = LiveLoop()
        for _ in 0..<200 {
            loop.tick()
            var again = Fixture.sample(loop.sequence, x: loop.pose[0], gripper: loop.pose[1])
            (again.session, again.epoch) = (1, loop.epoch)
            loop.controller.receive(again, at: loop.time)
        }
        #expect(loop.state == .active && loop.controller.guardian.holds == 0)
    }
}
