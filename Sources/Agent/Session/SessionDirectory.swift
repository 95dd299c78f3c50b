import Foundation
import Platform

/// Where one session keeps everything; see the README's table.
struct SessionDirectory: Sendable {
    /// The directory itself.
    let url: URL

    /// `log/`: what happened.
    var log: URL { url.appendingPathComponent("log") }
    /// `weights/`: every version that acted.
    var weights: URL { url.appendingPathComponent("weights") }
    /// `checkpoints/`: full states of the learner.
    var checkpoints: URL { url.appendingPathComponent("checkpoints") }
    /// `session.json`: what ran.
    var session: URL { url.appendingPathComponent("session.json") }
    /// `metrics.jsonl`: one object per line.
    var metrics: URL { url.appendingPathComponent("metrics.jsonl") }
    /// `report.html`.
    var reportHTML: URL { url.appendingPathComponent("report.html") }
    /// `report.json`.
    var reportJSON: URL { url.appendingPathComponent("report.json") }

    /// A directory that is there already.
    init(existing url: URL) { self.url = url }

    /// Makes the directory and its parts.
    ///
    /// - Throws: `SessionError.exists` if a session is there already: nothing is ever overwritten.
    init(creating url: URL) throws(SessionError) {
        self.url = url
        if FileManager.default.fileExists(atPath: session.path) {
            throw .exists(url.path)
        }
        try makeParts()
    }

    /// Takes over the directory of a session that began earlier.
    ///
    /// - Throws: `SessionError.noSession` if there is none.
    init(resuming url: URL) throws(SessionError) {
        self.url = url
        guard FileManager.default.fileExists(atPath: session.path) else {
            throw .noSession(url.path)
        }
        try makeParts()
    }

    /// Room that a session wants before each episode: five minutes of its log at the most it may write
    /// (25 MB a robot minute), and two checkpoints.
    static let reserveBytes: UInt64 = 256 << 20

    /// - Throws: `SessionError.diskLow` where a session at `path` has too little room.
    static func checkRoom(at path: String) throws {
        let free = try Files.freeBytes(near: path)
        if free < reserveBytes { throw SessionError.diskLow(path, bytes: free) }
    }

    private func makeParts() throws(SessionError) {
        do {
            for part in [log, weights, checkpoints] {
                try FileManager.default.createDirectory(
                    at: part, withIntermediateDirectories: true)
            }
        } catch {
            throw .unwritable(url.path, "\(error)")
        }
    }

    /// The first free directory named after `name` and a running number under `parent`.
    static func next(named name: String, under parent: URL) -> URL {
        var number = 1
        while true {
            let candidate = parent.appendingPathComponent(
                name + "-" + String(format: "%03d", number))
            if !FileManager.default.fileExists(atPath: candidate.path) { return candidate }
            number += 1
        }
    }
}

/// What can go wrong before and around a session.
enum SessionError: Error, CustomStringConvertible, Sendable {
    /// A session is already there.
    case exists(String)
    /// A file or folder that was to be made is there.
    case occupied(String)
    /// The directory cannot be written.
    case unwritable(String, String)
    /// Weights were asked for and there are none.
    case noWeights(String)
    /// No demonstrations: nothing to imitate.
    case noDemonstrations(String)
    /// The weights do not fit this robot or these settings.
    case wrongWeights(String, String)
    /// The first weights did not pass the gate.
    case nothingToActWith(String)
    /// No folder with robots/ and launch/ around.
    case noProject(String)
    /// Something that was named is no session, or no whole one.
    case notASession(String, String)
    /// What was recorded on one robot was to be used on another.
    case otherRobot(String, differences: [String])
    /// Decisions that could not be made again, or came out otherwise.
    case notVerified(String)
    /// A file that was named cannot be read.
    case unreadable(String)
    /// A demo with a launch file of another robot.
    case needsSimulator(String)
    /// A word on the command line that means nothing.
    case badArgument(String)
    /// Recorded data that cannot be used here.
    case wrongData(String, String)
    /// A log that is not what was written.
    case damaged(String)
    /// The data set converters could not be run.
    case converter(String)
    /// The bridge program could not be started or died.
    case bridgeProcess(String)
    /// A request for a session that does not run.
    case notRunning(String, String)
    /// A running session did not do what it was asked.
    case refused(String, String)
    /// A directory that was to be resumed holds no session.
    case noSession(String)
    /// Another process runs the session.
    case locked(String)
    /// The session ran to its end.
    case finished(String)
    /// Sessions of this command are short enough to be run again.
    case notResumable(String, command: String?)
    /// The session cannot go on as it was.
    case resumeRefused(String, ResumeRefusal)
    /// Too little room on the disk to begin, or to go on.
    case diskLow(String, bytes: UInt64)
    /// This machine cannot be trusted to be on time.
    case notOnTime(String, [String])

    /// One sentence: what was tried, what was found, what to do.
    var description: String {
        switch self {
        case .exists(let path):
            "\(path) already holds a session, and sessions are never overwritten. "
                + "Choose another with --directory."
        case .occupied(let path): "\(path) is there already, and nothing is overwritten"
        case .unwritable(let path, let why):
            "cannot write the session directory \(path): \(why)"
        case .noWeights(let path):
            "\(path) holds no weights. Name a session directory that `hone pretrain`, "
                + "`hone finetune` or `hone demo` has written."
        case .noDemonstrations(let path):
            "\(path) holds no successful demonstration. Record some with `hone record`, "
                + "then name that session with --data."
        case .wrongWeights(let path, let why):
            "the weights in \(path) cannot be used here: \(why)"
        case .nothingToActWith(let path):
            "the first weights of \(path) did not pass the gate, so there are none that may act: they "
                + "hold numbers that are not finite. Look for huge numbers in the data that they were "
                + "learned from, with `hone episodes show`."
        case .noProject(let path):
            "found no robots/ folder at or above \(path). Start hone inside the project."
        case .notASession(let path, let why): "\(path) cannot be used as a session: \(why)"
        case .otherRobot(let path, let differences):
            "\(path) was recorded on another robot:\n"
                + differences.map { "  - \($0)" }.joined(separator: "\n")
        case .notVerified(let why): why
        case .unreadable(let why): why
        case .needsSimulator(let launch):
            "a demo needs the embedded simulator, and \(launch) has no 'simulation' block. "
                + "Use `hone finetune` for other robots."
        case .badArgument(let why): why
        case .wrongData(let path, let why): "the data in \(path) cannot be used here: \(why)"
        case .damaged(let path):
            "\(path) is not clean; `hone episodes recover` writes what is whole to a new file"
        case .converter(let why): "the converters in launch/datasets: \(why)"
        case .bridgeProcess(let why): "the bridge program: \(why)"
        case .notRunning(let path, let why):
            "cannot reach a running session in \(path): \(why). "
                + "Name the directory of a session that runs now."
        case .refused(let act, let why): "\(act) refused: \(why)"
        case .diskLow(let path, let bytes):
            "the disk of \(path) has \(bytes >> 20) MiB left, and a session wants "
                + "\(SessionDirectory.reserveBytes >> 20) MiB for its log and its checkpoints: make room"
        case .notOnTime(let summary, let advice):
            "this machine may not start the robot by the wall clock, real time \(summary).\n"
                + advice.map { "  - \($0)" }.joined(separator: "\n")
                + "\nTo move it slowly all the same, give degraded.rt2_speed_share in its file, "
                + "such as 0.2."
        case .noSession(let path):
            "\(path) holds no session to resume: there is no session.json. Name the directory that "
                + "an interrupted session wrote."
        case .locked(let path):
            "another hone is running the session in \(path). Wait for its end, or end it first."
        case .finished(let path):
            "the session in \(path) ran to its end: there is nothing to resume. Start a new one from "
                + "its weights with --weights \(path)."
        case .notResumable(let path, let command):
            "\(path) was made by \(command.map { "`hone \($0)`" } ?? "another command"), and only "
                + "`hone finetune` and `hone demo` go on where they were interrupted. What it recorded "
                + "is safe: name it with --data."
        case .resumeRefused(let path, let why):
            "the session in \(path) cannot go on as it was, and nothing has moved: \(why)."
        }
    }
}
