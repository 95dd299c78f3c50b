import Driving
import Foundation
import Platform

/// Trials of something that goes by the wall clock, on a machine that may be late itself.
///
/// A program that the machine did not run for a while is late without a fault of its own, and so is
/// whoever judges it. A trial that goes wrong is made again where an idle loop beside it was late too;
/// on a machine that was on time the first trial counts.
struct WallClockTrials {
    /// Trials that were made.
    private(set) var count = 0
    /// How late the idle loop woke at most, in any of them, s.
    private(set) var machineLate = 0.0

    /// Trials at most.
    private static let most = 3
    /// An idle loop later than this excuses a trial: one period of a robot at 100 Hz, s.
    private static let excuse = 0.01

    /// The file in which a run of tests counts the trials that are made again, a line each; nil counts nothing.
    static let tally = ProcessInfo.processInfo.environment["HONE_TRIALS"]

    /// Whether the next trial counts however late the machine is.
    var isLast: Bool { count + 1 == Self.most }

    /// Whether a machine as late as this excuses what went wrong.
    static func excuses(machineLate late: Double) -> Bool { late > excuse }

    /// What a reader must know beside the verdict; nil where the first trial counted.
    var note: String? {
        guard count > 1 else { return nil }
        return "\(count) trials: this machine itself was up to "
            + "\(NumberText.duration(machineLate)) late"
    }

    /// Makes trials until one is good, or goes wrong on a machine that was on time; three at most.
    ///
    /// - Parameters:
    ///   - body: one trial, on the calling thread.
    ///   - isGood: whether it went as it must.
    /// - Returns: the last trial.
    static func make<Trial>(
        _ body: () throws -> Trial, isGood: (Trial) -> Bool
    ) rethrows -> (trial: Trial, trials: WallClockTrials) {
        var trials = WallClockTrials()
        while true {
            let watch = IdleWatch()
            defer { watch.end() }
            let trial = try body()
            let late = watch.latest
            if trials.noteTrial(isGood: isGood(trial), machineLate: late) {
                return (trial, trials)
            }
            countRepeat(machineLate: late, in: tally)
        }
    }

    /// Adds a line to the file that counts the trials which are made again; any thread of any process.
    static func countRepeat(machineLate late: Double, in tally: String?) {
        guard let tally, let file = fopen(tally, "a") else { return }
        // One write of one line, at the end whoever else writes.
        fputs("this machine itself was \(NumberText.duration(late)) late\n", file)
        fclose(file)
    }

    /// Notes a trial; whether it counts.
    mutating func noteTrial(isGood: Bool, machineLate late: Double) -> Bool {
        defer {
            count += 1
            machineLate = max(machineLate, late)
        }
        return isGood || isLast || !Self.excuses(machineLate: late)
    }
}
