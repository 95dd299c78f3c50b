import Bridge
import Embodiment
import Platform
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A lockstep bridge of one thread, as small as the specification allows.
final class SimpleBridge: Sendable {
    let address: String
    /// To be looked at after `end`.
    let server: BridgeServer
    private let thread: HoneThread
    private let isEnding: Flag

    final class Flag: Sendable { let value = Atomic<Bool>(false) }

    /// - Parameters:
    ///   - answersLast: commands are answered up to this sequence, then the bridge goes dumb.
    ///   - keys: for encrypted connections.
    ///   - before: bytes of which one is sent to the commander before each sample, in turn.
    init(
        address: String, description: BridgeDescription = makeDescription(),
        keys: BridgeKeys? = nil, answersLast: UInt64 = .max, before: [[UInt8]] = []
    ) throws {
        let server = try BridgeServer(address: address, description: description, keys: keys)
        self.server = server
        let flag = Flag()
        self.address = server.address
        isEnding = flag
        thread = try HoneThread.start(name: "simple-bridge") {
            var core = Core(server: server, answersLast: answersLast, before: before)
            while !flag.value.load(ordering: .acquiring) {
                do { try core.step() } catch { fatalError("\(error)") }
            }
        }
    }

    func end() {
        isEnding.value.store(true, ordering: .releasing)
        thread.join()
    }

    struct Core {
        let server: BridgeServer
        let answersLast: UInt64
        let before: [[UInt8]]
        var gate = CommandGate(schedule: .lockstep)
        var sample: SensorSample

        init(server: BridgeServer, answersLast: UInt64, before: [[UInt8]]) {
            self.server = server
            self.answersLast = answersLast
            self.before = before
            sample = SensorSample(
                axes: server.description.axes.count, features: server.description.features.count)
            sample.bootID = server.description.bootID
        }

        mutating func step() throws(BridgeError) {
            switch try server.poll(timeout: .milliseconds(20)) {
            case nil: break
            case .command(let command, let peer):
                if let refusal = gate.admit(command, from: peer, now: .zero) {
                    try server.refuse(refusal, "command \(command.sequence)", to: peer)
                } else if command.sequence <= answersLast {
                    sample.acknowledgedCommand = command.sequence
                    sample.position = command.position
                    sample.velocity = command.velocity
                    try sendSample(to: peer)
                }
            case .message(let message, let asker): try answer(message, asker)
            }
        }

        mutating func sendSample(to peer: PeerID) throws(BridgeError) {
            sample.sequence += 1
            if !before.isEmpty {
                let bytes = before[Int(sample.sequence) % before.count]
                _ = try bytes.withUnsafeBufferPointer { buffer throws(BridgeError) in
                    try server.send(UnsafeRawBufferPointer(buffer), to: peer)
                }
            }
            try server.send(sample, to: peer)
        }

        mutating func answer(_ message: AgentMessage, _ asker: Asker) throws(BridgeError) {
            switch message {
            case .hello(let hello): try server.describe(to: asker, answering: hello)
            case .start(let session, let epoch, _, _, _, let token):
                var refusal = gate.start(
                    session: session, epoch: epoch, token: token, from: asker.peer, now: .zero)
                if refusal == .busy, let old = gate.commander, try !server.probe(old) {
                    gate.forget()
                    refusal = gate.start(
                        session: session, epoch: epoch, token: token, from: asker.peer, now: .zero)
                }
                if let refusal {
                    try server.refuse(refusal, "start", to: asker)
                } else {
                    (sample.session, sample.epoch, sample.isEnabled) = (session, epoch, true)
                    try server.start(epoch: epoch, token: gate.token, for: asker)
                }
            case .reset(let request):
                if let refusal = gate.check(
                    session: request.session, epoch: request.epoch, from: asker.peer)
                {
                    try server.refuse(refusal, "reset", to: asker)
                } else {
                    sample.episode = request.episode
                    try server.reply(
                        .ready(episode: request.episode, durationSeconds: 1.5), to: asker)
                    try sendSample(to: asker.peer)
                }
            case .stop: try server.reply(.stopped, to: asker)
            case .release(let session, let epoch):
                if let refusal = gate.release(session: session, epoch: epoch, from: asker.peer) {
                    try server.refuse(refusal, "release", to: asker)
                } else {
                    try server.reply(.released, to: asker)
                }
            }
        }
    }
}
