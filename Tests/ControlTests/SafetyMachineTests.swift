import Testing

@testable import Control

/// Every machine, event and guard there is, and what must be true of each step.
///
/// The rules below are those of `Control/Safety.md` 5 in other words: they say what may never
/// happen, and know nothing of how the machine is written.
enum MachineSpace {
    /// The challenge of every machine here; `other` is an older one.
    static let challenge: UInt32 = 7
    static let other: UInt32 = 6

    /// Machines that make sense: a hold has a cause that holds, a stop one that stops.
    static let machines: [SafetyMachine] = {
        var all: [SafetyMachine] = []
        for state in SafetyState.allCases {
            for cause in StopCause.allCases where fits(cause, state) {
                for bits in 0..<8 {
                    var machine = SafetyMachine()
                    machine.state = state
                    machine.cause = cause
                    // What is latched needs an operator from the start.
                    machine.needsOperator = bits & 1 != 0 || state.isLatched
                    machine.isTested = bits & 2 != 0
                    machine.challenge = challenge
                    while bits & 4 != 0, machine.budget.isLeft { machine.budget.spend() }
                    all.append(machine)
                }
            }
        }
        return all
    }()

    private static func fits(_ cause: StopCause, _ state: SafetyState) -> Bool {
        switch state {
        case .hold: cause.severity == .hold
        case .protectiveStop: [.protectiveStop, .requestPowerOff].contains(cause.severity)
        case .fault: cause.severity == .fault
        default: true
        }
    }

    /// Every event; of the causes to acknowledge, the machine's own and another.
    static func events(for machine: SafetyMachine) -> [SafetyEvent] {
        var all: [SafetyEvent] = [.booted, .selfTested(true), .selfTested(false), .quiet]
        all += StopCause.allCases.map { .found($0) }
        let otherCause: StopCause = machine.cause == .tracking ? .tickGap : .tracking
        for party in Party.allCases {
            var requests: [SafetyRequest] = [.stop, .hold, .shutDown]
            for number in [challenge, other] {
                requests += [.start(challenge: number), .recover(challenge: number)]
                for cause in [machine.cause, otherCause] {
                    requests.append(.acknowledge(cause, challenge: number))
                }
            }
            all += requests.map { .request($0, by: party) }
        }
        return all
    }
}

/// One step of the machine.
struct MachineStep {
    let before: SafetyMachine
    let event: SafetyEvent
    let facts: SafetyFacts
    let after: SafetyMachine
    let answer: SafetyAnswer

    init(_ before: SafetyMachine, _ event: SafetyEvent, _ facts: SafetyFacts) {
        self.before = before
        self.event = event
        self.facts = facts
        (after, answer) = SafetyMachine.next(before, event, facts)
    }

    /// The first rule that this step breaks.
    var broken: String? {
        if let broken = brokenByMotion ?? brokenByClearing { return broken }
        if after.severity < before.severity, !isClearing { return "severity falls by itself" }
        if answer != .accepted, after != before { return "changes without being accepted" }
        switch event {
        case .found(let cause): return brokenByCause(cause)
        case .request(.stop, _):
            if answer != .accepted { return "a stop is refused" }
            if ![.protectiveStop, .fault, .shutdown].contains(after.state) {
                return "a stop does not stop"
            }
        case .request(.hold, _):
            if answer != .accepted || after.state.mayMove { return "a hold does not hold" }
            if [.standby, .ready].contains(before.state), !after.needsOperator {
                return "a hold is forgotten before the start"
            }
        case .request(.start(MachineSpace.other), _), .request(.recover(MachineSpace.other), _),
            .request(.acknowledge(_, MachineSpace.other), _):
            if after != before { return "an old request is obeyed" }
        default: break
        }
        return nil
    }

    /// Whether an operator asked for this, quoting the present challenge.
    private var isOperators: Bool {
        switch event {
        case .request(.start(MachineSpace.challenge), .operator),
            .request(.recover(MachineSpace.challenge), .operator),
            .request(.acknowledge(before.cause, MachineSpace.challenge), .operator):
            true
        default: false
        }
    }

    private var isResuming: Bool {
        event == .quiet && before.state == .hold && after.state == .active
    }

    private var isHeldForPerson: Bool {
        [.holdRequested, .logBlocked, .memory].contains(before.cause)
    }

    private var isClearing: Bool {
        if case .request(.shutDown, let party) = event { return party != .peer }
        return isOperators || isResuming
    }

    private var brokenByMotion: String? {
        guard after.state.mayMove, !before.state.mayMove || before.state != after.state else {
            return nil
        }
        if after.state == .recovery {
            return isOperators && before.state == .standby && !facts.contains(.isInside)
                ? nil : "recovers unasked"
        }
        if isResuming {
            if isHeldForPerson { return "ends a hold that a person is to end" }
            if !before.budget.isLeft { return "resumes without budget" }
            if !facts.contains(.isClear) || !facts.contains(.isInPlace) { return "resumes early" }
            return nil
        }
        guard case .request(.start(MachineSpace.challenge), let party) = event else {
            return "moves without a start"
        }
        if before.state == .hold {
            return party == .operator && isHeldForPerson
                ? nil : "a start ends another's hold"
        }
        if before.state != .ready { return "starts without being ready" }
        if !facts.isSuperset(of: [.isFresh, .isInside, .isAtRest]) { return "starts blindly" }
        if before.needsOperator {
            if party != .operator { return "a script starts after a stop" }
            if facts.contains(.isStartLate) { return "a late start counts" }
        }
        return party == .operator || party == .session ? nil : "moved by a stranger"
    }

    private var brokenByClearing: String? {
        if before.state == .shutdown, after != before { return "comes back from the end" }
        if before.state == .fault, after.state != .fault, after.state != .shutdown {
            return "leaves a fault"
        }
        if before.state == .protectiveStop, !after.state.isLatched, after.state != .shutdown {
            guard case .request(.acknowledge, _) = event, isOperators else {
                return "a stop is cleared by nobody's act"
            }
            if !facts.contains(.isLongClear) { return "a live cause is cleared" }
            if !facts.contains(.isAtRest) { return "cleared in motion" }
            if after.state.mayMove { return "an acknowledgement moves" }
        }
        if before.needsOperator, !after.needsOperator {
            guard case .request(.start, .operator) = event, after.state == .active else {
                return "forgets that it was stopped"
            }
        }
        if before.needsOperator, !after.needsOperator {
            return after.budget == ResumeBudget() ? nil : "a person's start leaves a spent budget"
        }
        var paid = before.budget
        if isResuming { paid.spend() }
        if isResuming, paid == before.budget { return "resumes for nothing" }
        return after.budget == paid ? nil : "the budget changes"
    }

    private func brokenByCause(_ cause: StopCause) -> String? {
        if after.severity < before.severity { return "a cause makes it better" }
        guard before.state != .shutdown else { return nil }
        if cause.severity >= .protectiveStop {
            if !after.state.isLatched || after.severity < cause.severity { return "not latched" }
            if after.needsOperator != true { return "may be started by a script" }
        }
        if cause.severity == .hold, after.state.mayMove { return "moves on" }
        if cause.severity <= .slow, after != before { return "a warning changes the state" }
        return nil
    }
}

@Suite("Safety state machine")
struct SafetyMachineTests {
    @Test("Every state, event and party, with every guard, keeps every rule")
    func exhaustive() {
        var broken: [String: MachineStep] = [:]
        var steps = 0
        for machine in MachineSpace.machines {
            for event in MachineSpace.events(for: machine) {
                for bits in 0...UInt8.max {
                    let step = MachineStep(machine, event, SafetyFacts(rawValue: bits))
                    steps += 1
                    if let rule = step.broken { broken[rule] = step }
                }
            }
        }
        for (rule, step) in broken {
            Issue.record(
                """
                \(rule): \(step.before.state) \(step.before.cause), \(step.event), facts \
                \(step.facts.rawValue) → \(step.after.state) \(step.after.cause)
                """)
        }
        #expect(steps > 10_000_000)
    }

    @Test("Where a machine heeds no quiet, quiet changes nothing, whatever the facts")
    func quietUnheeded() {
        var (heeding, moved) = (Set<SafetyState>(), Set<SafetyState>())
        for machine in MachineSpace.machines {
            if machine.heedsQuiet { heeding.insert(machine.state) }
            for bits in 0...UInt8.max {
                let facts = SafetyFacts(rawValue: bits)
                let (after, answer) = SafetyMachine.next(machine, .quiet, facts)
                if after != machine || answer != .unchanged { moved.insert(machine.state) }
            }
        }
        #expect(moved == heeding)
        #expect(!heeding.contains(.active))
    }

    /// States reachable from a set, with every event that `allow` lets through and every guard.
    private func reachable(
        from starts: [SafetyMachine], allow: (SafetyEvent, SafetyMachine) -> Bool
    ) -> Set<SafetyState> {
        // Equal but for challenge and what is left of a budget: enough to tell paths apart.
        struct Key: Hashable {
            let state: SafetyState
            let cause: StopCause
            let bits: Int
        }
        func normal(_ machine: SafetyMachine) -> SafetyMachine {
            var machine = machine
            machine.challenge = MachineSpace.challenge
            return machine
        }
        func key(_ machine: SafetyMachine) -> Key {
            Key(
                state: machine.state, cause: machine.cause,
                bits: (machine.needsOperator ? 1 : 0) + (machine.isTested ? 2 : 0)
                    + (machine.budget.isLeft ? 4 : 0))
        }
        var seen: Set<Key> = []
        var open = starts.map(normal)
        var states: Set<SafetyState> = []
        while let machine = open.popLast() {
            guard seen.insert(key(machine)).inserted else { continue }
            states.insert(machine.state)
            for event in MachineSpace.events(for: machine) where allow(event, machine) {
                for bits in 0...UInt8.max {
                    let after = SafetyMachine.next(
                        machine, event, SafetyFacts(rawValue: bits)
                    ).machine
                    open.append(normal(after))
                }
            }
        }
        return states
    }

    private func stopped() -> [SafetyMachine] {
        MachineSpace.machines.filter {
            $0.state == .protectiveStop && $0.needsOperator && $0.isTested
        }
    }

    @Test("Every state can be reached, and active only through standby and ready")
    func reachability() {
        let all = reachable(from: [SafetyMachine()]) { _, _ in true }
        #expect(all == Set(SafetyState.allCases))
        for gate in [SafetyState.standby, .ready] {
            let without = reachable(from: [SafetyMachine()]) { _, machine in
                machine.state != gate
            }
            #expect(!without.contains(.active), "round \(gate)")
            let after = reachable(from: stopped()) { _, machine in machine.state != gate }
            #expect(!after.contains(.active), "after a stop, round \(gate)")
        }
        let untested = reachable(from: [SafetyMachine()]) { event, _ in
            event != .selfTested(true)
        }
        #expect(!untested.contains(.active) && !untested.contains(.standby))
    }

    @Test("After a stop nothing moves without an operator's acknowledgement and start")
    func onlyOperators() {
        let nobody = reachable(from: stopped()) { event, _ in
            if case .request(_, .operator) = event { return false }
            return true
        }
        #expect(nobody == [.protectiveStop, .fault, .shutdown])
        let readers = reachable(from: stopped()) { event, _ in
            if case .request(.start, .operator) = event { return false }
            return true
        }
        #expect(readers.isDisjoint(with: [.active, .hold]))
        let starters = reachable(from: stopped()) { event, _ in
            if case .request(.acknowledge, .operator) = event { return false }
            return true
        }
        #expect(starters == [.protectiveStop, .fault, .shutdown])
    }

    @Test("Of several causes the most severe decides, whatever their order")
    func lattice() {
        for first in StopCause.allCases {
            for second in StopCause.allCases {
                var machine = SafetyMachine()
                machine.state = .active
                machine.isTested = true
                for cause in [first, second] {
                    machine = SafetyMachine.next(machine, .found(cause), []).machine
                }
                let expected = max(first.severity, second.severity)
                #expect(machine.severity == expected, "\(first) then \(second)")
            }
        }
    }

    @Test("Three resumptions in a minute, the fourth hold stops, and credit comes back slowly")
    func budget() {
        var machine = SafetyMachine()
        machine.state = .active
        for _ in 0..<3 {
            machine = SafetyMachine.next(machine, .found(.observationLate), []).machine
            #expect(machine.state == .hold)
            machine = SafetyMachine.next(machine, .quiet, .resume).machine
            #expect(machine.state == .active)
        }
        // Three resumptions in 60 s, at a quarter of the rate: 80 s each.
        machine.budget.earn(nanoseconds: 79_999_999_999)
        let early = SafetyMachine.next(machine, .found(.sequenceGap), []).machine
        #expect(early.state == .protectiveStop && early.cause == .resumeBudget)
        machine.budget.earn(nanoseconds: 1)
        let late = SafetyMachine.next(machine, .found(.sequenceGap), []).machine
        #expect(late.state == .hold)
        var account = ResumeBudget()
        account.earn(nanoseconds: .max)
        #expect(account == ResumeBudget())
        account.spend()
        account.earn(nanoseconds: -5)
        var other = ResumeBudget()
        other.spend()
        #expect(account == other)
    }

    @Test("Numbers of causes never change, and each has words, a severity and a way to end")
    func causes() {
        let numbers: KeyValuePairs<StopCause, UInt8> = [
            .none: 0, .observationLate: 1, .observationStale: 2, .observationNotFinite: 3,
            .actionNotFinite: 4, .bridgeReboot: 5, .bridgeStopped: 6, .tracking: 7,
            .operatorStop: 8, .agentFault: 9, .outOfLimits: 10, .sensorFrozen: 11,
            .cameraFrozen: 12, .encoderJump: 13, .sequenceGap: 14, .bridgeClock: 15,
            .tickLate: 16, .tickGap: 17, .clockRegression: 18, .valueTooLarge: 19,
            .holdRequested: 20, .holdTooLong: 21, .resumeBudget: 22, .selfTest: 23,
            .acknowledgementLag: 24, .damagedFrames: 25, .clampShare: 26, .chatter: 27,
            .brakeRamp: 28, .samplesRepeated: 29, .force: 30, .outputCheck: 31,
            .logBlocked: 32, .motionless: 33, .memory: 34, .suspended: 35, .sampleFlood: 36,
        ]
        for (cause, number) in numbers { #expect(cause.rawValue == number) }
        #expect(numbers.map(\.key) == StopCause.allCases)
        #expect(Set(StopCause.allCases.map(\.explanation)).count == numbers.count)
        for cause in StopCause.allCases.dropFirst() {
            #expect(cause.severity >= .hold && cause.clearing != .nothing)
            #expect(cause.latches == (cause.severity > .hold))
        }
        #expect(StopCause.none.severity == .none && StopCause.none.clearing == .nothing)
    }
}
