import Control
import Driving
import Platform

/// The memory of the agent's process: a person is told as it fills, and before the machine runs out the robot is held.
///
/// By the wall clock only. Used from the thread that runs episodes.
final class MemoryWatch {
    /// How often it is looked at, s.
    private static let seconds = 1.0

    private var budget: MemoryBudget
    private let narrator: Narrator
    private let clock = SystemClock()
    private var looked: MonotonicTime?

    /// - Parameter budget: MiB; nil for three quarters of the machine's memory.
    init(budget: Int?, narrator: Narrator) {
        self.budget = MemoryBudget(mebibytes: budget)
        self.narrator = narrator
    }

    /// At the end of a step: looks, if the time has come.
    func check(_ robot: any Robot) {
        let now = clock.now
        if let looked, now.seconds(since: looked) < Self.seconds { return }
        looked = now
        let resident = Memory.residentBytes
        switch budget.judge(resident) {
        case .nothing: break
        case .warn: narrator.tellMemory(resident, of: budget)
        case .hold:
            narrator.tellFullMemory(resident, of: budget)
            robot.hold(because: .memory)
        }
    }
}
