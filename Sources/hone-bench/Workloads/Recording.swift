import Agent
import ArgumentParser
import Embodiment
import Experience
import Foundation
import Platform
import Recipe

/// `hone-bench recording`: what recording costs the tick, with and without it side by side.
struct Recording: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Measures how late ticks begin, and how long they take, with and without recording.",
        discussion: """
            A thread with the tick's priority makes commands at the command rate, in turn with and \
            without a recorder that writes a log as a session does. Lateness is how long after its \
            time a tick begins; a tick's own time has the record in it. What else happens on the \
            machine meets both alike.
            """)

    @Option(help: "Ticks per second.")
    var rate = 100.0

    @Option(help: "Seconds of each turn.")
    var seconds = 10.0

    @Option(help: "Turns with recording, and as many without.")
    var turns = 3

    @Option(help: "Folder for the logs, which are removed again; the present one if not given.")
    var directory = "."

    @Flag(help: "A learner on a thread of its priority never rests meanwhile.")
    var busy = false

    func validate() throws {
        guard rate > 0, seconds > 0, turns > 0 else {
            throw ValidationError("Rate, seconds and turns are more than 0.")
        }
    }

    func run() throws {
        #if DEBUG
            throw ValidationError("A debug build says nothing: swift run -c release hone-bench")
        #else
            let learner = busy ? BusyLearner(settings: .standard) : nil
            defer { learner?.finish() }
            let trials = (without: RecordingTrial(), with: RecordingTrial())
            var dropped: UInt64 = 0
            for turn in 0..<turns {
                try trials.without.run(rate: rate, seconds: seconds, lane: nil)
                let path =
                    "\(directory)/hone-bench-\(ProcessInfo.processInfo.processIdentifier)-\(turn).mcap"
                let recorder = try Recorder(creating: path)
                defer { try? Files.remove(path) }
                let lane = recorder.makeLane()
                try recorder.start()
                try trials.with.run(rate: rate, seconds: seconds, lane: lane)
                try recorder.close()
                dropped += lane.droppedTicks
            }
            print(
                "".padded(to: 26)
                    + ["min", "p50", "p99", "p99.9", "max"].map { $0.padded(to: 12) }.joined())
            for (name, trial) in [("without", trials.without), ("with", trials.with)] {
                print(Measurement(name: "late, \(name)", histogram: trial.late).line)
                print(Measurement(name: "tick, \(name)", histogram: trial.spent).line)
            }
            print(
                "\(trials.with.late.count) ticks each, \(dropped) dropped from the log, "
                    + (trials.with.isRealtime ? "FIFO priority" : "no real-time priority granted"))
        #endif
    }
}

extension Measurement {
    /// One line without comparison.
    fileprivate var line: String { text(old: nil, peer: nil) }
}
