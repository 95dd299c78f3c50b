import Embodiment
import SwiftProtobuf

/// Records to protobuf and back; the only place that knows both.
///
/// Numbers keep their bits. Decoding checks everything that a record promises (sizes within `Capacity`, known codes): what
/// it returns cannot be wrong in form.
enum LogEncoding {
    /// A record's topic and bytes.
    static func encode(_ record: LogRecord, time: UInt64) -> (topic: LogTopic, payload: [UInt8]) {
        switch record {
        case .episodeStart(let start): (.episode, bytes(message(start)))
        case .episodeEnd(let end): (.episode, bytes(message(end)))
        case .transition(let transition): (.transition, bytes(message(transition)))
        case .tick(let tick): (.tick, bytes(message(tick)))
        case .event(let event): (.event, bytes(message(event, time: time)))
        case .metrics(let metrics): (.metrics, bytes(message(metrics)))
        case .label(let label): (.label, bytes(message(label)))
        }
    }

    /// The record that a topic's message holds, or nil if it is none of ours.
    static func decode(_ topic: LogTopic, _ payload: UnsafeRawBufferPointer) -> LogRecord? {
        let bytes = [UInt8](payload)
        do {
            switch topic {
            case .episode: return record(try Hone_EpisodeMark(serializedBytes: bytes))
            case .transition: return record(try Hone_Transition(serializedBytes: bytes))
            case .tick: return record(try Hone_Tick(serializedBytes: bytes))
            case .event: return record(try Foxglove_Log(serializedBytes: bytes))
            case .metrics: return record(try Hone_Metrics(serializedBytes: bytes))
            case .label: return record(try Hone_EpisodeLabel(serializedBytes: bytes))
            }
        } catch { return nil }
    }

    /// Serialises a message whose fields are all present, which cannot fail below 2 GiB.
    private static func bytes(_ message: some SwiftProtobuf.Message) -> [UInt8] {
        do { return try message.serializedBytes() } catch {
            preconditionFailure("a log message without required fields serialises")
        }
    }
}

// MARK: - To protobuf

extension LogEncoding {
    private static func message(_ start: EpisodeStart) -> Hone_EpisodeMark {
        var message = Hone_EpisodeMark()
        message.episode = start.number
        message.seed = start.seed
        switch start.purpose {
        case .demonstration: message.purpose = .demonstration
        case .evaluation: message.purpose = .evaluation
        case .training: message.purpose = .training
        }
        message.driver = code(start.driver)
        return message
    }

    private static func message(_ end: EpisodeEnd) -> Hone_EpisodeMark {
        var message = Hone_EpisodeMark()
        message.episode = end.number
        message.steps = end.steps
        switch end.outcome {
        case .success: message.outcome = .success
        case .failure: message.outcome = .failure
        case .aborted: message.outcome = .aborted
        }
        return message
    }

    private static func message(_ transition: Transition) -> Hone_Transition {
        var message = Hone_Transition()
        message.episode = transition.episode
        message.step = transition.step
        switch transition.source {
        case .policy: message.source = .policy
        case .operatorAction: message.source = .operator
        case .intervention: message.source = .intervention
        }
        message.policyVersion = transition.policyVersion
        message.observation = transition.observation.values
        message.proposed = transition.proposed.values
        message.executed = transition.executed.values
        message.reward = transition.reward
        message.terminal = transition.isTerminal
        message.nextObservation = transition.nextObservation.values
        if let decision = transition.decision {
            message.decision.number = decision.number
            message.decision.driver = code(decision.driver)
            if let value = decision.value { message.decision.value = value }
            message.decision.duration = decision.nanoseconds
            if let asked = decision.asked {
                message.decision.asked = asked.observation.values
                message.decision.observed = asked.observedNanoseconds
                message.decision.begun = asked.begunNanoseconds
                message.decision.delay = asked.delayTicks
            }
        }
        return message
    }

    private static func message(_ tick: TickRecord) -> Hone_Tick {
        var message = Hone_Tick()
        message.command = tick.command
        message.sample = tick.sample
        message.episode = tick.episode
        message.verdict = tick.verdict
        message.lateness = tick.latenessNanoseconds
        message.proposed = tick.proposed.values
        message.commanded = tick.commanded.values
        message.measured = tick.measured.values
        guard let origin = tick.origin else { return message }
        message.driver = code(origin.driver)
        message.policyVersion = origin.policyVersion
        if let decision = origin.decision { message.decision = decision }
        message.observationAge = tick.observationAgeNanoseconds
        message.acknowledged = tick.acknowledged
        message.limited = tick.limitedAxes
        message.acting = code(tick.acting)
        return message
    }

    private static func code(_ party: ActingParty?) -> Hone_ActingParty {
        party.flatMap { Hone_ActingParty(rawValue: Int($0.rawValue)) } ?? .unknown
    }

    private static func code(_ driver: Driver?) -> Hone_Driver {
        switch driver {
        case nil: .unknown
        case .nobody: .nobody
        case .imitation: .imitation
        case .guided: .guided
        case .operatorAction: .operator
        case .homing: .homing
        case .replay: .replay
        }
    }

    private static func message(_ event: LogEvent, time: UInt64) -> Foxglove_Log {
        var message = Foxglove_Log()
        message.timestamp.seconds = Int64(time / 1_000_000_000)
        message.timestamp.nanos = Int32(time % 1_000_000_000)
        message.level = Foxglove_Log.Level(rawValue: Int(event.level.rawValue)) ?? .unknown
        message.name = event.name
        message.message = event.message
        return message
    }

    private static func message(_ metrics: MetricsRecord) -> Hone_Metrics {
        var message = Hone_Metrics()
        message.update = metrics.update
        message.scalars = metrics.scalars.map { scalar in
            var named = Hone_Scalar()
            named.label = scalar.label
            named.value = scalar.value
            return named
        }
        return message
    }
}

// MARK: - From protobuf

extension LogEncoding {
    /// No session comes to an episode or a version of such a number: ten a second for six years.
    private static let tooHigh: UInt32 = 1 << 31

    private static func record(_ message: Hone_EpisodeMark) -> LogRecord? {
        guard message.episode < tooHigh else { return nil }
        let outcome: EpisodeOutcome
        switch message.outcome {
        case .running:
            guard let purpose = purpose(message.purpose) else { return nil }
            return .episodeStart(
                EpisodeStart(
                    number: message.episode, seed: message.seed, purpose: purpose,
                    driver: driver(message.driver)))
        case .success: outcome = .success
        case .failure: outcome = .failure
        case .aborted: outcome = .aborted
        case .UNRECOGNIZED: return nil
        }
        return .episodeEnd(
            EpisodeEnd(number: message.episode, outcome: outcome, steps: message.steps))
    }

    private static func purpose(_ code: Hone_EpisodePurpose) -> EpisodePurpose? {
        switch code {
        case .demonstration: .demonstration
        case .evaluation: .evaluation
        case .training: .training
        case .UNRECOGNIZED: nil
        }
    }

    /// Nil for a driver that was not recorded, or that this version does not know.
    private static func driver(_ code: Hone_Driver) -> Driver? {
        switch code {
        case .unknown, .UNRECOGNIZED: nil
        case .nobody: .nobody
        case .imitation: .imitation
        case .guided: .guided
        case .operator: .operatorAction
        case .homing: .homing
        case .replay: .replay
        }
    }

    private static func decision(_ message: Hone_Transition) -> DecisionRecord? {
        guard message.hasDecision, let driver = driver(message.decision.driver) else { return nil }
        return DecisionRecord(
            number: message.decision.number, driver: driver,
            value: message.decision.hasValue ? message.decision.value : nil,
            nanoseconds: message.decision.duration, asked: asked(message.decision))
    }

    private static func asked(_ message: Hone_Decision) -> AskedWith? {
        guard !message.asked.isEmpty, let observation = features(message.asked) else { return nil }
        return AskedWith(
            observation: observation, observedNanoseconds: message.observed,
            begunNanoseconds: message.begun, delayTicks: message.delay)
    }

    private static func record(_ message: Hone_Transition) -> LogRecord? {
        guard message.episode < tooHigh, message.policyVersion < tooHigh else { return nil }
        let source: ActionSource
        switch message.source {
        case .policy: source = .policy
        case .operator: source = .operatorAction
        case .intervention: source = .intervention
        case .UNRECOGNIZED: return nil
        }
        guard let observation = features(message.observation),
            let nextObservation = features(message.nextObservation),
            let proposed = action(message.proposed), let executed = action(message.executed)
        else { return nil }
        return .transition(
            Transition(
                episode: message.episode, step: message.step, source: source,
                policyVersion: message.policyVersion, observation: observation,
                proposed: proposed, executed: executed, reward: message.reward,
                isTerminal: message.terminal, nextObservation: nextObservation,
                decision: decision(message)))
    }

    private static func record(_ message: Hone_Tick) -> LogRecord? {
        guard message.policyVersion < tooHigh, let proposed = axes(message.proposed),
            let commanded = axes(message.commanded),
            let measured = axes(message.measured)
        else { return nil }
        let origin = driver(message.driver).map {
            MotionOrigin(
                driver: $0, policyVersion: message.policyVersion,
                decision: message.hasDecision ? message.decision : nil)
        }
        return .tick(
            TickRecord(
                command: message.command, sample: message.sample, episode: message.episode,
                verdict: message.verdict, latenessNanoseconds: message.lateness,
                proposed: proposed, commanded: commanded, measured: measured, origin: origin,
                observationAgeNanoseconds: message.observationAge,
                acknowledged: message.acknowledged, limitedAxes: message.limited,
                acting: ActingParty(rawValue: UInt8(truncatingIfNeeded: message.acting.rawValue))))
    }

    private static func record(_ message: Foxglove_Log) -> LogRecord? {
        guard let code = UInt8(exactly: message.level.rawValue),
            let level = EventLevel(rawValue: code)
        else { return nil }
        return .event(LogEvent(level: level, name: message.name, message: message.message))
    }

    private static func record(_ message: Hone_Metrics) -> LogRecord? {
        .metrics(
            MetricsRecord(
                update: message.update,
                scalars: message.scalars.map { .init(label: $0.label, value: $0.value) }))
    }

    private static func axes(_ values: [Double]) -> AxisVector? {
        values.count <= Capacity.axes ? AxisVector(values) : nil
    }

    private static func action(_ values: [Double]) -> Action? {
        values.count <= Capacity.axes ? Action(values) : nil
    }

    private static func features(_ values: [Float]) -> Observation? {
        values.count <= Capacity.features ? Observation(values) : nil
    }
}
