import Bridge
import Configuration
import Control
import Driving
import Foundation
import Platform
import Synchronization

/// Turns of `hone-bench flood`, and what was measured in them.
final class FloodTrial: @unchecked Sendable {
    // @unchecked Sendable: the tick's thread writes `ticks` alone, which nobody reads before it is joined.

    /// What a turn is.
    enum Turn: CaseIterable { case calm, stopped, flooding, beside }

    /// Beside what a tick was.
    private enum Kind: String, CaseIterable {
        case calm
        case stopped = "calm, stopped"
        case flooded = "flooded, not yet stopped"
        case floodedStopped = "flooded, stopped"
        case beside = "beside others' flood"
    }

    private var ticks: [Kind: (late: LatencyHistogram, spent: LatencyHistogram)] = [:]
    private var floods: [String] = []
    private var isRealtime = true
    private let isMeasuring = Atomic<Bool>(false)
    private let folder: String
    private let rate: Int
    private let seconds: Double
    private let clock = SystemClock()

    /// Ticks of the robot's before it floods: enough to be connected to.
    private static let calmTicks = 400
    /// When another agent's robot floods for certain, s: it looks at the machine first.
    private static let beginsBeside = 9.0

    /// - Parameters:
    ///   - rate: samples a second of a flood.
    ///   - seconds: measured in each turn.
    init(folder: String, rate: Int, seconds: Double) {
        (self.folder, self.rate, self.seconds) = (folder, rate, seconds)
        for kind in Kind.allCases { ticks[kind] = (LatencyHistogram(), LatencyHistogram()) }
    }

    /// One turn, with a robot of its own.
    func run(_ turn: Turn) throws {
        let neighbour = turn == .beside ? try startNeighbour() : nil
        defer {
            neighbour?.terminate()
            _ = neighbour?.wait()
        }
        if neighbour != nil { clock.sleep(for: .seconds(Self.beginsBeside)) }
        let (address, said) = ("ipc://\(folder)/robot", "\(folder)/robot.txt")
        let faults = ["--fault", "flood=\(Self.calmTicks)", "--fault", "flood-hz=\(rate)"]
        let bridge = try ChildProcess.spawn(
            executable: try MeasuredSession.program(),
            arguments: ["sim", "--endpoint", address] + (turn == .flooding ? faults : []),
            output: said, errors: said)
        let seen: String
        do {
            defer {
                bridge.interrupt()
                _ = bridge.wait()
            }
            seen = try watch(turn, at: address)
        }
        guard turn == .flooding else { return }
        let words = (try? String(contentsOfFile: said, encoding: .utf8)) ?? ""
        let sent = words.components(separatedBy: ", a flood of ").dropFirst().first
        floods.append("sent \(sent?.trimmingCharacters(in: .newlines) ?? "nothing"); \(seen)")
    }

    /// Another agent whose robot floods, for longer than anybody looks.
    private func startNeighbour() throws -> ChildProcess {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try ChildProcess.spawn(
            executable: own,
            arguments: [
                "flood", "--only-flood", "--rate", "\(rate)", "--seconds", "\(seconds + 30)",
            ], output: "\(folder)/beside.txt", errors: "\(folder)/beside.txt")
    }

    /// The agent's side of a turn.
    ///
    /// - Returns: what came.
    private func watch(_ turn: Turn, at address: String) throws -> String {
        let project = Project(root: FileManager.default.currentDirectoryPath)
        let robot = try RealtimeRobot(
            description: try RobotFile.read("sim-widowx", in: project),
            client: try BridgeClient(address: address), session: 1,
            patience: BridgePatience(
                connect: .seconds(10), reset: .seconds(10), silence: .seconds(3)),
            interrupt: Interrupt(watchesSignals: false),
            shareGiven: { [self] in
                isRealtime = isRealtime && $0.priority > 0
                return 1
            })
        let stop = Guarded<SafetyVerdict?>(nil)
        robot.onTick = { [self] report in
            guard isMeasuring.load(ordering: .relaxed) else { return }
            let cause = report.verdict.cause
            let kind: Kind =
                switch turn {
                case .calm: .calm
                case .stopped: .stopped
                case .beside: .beside
                case .flooding: cause == .sampleFlood ? .floodedStopped : .flooded
                }
            if cause == .sampleFlood { stop.withLock { $0 = $0 ?? report.verdict } }
            ticks[kind]?.late.record(nanoseconds: report.latenessNanoseconds)
            ticks[kind]?.spent.record(clock.now - report.time)
        }
        defer {
            isMeasuring.store(false, ordering: .relaxed)
            robot.close()
        }
        try robot.connect()
        if turn == .stopped { robot.stop(reason: "hone-bench flood") }
        if turn == .flooding { try awaitFlood(of: robot) } else { clock.sleep(for: .seconds(1)) }
        let (before, began) = (robot.counters, clock.now)
        isMeasuring.store(true, ordering: .relaxed)
        clock.sleep(for: .seconds(seconds))
        let (after, span) = (robot.counters, clock.now.seconds(since: began))
        func rate(_ number: KeyPath<RobotCounters, UInt64>) -> String {
            rounded(Double(after[keyPath: number] - before[keyPath: number]) / span, 0)
        }
        let ended = stop.withLock { verdict in
            verdict.map { "stop: \($0.cause), \(rounded($0.value, 0)) Hz" } ?? "no stop"
        }
        return
            "the agent took \(rate(\.messages))/s, of which \(rate(\.overtaken))/s were overtaken and "
            + "\(rate(\.lost))/s found no room; \(ended)"
    }

    /// Waits until much more comes than is described.
    private func awaitFlood(of robot: RealtimeRobot) throws {
        let deadline = clock.now + .seconds(20)
        var last = robot.counters.messages
        while clock.now < deadline {
            clock.sleep(for: .milliseconds(2))
            let messages = robot.counters.messages
            if messages > last + 4 { return }
            last = messages
        }
        throw ValidationFailure.noFlood
    }

    /// What keeps a turn from being one.
    private enum ValidationFailure: Error, CustomStringConvertible {
        case noFlood
        var description: String { "the bridge did not flood" }
    }

    /// What was measured, a line each.
    var lines: [String] {
        let figures = Kind.allCases.flatMap { kind -> [String] in
            guard let (late, spent) = ticks[kind], late.count > 0 else { return [] }
            return [("late", late), ("tick", spent)].map { what, histogram in
                Measurement(name: "\(what), \(kind.rawValue)", histogram: histogram)
                    .text(old: nil, peer: nil) + "(\(histogram.count))"
            }
        }
        let priority = isRealtime ? "FIFO priority" : "no real-time priority granted"
        return figures + floods + [priority]
    }
}
