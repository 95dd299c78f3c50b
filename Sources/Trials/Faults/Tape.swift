import Bridge
import Embodiment
import Platform
import Simulation

/// Messages of an agent, recorded by somebody on the wire; any thread.
final class Tape: Sendable {
    private let store = Guarded<(starts: [[UInt8]], commands: [[UInt8]])>(([], []))

    func add(_ bytes: [UInt8]) {
        store.withLock { store in
            if bytes.first == Wire.slowPathMark {
                if String(decoding: bytes, as: UTF8.self).contains("\"start\"") {
                    store.starts.append(bytes)
                }
            } else {
                store.commands.append(bytes)
                if store.commands.count > 100 { store.commands.removeFirst() }
            }
        }
    }

    /// The last command, where one was sent that this codec reads.
    func lastCommand(of codec: CommandCodec) -> Command? {
        guard let bytes = store.withLock({ $0.commands.last }) else { return nil }
        var command = Command(axes: codec.axes)
        let isRead = bytes.withUnsafeBytes { frame in
            (try? codec.decode(frame, into: &command)) != nil
        }
        return isRead ? command : nil
    }

    /// The starts and the last commands.
    var messages: [[UInt8]] { store.withLock { $0.starts + $0.commands } }
}
