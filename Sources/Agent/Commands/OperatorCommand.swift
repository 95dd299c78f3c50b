import Driving
import Foundation
import Platform
import Report

/// What `hone stop`, `hold`, `ack`, `start`, `recover` and `status` do: one request to a running
/// session, by way of its directory.
public enum OperatorCommand {
    /// Says where things stand.
    public static func status(directory: String) throws { try run(.status, directory) }

    /// Stops the robot, and keeps it stopped until it is acknowledged.
    public static func stop(directory: String) throws { try run(.stop, directory) }

    /// Brakes and waits for a start.
    public static func hold(directory: String) throws { try run(.hold, directory) }

    /// Acknowledges the stop with this cause.
    public static func acknowledge(directory: String, cause: UInt8) throws {
        try run(.acknowledge, directory, cause: cause)
    }

    /// Lets a robot go on that was acknowledged or held.
    public static func start(directory: String) throws { try run(.start, directory) }

    /// Lets an acknowledged robot outside its limits move slowly back.
    public static func recover(directory: String) throws { try run(.recover, directory) }

    private static func run(
        _ act: OperatorMessage.Act, _ directory: String, cause: UInt8? = nil
    ) throws {
        let path = URL(fileURLWithPath: directory).path
        let socket: LocalSocket
        do throws(PlatformError) {
            socket = try LocalSocket.connect(ControlPlace.path(in: path))
        } catch { throw OperatorError.notRunning(directory, "\(error)") }
        var message = OperatorMessage(act: act, cause: cause)
        if [.acknowledge, .start, .recover].contains(act) {
            // What is asked for must be about the state as it is now, not as it was once.
            message.nonce = try ask(OperatorMessage(act: .status), socket, directory).nonce
        }
        let answer = try ask(message, socket, directory)
        guard answer.isDone else { throw OperatorError.refused(act.rawValue, answer.text) }
        Terminal.writeToStandardOutput(answer.text + "\n")
    }

    private static func ask(
        _ message: OperatorMessage, _ socket: LocalSocket, _ directory: String
    ) throws -> OperatorAnswer {
        try socket.send(Array(try JSONEncoder().encode(message)))
        guard let bytes = try socket.receive(timeout: .seconds(3)) else {
            throw OperatorError.notRunning(directory, "it does not answer")
        }
        do {
            return try JSONDecoder().decode(OperatorAnswer.self, from: Data(bytes))
        } catch {
            throw OperatorError.notRunning(
                directory,
                "its answer is not of this version of hone: \(JSONFault.words(of: error))")
        }
    }
}
