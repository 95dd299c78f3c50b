/// The safety state machine of `Control/Safety.md` 5: a value, and one pure function of it.
///
/// `next` neither allocates nor locks nor asks the time; any thread. What it decides depends on its
/// three arguments alone, so a test goes through all of them.
public struct SafetyMachine: Sendable, Equatable {
    /// Where it is.
    public var state = SafetyState.boot
    /// Why it is held or stopped; in `standby`, `ready` and `recovery` what was acknowledged last.
    public var cause = StopCause.none
    /// The robot was stopped: only an operator may start it again.
    public var needsOperator = false
    /// What is left of the resumptions.
    public var budget = ResumeBudget()
    /// Counts stops and an operator's acts: a request that quotes an older number is refused.
    public var challenge: UInt32 = 0
    /// The guardian has tried itself out.
    public var isTested = false

    /// A machine before the start.
    public init() {}

    /// How severe the present state is.
    public var severity: Severity {
        switch state {
        case .hold: .hold
        case .protectiveStop: cause.severity
        case .fault: .fault
        default: .none
        }
    }

    /// Held, or not yet started, until a person says so; there is no stop to acknowledge.
    public var awaitsStart: Bool {
        cause.clearing == .start && (state == .hold || state == .standby || state == .ready)
    }

    /// Whether time that passes without a finding may change anything: where it may not, nobody has to
    /// look for the facts.
    var heedsQuiet: Bool {
        switch state {
        case .hold, .standby, .ready, .recovery: true
        case .boot, .selfTest, .active, .protectiveStop, .fault, .shutdown: false
        }
    }

    /// The machine after an event, and what became of the event.
    public static func next(
        _ machine: SafetyMachine, _ event: SafetyEvent, _ facts: SafetyFacts
    ) -> (machine: SafetyMachine, answer: SafetyAnswer) {
        var next = machine
        let answer: SafetyAnswer
        switch event {
        case .booted: answer = next.move(from: .boot, to: .selfTest)
        case .selfTested(true):
            answer = next.move(from: .selfTest, to: .standby)
            if answer == .accepted { next.isTested = true }
        case .selfTested(false): answer = next.find(.selfTest, facts)
        case .found(let cause): answer = next.find(cause, facts)
        case .quiet: answer = next.pass(facts)
        case .request(let request, let party): answer = next.answer(request, party, facts)
        }
        return (next, answer)
    }

    private mutating func move(from: SafetyState, to: SafetyState) -> SafetyAnswer {
        guard state == from else { return .wrongState }
        state = to
        return .accepted
    }

    // MARK: Causes

    /// A detector finds something: the robot only ever gets more careful here.
    private mutating func find(_ found: StopCause, _ facts: SafetyFacts) -> SafetyAnswer {
        guard state != .shutdown else { return .unchanged }
        switch found.severity {
        case .none, .warn, .slow: return .unchanged
        case .hold: return brake(because: found, facts)
        case .protectiveStop, .requestPowerOff, .fault: return latch(found)
        }
    }

    private mutating func brake(because found: StopCause, _ facts: SafetyFacts) -> SafetyAnswer {
        switch state {
        case .active:
            // Without a resumption left, a hold would be one that nobody ends.
            if found.clearing == .budget, !budget.isLeft { return latch(.resumeBudget) }
            state = .hold
            cause = found
        case .hold:
            guard found.clearing == .start, cause.clearing != .start else {
                return endLongHold(facts)
            }
            cause = found
        case .standby, .ready, .recovery:
            // What a person is to end counts before the first start too.
            let isNew = found.clearing == .start && !needsOperator
            guard isNew || state != .standby else { return .unchanged }
            state = .standby
            if isNew { (needsOperator, cause) = (true, found) }
        default: return .unchanged
        }
        return .accepted
    }

    /// Latches a stop or a fault, unless one at least as severe is latched already.
    private mutating func latch(_ found: StopCause) -> SafetyAnswer {
        guard found.severity > severity else { return .unchanged }
        state = found.severity == .fault ? .fault : .protectiveStop
        cause = found
        needsOperator = true
        challenge &+= 1
        return .accepted
    }

    // MARK: Time

    /// Nothing is found: what may end by itself ends.
    private mutating func pass(_ facts: SafetyFacts) -> SafetyAnswer {
        switch state {
        case .hold:
            if endLongHold(facts) == .accepted { return .accepted }
            guard cause.clearing == .budget, facts.isSuperset(of: .resume), budget.isLeft else {
                return .unchanged
            }
            budget.spend()
            state = .active
            cause = .none
        case .standby, .ready:
            if needsOperator, !awaitsStart, facts.contains(.isStartLate) { return latch(cause) }
            let isReady = facts.isSuperset(of: .ready)
            guard isReady != (state == .ready) else { return .unchanged }
            state = isReady ? .ready : .standby
        case .recovery:
            guard facts.contains(.isInside) else { return .unchanged }
            state = .standby
        default: return .unchanged
        }
        return .accepted
    }

    /// A hold that a person asked for may last; every other one becomes a stop.
    private mutating func endLongHold(_ facts: SafetyFacts) -> SafetyAnswer {
        guard cause.clearing == .budget, facts.contains(.isHeldTooLong) else { return .unchanged }
        return latch(.holdTooLong)
    }

    // MARK: Requests

    private mutating func answer(
        _ request: SafetyRequest, _ party: Party, _ facts: SafetyFacts
    ) -> SafetyAnswer {
        switch request {
        case .stop:
            _ = find(.operatorStop, facts)
            return .accepted
        case .hold:
            _ = find(.holdRequested, facts)
            return .accepted
        case .shutDown:
            guard party != .peer else { return .notAllowed }
            state = .shutdown
            return .accepted
        case .acknowledge(let named, let quoted):
            return acknowledge(named, quoted, party, facts)
        case .start(let quoted): return start(quoted, party, facts)
        case .recover(let quoted):
            guard party == .operator else { return .notAllowed }
            guard state == .standby, !facts.contains(.isInside) else { return .wrongState }
            guard quoted == challenge else { return .stale }
            state = .recovery
            challenge &+= 1
            return .accepted
        }
    }

    private mutating func acknowledge(
        _ named: StopCause, _ quoted: UInt32, _ party: Party, _ facts: SafetyFacts
    ) -> SafetyAnswer {
        guard party == .operator else { return .notAllowed }
        if state == .fault { return .never }
        guard state == .protectiveStop else { return .wrongState }
        guard named == cause else { return .wrongCause }
        guard quoted == challenge else { return .stale }
        guard facts.contains(.isLongClear) else { return .causeRemains }
        guard facts.contains(.isAtRest) else { return .notAtRest }
        // What was stopped before it was tested begins again where it was.
        state = isTested ? .standby : .boot
        challenge &+= 1
        return .accepted
    }

    private mutating func start(
        _ quoted: UInt32, _ party: Party, _ facts: SafetyFacts
    ) -> SafetyAnswer {
        guard party == .operator || (party == .session && !needsOperator && state != .hold) else {
            return .notAllowed
        }
        switch state {
        case .ready:
            guard quoted == challenge else { return .stale }
            if needsOperator, facts.contains(.isStartLate) { return .tooLate }
            guard facts.isSuperset(of: .ready) else { return .notReady }
        case .hold:
            guard cause.clearing == .start else { return .wrongState }
            guard quoted == challenge else { return .stale }
            guard facts.isSuperset(of: .resume) else { return .notReady }
        case .standby: return .notReady
        default: return .wrongState
        }
        if party == .operator { challenge &+= 1 }
        // Who has looked at the robot begins with a full account: the next short hold is no stop.
        if needsOperator { budget = ResumeBudget() }
        state = .active
        cause = .none
        needsOperator = false
        return .accepted
    }
}
