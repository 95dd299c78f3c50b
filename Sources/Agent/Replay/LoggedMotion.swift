import Configuration
import Control
import Embodiment
import Experience

/// The commanded motion of one logged episode.
struct LoggedMotion {
    /// The episode's start, to prepare the same scene.
    var start: EpisodeStart
    /// Set-points at the command rate, from where the robot stood before the first step to the end of the last.
    var setpoints: [AxisVector]
    /// What a reader should know of the log.
    var issues: [String]

    /// Longest gap in the ticks of a log that is filled in, in ticks.
    static let longestGap: UInt64 = 100

    /// Finds an episode's set-points: the commands that were sent while policy or operator drove.
    ///
    /// Ticks that the log dropped are filled in on straight lines. A log that does not say who drove gives all ticks of the
    /// episode, the way home after it included.
    /// - Parameter wanted: the episode's number in the session; nil for the first that was driven.
    /// - Throws: `ReplayError.notASession` when there is no such motion.
    init(of session: RecordedSession, episode wanted: UInt32?) throws {
        let axes = session.launch.robot.axes.count
        var starts: [UInt32: EpisodeStart] = [:]
        var number = wanted
        var ticks: [(sequence: UInt64, command: AxisVector)] = []
        var before: TickRecord?
        issues = try session.records { record, _ in
            switch record {
            case .episodeStart(let start): starts[start.number] = start
            case .tick(let tick):
                guard tick.commanded.count == axes, tick.commanded.isFinite else { return }
                defer { before = tick }
                guard Self.isDriven(tick), tick.episode == number ?? tick.episode else { return }
                number = tick.episode
                if ticks.isEmpty, let before, before.command &+ 1 == tick.command {
                    ticks.append((before.command, before.commanded))
                }
                ticks.append((tick.command, tick.commanded))
            default: break
            }
        }.issues
        guard let number, let start = starts[number] else {
            throw ReplayError.notASession(
                session.path, wanted.map { "it has no episode \($0)" } ?? "it has no motion")
        }
        guard ticks.count >= 2 else {
            throw ReplayError.notASession(session.path, "episode \(number) has no motion")
        }
        self.start = start
        setpoints = try Self.filled(ticks, path: session.path)
    }

    private static func isDriven(_ tick: TickRecord) -> Bool {
        switch tick.origin?.driver {
        case nil, .imitation, .guided, .operatorAction, .replay: true
        case .nobody, .homing: false
        }
    }

    private static func filled(
        _ ticks: [(sequence: UInt64, command: AxisVector)], path: String
    ) throws -> [AxisVector] {
        var setpoints = [ticks[0].command]
        for (last, next) in zip(ticks, ticks.dropFirst()) {
            let gap = next.sequence > last.sequence ? next.sequence - last.sequence : 1
            guard gap <= longestGap else {
                throw ReplayError.notASession(
                    path, "\(gap) ticks are missing after command \(last.sequence)")
            }
            for part in 1...gap {
                setpoints.append(
                    between(last.command, next.command, Double(part) / Double(gap)))
            }
        }
        return setpoints
    }

    /// The motion at a share of its speed, as a controller plays it.
    ///
    /// - Parameter speed: above 0, at most 1; no command period holds more motion than it did in the log.
    func motion(speed: Double) -> Motion {
        precondition(speed > 0 && speed <= 1)
        let last = Double(setpoints.count - 1)
        let count = Int((last / speed).rounded(.up))
        return Motion(
            (0...count).map { tick in
                let at = min(Double(tick) * speed, last)
                let before = min(Int(at), setpoints.count - 2)
                return Self.between(setpoints[before], setpoints[before + 1], at - Double(before))
            })
    }

    private static func between(_ a: AxisVector, _ b: AxisVector, _ share: Double) -> AxisVector {
        var result = b
        // At its end the line ends where the log does, to the bit.
        guard share < 1 else { return result }
        for axis in 0..<a.count { result[axis] = a[axis] + (b[axis] - a[axis]) * share }
        return result
    }
}
