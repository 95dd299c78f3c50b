import ArgumentParser
import Driving
import Foundation
import Platform

/// `hone-bench flood`: the tick of a real robot connection beside a bridge that sends without a pause.
struct FloodBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flood",
        abstract: "Measures ticks beside a bridge that floods, and beside one that does not.",
        discussion: """
            Each turn is a simulated robot of its own as a process and the agent's threads for it, by the wall clock: a \
            robot that is left alone, one that a session has stopped, one that floods, and one that is left alone while \
            another agent's floods that agent, which costs the machine as much. Lateness is how long after its \
            time a tick begins; a tick's own time is from there to its command, what has come since the last one \
            included. What came is what the agent's thread has counted. Run it in the project's folder.
            """)

    @Option(help: "Samples a second that the bridge sends.")
    var rate = 40_000

    @Option(help: "Seconds of each turn.")
    var seconds = 10.0

    @Option(help: "Turns of each kind.")
    var turns = 3

    @Flag(help: ArgumentHelp("Flood alone, without a figure.", visibility: .hidden))
    var onlyFlood = false

    func validate() throws {
        guard rate > 0, seconds > 0, turns > 0 else {
            throw ValidationError("Rate, seconds and turns are more than 0.")
        }
    }

    func run() throws {
        let folder = NSTemporaryDirectory() + "hone-bench-\(getpid())"
        try Files.makeDirectories(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // As a session does: memory stays where it is, cores sleep as they may.
        let machine = try RealtimeMachine.measure(rateHz: 100)
        let trial = FloodTrial(folder: folder, rate: rate, seconds: seconds)
        if onlyFlood { return try trial.run(.flooding) }
        for _ in 0..<turns {
            for turn in FloodTrial.Turn.allCases { try trial.run(turn) }
        }
        print(
            "".padded(to: 34)
                + ["min", "p50", "p99", "p99.9", "max"].map { $0.padded(to: 12) }.joined())
        for line in trial.lines { print(line) }
        withExtendedLifetime(machine) {}
    }
}
