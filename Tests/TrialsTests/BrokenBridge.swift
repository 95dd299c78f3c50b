import Bridge
import Embodiment
import Foundation
import Platform
import Simulation
import Testing

@testable import Trials

/// A bridge that does not fulfil one duty: the simulated robot behind a wire that lies for it.
struct BrokenBridge: Sendable, CustomTestStringConvertible {
    let duty: BridgeDuty
    /// What the examiner must have been doing when it noticed.
    let noticed: String
    let isLockstep: Bool
    /// Made anew for each use: it may count.
    let makeEdit: @Sendable () -> ChaosProxy.Edit

    var testDescription: String { "\(duty.rawValue): \(noticed)" }

    init(
        _ duty: BridgeDuty, noticed: String, isLockstep: Bool = false,
        _ makeEdit: @escaping @Sendable () -> ChaosProxy.Edit
    ) {
        self.duty = duty
        self.noticed = noticed
        self.isLockstep = isLockstep
        self.makeEdit = makeEdit
    }

    /// One for each duty at least.
    static let all: [BrokenBridge] = [
        .init(.describes, noticed: "hello, twice") {
            text("describe", from: 3) { $0.replacingOccurrences(of: "sim-lab", with: "x") }
        },
        .init(.refusesVersions, noticed: "version 3") {
            { message in
                if message.direction == .toBridge {
                    rewrite(&message) {
                        $0.replacingOccurrences(of: "\"version\":3", with: "\"version\":1")
                    }
                }
                return true
            }
        },
        .init(.servesVersionOne, noticed: "hello of version 1") {
            text("describe", from: 2) {
                $0.replacingOccurrences(of: "\"version\":1", with: "\"version\":2")
            }
        },
        .init(.servesVersionOne, noticed: "a stop without a number") {
            text("stopped", from: 1) { _ in "{\"type\":\"stopped\",\"id\":1}" }
        },
        .init(.numbersAnswers, noticed: "the number 7") {
            text("describe", from: 3) { $0.replacingOccurrences(of: "\"id\":7,", with: "") }
        },
        .init(.numbersAnswers, noticed: "nothing but that") { number(8, as: 7) },
        .init(.answersEach, noticed: "without waiting", isLockstep: true) {
            // As if it were the answer to the request that came last.
            text("ready", from: 2) { renumbered($0, by: 2) }
        },
        .init(.answersEach, noticed: "without waiting") { drop("stopped", from: 3) },
        .init(.knowsItself, noticed: "another robot") {
            { message in
                if message.direction == .toBridge {
                    rewrite(&message) { $0.replacingOccurrences(of: "lab?", with: "lab") }
                }
                return true
            }
        },
        .init(.startsDisabled, noticed: "a command before") { silence("session") },
        .init(.startsDisabled, noticed: "nothing but hello") { samples { $0.stop = .none } },
        .init(.stays, noticed: "hold the measured pose") { exchanged() },
        .init(.stays, noticed: "a start") { samples { $0.position[1] = -34 } },
        .init(.keepsTime, noticed: "a hello") {
            samples { $0.captureNanoseconds /= 1_000_000 }
        },
        .init(.keepsTime, noticed: "20 commands", isLockstep: true) {
            samples { $0.captureNanoseconds /= 1000 }
        },
        .init(.keepsTime, noticed: "a hello") {
            samples { sample in
                sample.captureNanoseconds += 1_790_000_000_000_000_000
                sample.sendNanoseconds = sample.captureNanoseconds
            }
        },
        .init(.numbersSamples, noticed: "20 commands") { samples { $0.sequence = 7 } },
        .init(.numbersSamples, noticed: "20 commands") { samples { $0.bootID ^= 1 } },
        .init(.numbersSamples, noticed: "20 commands") {
            samples { $0.captureNanoseconds = 5 }
        },
        .init(.streams, noticed: "two connections") { keepOne(of: 8) },
        .init(.refusesDamage, noticed: "cut to 1 bytes") { silence("malformed") },
        .init(.refusesNonFinite, noticed: "position nan") { silence("malformed") },
        .init(.refusesNonsense, noticed: "{") { silence("malformed") },
        .init(.withstandsStrangers, noticed: "100 connections") { drop("describe", from: 3) },
        .init(.starts, noticed: "a release") { drop("released", from: 2) },
        .init(.starts, noticed: "after the release") { silence("session") },
        .init(.oneCommander, noticed: "another session's start") {
            text("\"busy\"", from: 1) { _ in "{\"type\":\"started\",\"epoch\":9}" }
        },
        .init(.guardsSession, noticed: "the running session's number in the next epoch") {
            text("\"busy\"", from: 1) { _ in "{\"type\":\"started\",\"epoch\":2}" }
        },
        .init(.guardsSession, noticed: "the running session's number", isLockstep: true) {
            // After a person's stop.
            text("\"busy\"", from: 4) { _ in "{\"type\":\"started\",\"epoch\":2}" }
        },
        .init(.guardsSession, noticed: "the answer to a start") {
            text("started", from: 1) { text in
                text.replacing(/"token":"[0-9a-f]{32}",/, with: "")
            }
        },
        .init(.hidesSession, noticed: "who said hello before") {
            samples { if $0.session == 0 { ($0.session, $0.epoch) = (77, 1) } }
        },
        .init(.hidesSession, noticed: "who said hello before") {
            samples { if $0.session == 0 { $0.epoch = 1 } }
        },
        .init(.fencesEpochs, noticed: "a start in epoch 5") { silence("epoch") },
        .init(.refusesReplays, noticed: "a start's bytes again") { silence("epoch") },
        .init(.fencesSequences, noticed: "sequence 5") { silence("sequence") },
        .init(.fencesSequences, noticed: "sequence 5") { samples { $0.acknowledgedCommand = 1 } },
        .init(.refusesExpired, noticed: "valid for no time") { silence("expired") },
        .init(.keepsStep, noticed: "a command that holds", isLockstep: true) {
            samples { sample in
                sample.captureNanoseconds &+= sample.sequence &* 5_000_000
                sample.sendNanoseconds = sample.captureNanoseconds
            }
        },
        .init(.queuesOne, noticed: "8 commands at once") { playBack() },
        .init(.brakes, noticed: "10 commands") { relabel(.watchdog, as: .none) },
        .init(.resumes, noticed: "the next valid command") { stuck(at: .watchdog) },
        .init(.stops, noticed: "stop without a commander") { drop("stopped", from: 1) },
        .init(.stops, noticed: "who only said hello") { relabel(.requested, as: .none) },
        .init(.latchesStops, noticed: "10 valid commands") { relabel(.requested, as: .none) },
        .init(.notesDeath, noticed: "closed without release") { drop("started", from: 3) },
        .init(.endsSilence, noticed: "another's start 1.7 s") {
            text("\"busy\"", from: 1) { _ in "{\"type\":\"started\",\"epoch\":1}" }
        },
        .init(.scalesOperator, noticed: "wants an operator") {
            samples { $0.operatorAction[2] = 1.5 }
        },
        .init(.resets, noticed: "a reset while commands") {
            text("\"ready\"", from: 1) {
                $0.replacingOccurrences(
                    of: "\"ready\"", with: "\"error\",\"code\":\"fault\",\"message\":\"no\"")
            }
        },
        .init(.resets, noticed: "a command after ready") { samples { $0.episode = 0 } },
        .init(.resets, noticed: "a command after ready", isLockstep: true) {
            samples { $0.isTerminal = true }
        },
        .init(.resets, noticed: "a reset while commands") { refusing(commands: true) },
        .init(.resets, noticed: "a reset while commands") { refusing(commands: false) },
        .init(.follows, noticed: "on axis x and back") {
            samples { $0.position[0] = SimulatedAxes.home[0] }
        },
        .init(.checksLimits, noticed: "a jump") {
            samples { sample in
                if sample.stop == .limit {
                    sample.stop = .none
                    sample.position[0] += 0.02
                }
            }
        },
        .init(.brakesInMotion, noticed: "commands that move") { relabel(.watchdog, as: .none) },
    ]

    // MARK: Lies

    private static func isFrame(_ message: BridgeRelay.Message) -> Bool {
        message.parts[0].first == UInt8(ascii: "H")
    }

    private static func rewrite(
        _ message: inout BridgeRelay.Message, _ change: (String) -> String
    ) {
        guard message.parts[0].first == Wire.slowPathMark else { return }
        message.parts = [Array(change(String(decoding: message.parts[0], as: UTF8.self)).utf8)]
    }

    /// Changes the answers that contain `word`, beginning with the n-th.
    private static func text(
        _ word: String, from first: Int, _ change: @escaping @Sendable (String) -> String
    ) -> ChaosProxy.Edit {
        let count = Guarded(0)
        return { message in
            guard message.direction == .toPeer else { return true }
            rewrite(&message) { text in
                guard text.contains(word) else { return text }
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                return number >= first ? change(text) : text
            }
            return true
        }
    }

    /// Gives the answer with this number another.
    private static func number(_ id: UInt32, as other: UInt32) -> ChaosProxy.Edit {
        { message in
            if message.direction == .toPeer {
                rewrite(&message) {
                    $0.replacingOccurrences(of: "\"id\":\(id),", with: "\"id\":\(other),")
                }
            }
            return true
        }
    }

    /// The message with a number so much higher.
    private static func renumbered(_ text: String, by offset: UInt32) -> String {
        guard let start = text.range(of: "\"id\":")?.upperBound else { return text }
        let digits = text[start...].prefix { $0.isNumber }
        let number = (UInt32(digits) ?? 0) + offset
        return text.replacingOccurrences(of: "\"id\":\(digits)", with: "\"id\":\(number)")
    }

    /// Drops the answers of this type, beginning with the n-th.
    private static func drop(_ type: String, from first: Int) -> ChaosProxy.Edit {
        let count = Guarded(0)
        return { message in
            guard message.direction == .toPeer, !isFrame(message),
                String(decoding: message.parts[0], as: UTF8.self).contains("\"\(type)\"")
            else { return true }
            return count.withLock { count in
                count += 1
                return count < first
            }
        }
    }

    /// Says nothing where an error of this code is owed.
    private static func silence(_ code: String) -> ChaosProxy.Edit {
        { message in
            message.direction == .toBridge || isFrame(message)
                || !String(decoding: message.parts[0], as: UTF8.self)
                    .contains("\"code\":\"\(code)\"")
        }
    }

    private static func keepOne(of count: UInt64) -> ChaosProxy.Edit {
        let codec = Self.codec
        return { message in
            guard message.direction == .toPeer, let sample = read(message, codec) else {
                return true
            }
            return sample.sequence % count == 0
        }
    }

    private static let codec = SampleCodec(axes: 7, features: SimulatedAxes.features.count)

    private static func read(
        _ message: BridgeRelay.Message, _ codec: SampleCodec
    ) -> SensorSample? {
        var sample = SensorSample(axes: codec.axes, features: codec.features)
        let isRead = message.parts[0].withUnsafeBytes { bytes in
            (try? codec.decode(bytes, into: &sample)) != nil
        }
        return isRead ? sample : nil
    }

    /// Changes every sample and seals it again.
    private static func samples(
        _ change: @escaping @Sendable (inout SensorSample) -> Void
    ) -> ChaosProxy.Edit {
        let codec = Self.codec
        return { message in
            guard message.direction == .toPeer, var sample = read(message, codec) else {
                return true
            }
            change(&sample)
            message.parts[0].withUnsafeMutableBytes { _ = codec.encode(sample, into: $0) }
            return true
        }
    }

    /// Takes twenty samples' time for a reset, in which commands are refused or silently passed over.
    private static func refusing(commands isSaid: Bool) -> ChaosProxy.Edit {
        let codec = Self.codec
        let state = Guarded((ready: [UInt8](), samples: 0, acknowledged: UInt64(0)))
        return { message in
            guard message.direction == .toPeer else { return true }
            let text = isFrame(message) ? "" : String(decoding: message.parts[0], as: UTF8.self)
            return state.withLock { state in
                if text.contains("\"ready\"") {
                    state.ready = message.parts[0]
                    return false
                }
                guard !state.ready.isEmpty, var sample = read(message, codec) else { return true }
                state.samples += 1
                if state.samples == 1 { state.acknowledged = sample.acknowledgedCommand }
                if state.samples == 20 {
                    message.parts[0] = state.ready
                    state.ready = []
                } else if isSaid, state.samples % 2 == 0 {
                    message.parts[0] = Array(
                        #"{"type":"error","code":"state","message":"resetting"}"#.utf8)
                } else {
                    sample.acknowledgedCommand = state.acknowledged
                    message.parts[0].withUnsafeMutableBytes { _ = codec.encode(sample, into: $0) }
                }
                return true
            }
        }
    }

    private static func relabel(_ stop: BridgeStop, as other: BridgeStop) -> ChaosProxy.Edit {
        samples { sample in
            if sample.stop == stop {
                sample.stop = other
                sample.isEnabled = true
            }
        }
    }

    /// Never leaves a stop again.
    private static func stuck(at stop: BridgeStop) -> ChaosProxy.Edit {
        let isStuck = Guarded(false)
        return samples { sample in
            isStuck.withLock { isStuck in
                isStuck = isStuck || sample.stop == stop
                if isStuck { sample.stop = stop }
            }
        }
    }

    /// A robot that goes where it is commanded to, and whose samples have two axes exchanged.
    private static func exchanged() -> ChaosProxy.Edit {
        let (samples, commands) = (Self.codec, CommandCodec(axes: 7))
        var start = SimulatedAxes.home
        (start[0], start[1]) = (0.12, 0.19)
        let world = Guarded((place: start, target: start))
        return { message in
            guard isFrame(message) else { return true }
            if message.direction == .toBridge {
                var command = Command(axes: 7)
                let isRead = message.parts[0].withUnsafeBytes { bytes in
                    (try? commands.decode(bytes, into: &command)) != nil
                }
                guard isRead else { return true }
                world.withLock { world in
                    world.target = command.position
                }
                // What stands behind the wire stays at home.
                command.position = SimulatedAxes.home
                message.parts[0].withUnsafeMutableBytes { _ = commands.encode(command, into: $0) }
                return true
            }
            guard var sample = read(message, samples) else { return true }
            sample.position = world.withLock { world in
                for axis in 0..<7 {
                    let way = world.target[axis] - world.place[axis]
                    world.place[axis] += max(-0.005, min(0.005, way))
                }
                var seen = world.place
                (seen[0], seen[1]) = (world.place[1], world.place[0])
                return seen
            }
            message.parts[0].withUnsafeMutableBytes { _ = samples.encode(sample, into: $0) }
            return true
        }
    }

    /// Acknowledges one command a sample, as a bridge with a queue does.
    private static func playBack() -> ChaosProxy.Edit {
        let last = Guarded<[UInt32: UInt64]>([:])
        return samples { sample in
            last.withLock { last in
                let next = min(sample.acknowledgedCommand, (last[sample.epoch] ?? 0) + 1)
                last[sample.epoch] = next
                sample.acknowledgedCommand = next
            }
        }
    }
}
