import ArgumentParser
import Foundation
import Platform

/// `hone-bench stop-attack`: what `hone-bench stop` and tests run beside a session; not for people.
struct StopAttack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop-attack", abstract: "Floods a control socket.", shouldDisplay: false)

    /// How it does that.
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        /// Asks for the state without end and never reads an answer.
        case talks
        /// The same with requests that the robot's thread has to answer, read as they come.
        case asks
        /// Connects, says nothing and connects again.
        case connects
        /// Holds a hundred connections and says nothing.
        case idles
    }

    @Argument var path: String
    @Argument var kind: Kind

    func run() throws {
        let clock = SystemClock()
        var held: [LocalSocket] = []
        while true {
            switch kind {
            case .talks: try? talk(#"{"act":"status"}"#, isHeard: false)
            case .asks: try? talk(#"{"act":"hold"}"#, isHeard: true)
            case .connects: _ = try? LocalSocket.connect(path)
            case .idles:
                if held.count == 100 { held.removeFirst() }
                if let socket = try? LocalSocket.connect(path) { held.append(socket) }
                clock.sleep(for: .milliseconds(2))
            }
        }
    }

    /// Until the session lets it go.
    private func talk(_ message: String, isHeard: Bool) throws {
        let socket = try LocalSocket.connect(path)
        let clock = SystemClock()
        while true {
            do throws(PlatformError) { try socket.send(Array(message.utf8)) } catch {
                // No room: what was said is yet to be heard.
                guard case .system(_, _, EAGAIN) = error else { throw error }
            }
            if isHeard { _ = try socket.receive(timeout: .milliseconds(1)) }
            clock.sleep(for: .microseconds(500))
        }
    }
}
