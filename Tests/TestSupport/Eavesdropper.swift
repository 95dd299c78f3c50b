import Embodiment
import Foundation
import Platform
import Simulation

@testable import Bridge

/// Somebody on the wire: what a session says there, and is told.
final class Eavesdropper: Sendable {
    private let heard = Guarded((token: CommandToken?.none, command: [UInt8]()))

    /// To be the edit of a `ChaosProxy`.
    var edit: ChaosProxy.Edit {
        { [self] message in
            guard let bytes = message.parts.first else { return true }
            heard.withLock { heard in
                if bytes.first == Wire.slowPathMark {
                    let answer = try? JSONDecoder().decode(
                        Numbered<BridgeMessage>.self, from: Data(bytes))
                    if case .started(_, let token)? = answer?.message { heard.token = token }
                } else if message.direction == .toBridge {
                    heard.command = bytes
                }
            }
            return true
        }
    }

    /// The token of the session that started last.
    var token: CommandToken? { heard.withLock { $0.token } }

    /// The session's last command, of so many axes.
    func command(axes: Int) -> Command? {
        var command = Command(axes: axes)
        let isRead = heard.withLock { $0.command }.withUnsafeBytes { frame in
            (try? CommandCodec(axes: axes).decode(frame, into: &command)) != nil
        }
        return isRead ? command : nil
    }
}
