import Embodiment
import Testing

@testable import Control

/// The arbiter's whole table.
@Suite("Arbiter")
struct ArbiterTests {
    /// Every state, mode, driver, and whatever may be true beside them.
    private static let all: [Arbiter.Facts] = {
        var all: [Arbiter.Facts] = []
        let modes: [ControlMode] = [.hold, .track, .home, .play]
        for state in SafetyState.allCases {
            for mode in modes {
                for driver in Driver.allCases {
                    for bits in 0..<8 {
                        var facts = Arbiter.Facts(state: state, mode: mode, driver: driver)
                        facts.isCorrected = bits & 1 != 0
                        facts.isPatient = bits & 2 != 0
                        facts.isOutside = bits & 4 != 0
                        all.append(facts)
                    }
                }
            }
        }
        return all
    }()

    /// The table once more, a line a rule, the first that holds.
    private func expected(_ facts: Arbiter.Facts) -> ActingParty {
        let isGuardians: Set<SafetyState> = [.hold, .protectiveStop, .fault, .recovery]
        if isGuardians.contains(facts.state) { return .guardian }
        if facts.state != .active || facts.mode == .hold { return .nobody }
        if facts.isOutside { return .guardian }
        if facts.mode == .home { return .homing }
        if facts.mode == .play { return .replay }
        if !facts.isPatient { return .nobody }
        let isPolicys: Set<Driver> = [.imitation, .guided]
        if isPolicys.contains(facts.driver) { return facts.isCorrected ? .intervention : .policy }
        let others: [Driver: ActingParty] = [
            .operatorAction: .operatorAction, .homing: .homing, .replay: .replay, .nobody: .policy,
        ]
        return others[facts.driver] ?? .nobody
    }

    @Test("Every combination of facts has the party that the table says")
    func table() {
        #expect(Self.all.count == 10 * 4 * 6 * 8)
        for facts in Self.all {
            #expect(Arbiter.party(facts) == expected(facts), "\(facts)")
        }
        #expect(Set(Self.all.map { Arbiter.party($0) }).count == ActingParty.allCases.count)
    }

    @Test("Nobody but the guardian moves a robot that is not active, whatever is asked of it")
    func guardianFirst() {
        for facts in Self.all where facts.state != .active {
            #expect(!Arbiter.party(facts).moves, "\(facts)")
        }
        for facts in Self.all where facts.isOutside { #expect(!Arbiter.party(facts).moves) }
    }

    @Test("Each tick says who acts")
    func ticks() {
        var loop = LiveLoop()
        loop.tick()
        #expect(loop.report.acting == .nobody)
        loop.controller.begin(
            step: Action([0.5, 1]), from: MotionOrigin(driver: .guided, decision: 3))
        loop.run(seconds: 0.2)
        #expect(loop.report.acting == .policy)
        loop.run(seconds: 0.21)
        #expect(loop.report.acting == .nobody, "its patience is over")
        loop.controller.goHome()
        loop.tick()
        #expect(loop.report.acting == .homing)
        loop.controller.play(Motion([AxisVector([0, 1])]))
        loop.tick()
        #expect(loop.report.acting == .replay)
        #expect(loop.ask { _ in .hold } == .accepted)
        loop.tick()
        #expect(loop.report.acting == .guardian)
    }
}
