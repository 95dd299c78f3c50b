/// What made an action, as a transition keeps it; see `KeptObservation`.
struct KeptDecision: Sendable, Equatable {
    private var record: DecisionRecord.Head
    private var asked: KeptObservation?

    init(_ decision: DecisionRecord) {
        record = decision.head
        asked = decision.asked.map { KeptObservation($0.observation) }
    }

    /// The record.
    var value: DecisionRecord { DecisionRecord(record, asked: asked?.value) }
}

extension DecisionRecord {
    /// All of it but the observation that it was asked with.
    struct Head: Sendable, Equatable {
        var number: UInt64
        var driver: Driver
        var value: Float?
        var nanoseconds: UInt64
        var observedNanoseconds: UInt64
        var begunNanoseconds: UInt64
        var delayTicks: UInt32
    }

    var head: Head {
        Head(
            number: number, driver: driver, value: value, nanoseconds: nanoseconds,
            observedNanoseconds: asked?.observedNanoseconds ?? 0,
            begunNanoseconds: asked?.begunNanoseconds ?? 0, delayTicks: asked?.delayTicks ?? 0)
    }

    init(_ head: Head, asked observation: Observation?) {
        self.init(
            number: head.number, driver: head.driver, value: head.value,
            nanoseconds: head.nanoseconds,
            asked: observation.map {
                AskedWith(
                    observation: $0, observedNanoseconds: head.observedNanoseconds,
                    begunNanoseconds: head.begunNanoseconds, delayTicks: head.delayTicks)
            })
    }
}
