import Bridge
import Embodiment
import Foundation
import Platform
import Simulation

/// How long a robot goes on when its agent dies, again and again at random moments of its motion.
struct BrakingMeasurement {
    /// How the agent goes.
    enum End: String {
        /// Its process is gone, and its connection with it.
        case killed
        /// It says nothing any more, its connection stays.
        case stopped
    }

    /// From the signal to the first period in which the robot brakes, by the robot's own report.
    private(set) var delays: [Duration] = []
    private(set) var failures: [String] = []

    /// - Parameter progress: called with the number of measurements so far.
    mutating func run(
        in lab: FaultLab, count: Int, end: End, progress: (Int) -> Void
    ) throws {
        let random = CounterRandom(lab.seed, 1000)
        let live = try LiveSession(in: lab)
        for number in 0..<count {
            if number > 0 { try live.startNextAgent(lab) }
            try live.waitForMotion()
            // Anywhere within ten command periods.
            let moment = lab.clock.now + .milliseconds(100) * random.uniform(UInt64(number))
            lab.clock.sleep(until: moment)
            try live.watch(for: .zero)
            live.inject { live.signal(live.agent, end == .killed ? SIGKILL : SIGSTOP) }
            try live.watch(for: .milliseconds(250))
            if let delay = live.stopDelay() {
                delays.append(delay)
            } else {
                failures.append("number \(number): the robot did not brake within 250 ms")
            }
            progress(number + 1)
        }
        _ = try live.finish()
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
    }
}
