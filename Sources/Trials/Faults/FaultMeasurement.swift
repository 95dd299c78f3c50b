import Bridge
import Control
import Embodiment
import Experience
import Foundation
import Platform
import Report
import Simulation

/// How soon a robot begins to brake when its agent dies or its samples stop, again and again at random
/// moments of its motion.
struct BrakingMeasurement {
    /// What ends.
    enum End: String, CaseIterable {
        /// The agent's process is gone, and its connection with it.
        case killed
        /// The agent says nothing any more, its connection stays.
        case stopped
        /// Samples do not reach the agent any more.
        case stale
    }

    /// What was measured, in order.
    ///
    /// Killed or stopped: from the signal to the first period in which the robot brakes, by the robot's
    /// own report. Stale: age of the newest sample when the first braking command was made, by the log.
    private(set) var delays: [Duration] = []
    private(set) var failures: [String] = []
    /// What agents said that ended before their fault.
    ///
    /// A machine that is away for 50 ms stops the robot, as it must; another agent takes the place.
    private(set) var endedBefore: [String] = []
    /// Agents one after the other that may end so.
    private static let patience = 5

    /// - Parameter progress: called with the number of measurements so far.
    mutating func run(
        in lab: FaultLab, count: Int, end: End, progress: (Int) -> Void
    ) throws {
        let random = CounterRandom(lab.seed, 1000)
        let silence = Trigger()
        let live = try LiveSession(in: lab, edit: WireEdits.withhold(while: silence))
        var (number, lost) = (0, 0)
        while number < count {
            if number + lost > 0 { try live.startNextAgent() }
            do {
                if end == .stale {
                    try measureStale(
                        live, lab, silence, count: count, random: random, number: &number)
                } else {
                    try measureEnd(live, lab, end, random: random, number: &number)
                }
                lost = 0
                progress(number)
            } catch let unmoved as LiveSession.NeverMoved {
                lost += 1
                guard lost < Self.patience else { throw unmoved }
                endedBefore.append(unmoved.agentSaid)
            }
        }
        _ = try live.finish()
    }

    private mutating func measureEnd(
        _ live: LiveSession, _ lab: FaultLab, _ end: End, random: CounterRandom, number: inout Int
    ) throws {
        try live.waitForMotion()
        // Anywhere within ten command periods.
        let moment = lab.clock.now + .milliseconds(100) * random.uniform(UInt64(number))
        lab.clock.sleep(until: moment)
        try live.watch(for: .zero)
        live.inject { live.signal(live.agent, end == .killed ? SIGKILL : SIGSTOP) }
        try live.watch(for: .milliseconds(150))
        note(live.stopDelay(), number, "the robot did not brake within 150 ms")
        number += 1
    }

    /// One agent is held as often as its budget lasts: three times it goes on, the fourth is a stop.
    private mutating func measureStale(
        _ live: LiveSession, _ lab: FaultLab, _ silence: Trigger, count: Int,
        random: CounterRandom, number: inout Int
    ) throws {
        var moments: [MonotonicTime] = []
        while moments.count <= ResumeBudget.resumptions, number + moments.count < count {
            do { try live.waitForMotion() } catch let unmoved as LiveSession.NeverMoved {
                guard !moments.isEmpty else { throw unmoved }
                endedBefore.append(unmoved.agentSaid)
                break
            }
            let share = random.uniform(UInt64(number + moments.count))
            lab.clock.sleep(until: lab.clock.now + .milliseconds(100) * share)
            moments.append(lab.clock.now)
            silence.set()
            try live.watch(for: .milliseconds(120))
            silence.clear()
            // Until it is at rest, and its log on the disk.
            try live.watch(for: .milliseconds(150))
        }
        live.agent.kill()
        _ = live.agent.wait()
        var ages = [Duration?](repeating: nil, count: moments.count)
        try SessionLogReader(path: live.directory + "/log/session.mcap").records { record, time in
            guard case .tick(let tick) = record, tick.verdict != 0,
                let index = moments.lastIndex(where: { $0 <= time }), ages[index] == nil
            else { return }
            ages[index] = .nanoseconds(Int64(clamping: tick.observationAgeNanoseconds))
        }
        for age in ages {
            note(age, number, "the agent did not brake")
            number += 1
        }
    }

    private mutating func note(_ delay: Duration?, _ number: Int, _ failure: String) {
        if let delay {
            delays.append(delay)
        } else {
            failures.append("number \(number): \(failure)")
        }
    }

    /// Maximum and percentiles.
    var text: String {
        let sorted = delays.sorted()
        guard let last = sorted.last else { return "nothing measured" }
        func share(_ part: Double) -> String {
            NumberText.duration(sorted[Int(part * Double(sorted.count - 1))].inSeconds)
        }
        return "\(sorted.count) times: p50 \(share(0.5)), p99 \(share(0.99)), longest "
            + NumberText.duration(last.inSeconds)
            + (endedBefore.isEmpty ? "" : "; \(endedBefore.count) agents ended before their fault")
    }
}
