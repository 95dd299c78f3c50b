import Configuration
import Control
import Driving
import Experience
import Foundation
import Platform
import Report

/// What `hone stop`, `hold`, `ack`, `start`, `recover` and `status` do: one request to a running
/// session, by way of its directory.
public enum OperatorCommand {
    /// Says where things stand.
    ///
    /// - Parameter json: as one object, also where nothing runs.
    /// - Throws: `OperatorError`, after that object, where no session runs.
    public static func status(directory: String, json: Bool = false) throws {
        guard json else { return try run(.status, directory) }
        let answer: OperatorAnswer
        do { answer = try ask(OperatorMessage(act: .status), connect(directory), directory) } catch
        {
            write(["running": .bool(false), "text": .string("\(error)")])
            throw error
        }
        write([
            "running": .bool(true), "text": .string(answer.text), "state": .string(answer.state),
            "cause": JSONValue(Int(answer.cause)),
        ])
    }

    private static func write(_ object: [String: JSONValue]) {
        Terminal.writeToStandardOutput(JSONValue.object(object).pretty + "\n")
    }

    /// Stops the robot, and keeps it stopped until it is acknowledged.
    public static func stop(directory: String) throws { try run(.stop, directory) }

    /// Brakes and waits for a start.
    public static func hold(directory: String) throws { try run(.hold, directory) }

    /// Acknowledges the stop with this cause, and waits until a start is possible, some seconds at most.
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
        let socket = try connect(directory)
        var message = OperatorMessage(act: act, cause: cause)
        if [.acknowledge, .start, .recover].contains(act) {
            // What is asked for must be about the state as it is now, not as it was once.
            message.nonce = try ask(OperatorMessage(act: .status), socket, directory).nonce
        }
        var answer =
            act == .stop ? try insist(socket, directory) : try ask(message, socket, directory)
        guard answer.isDone else { throw OperatorError.refused(act.rawValue, answer.text) }
        if act == .acknowledge {
            // A robot that was acknowledged is looked at for a second before it may start.
            let clock = SystemClock()
            let asked = clock.now
            while !settled.contains(answer.state), clock.now.seconds(since: asked) < readySeconds {
                clock.sleep(for: .milliseconds(100))
                answer = try ask(OperatorMessage(act: .status), socket, directory)
            }
        }
        Terminal.writeToStandardOutput(answer.text + "\n")
    }

    /// Asks for a stop, again where a session with many peers has let this one go.
    private static func insist(_ first: LocalSocket, _ directory: String) throws -> OperatorAnswer {
        let clock = SystemClock()
        let deadline = clock.now + .seconds(3)
        var socket = first
        while true {
            do { return try ask(OperatorMessage(act: .stop), socket, directory) } catch {
                if clock.now >= deadline { throw error }
                clock.sleep(for: .milliseconds(1))
                socket = try connect(directory)
            }
        }
    }

    /// States that do not become another one by themselves.
    private static let settled: Set<String> = Set(
        [SafetyState.ready, .active, .hold, .recovery, .fault, .shutdown].map(\.name))
    /// Longest wait for one of them, s.
    private static let readySeconds = 4.0

    /// Connects to a session, or says what became of it.
    private static func connect(_ directory: String) throws(OperatorError) -> LocalSocket {
        let path = URL(fileURLWithPath: directory).path
        do throws(PlatformError) {
            return try LocalSocket.connect(ControlPlace.path(in: path))
        } catch {
            throw ended(directory, at: path) ?? .notRunning(directory, "\(error)")
        }
    }

    /// That no process runs a session any more, and how it ended; nil where there is none, or one runs.
    private static func ended(_ directory: String, at path: String) -> OperatorError? {
        let place = SessionDirectory(existing: URL(fileURLWithPath: path))
        guard let record = try? SessionRecord(reading: place.session), !SessionLock.isHeld(path)
        else { return nil }
        let report = (try? Files.read(place.reportJSON.path, limit: 64 << 20, .record))
            .flatMap { try? SessionReport(json: Data($0)) }
        let resume =
            record.command?.isResumable == true && report?.ended != "completed"
            ? record.command?.rawValue : nil
        return .ended(directory, report?.ended, resume: resume)
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
