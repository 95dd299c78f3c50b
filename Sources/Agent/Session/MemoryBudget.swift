import Platform
import Report

/// How much memory the agent's process may take, and what is to be done as it fills.
///
/// A value; no clock, no process.
struct MemoryBudget {
    /// What is to be done now.
    enum Finding {
        /// Nothing.
        case nothing
        /// A person should know.
        case warn
        /// The robot is to wait for a person.
        case hold
    }

    /// From here on a person is told.
    static let warnShare = 0.7
    /// From here on the robot is held: whoever waits longer is ended by the kernel, in motion.
    static let holdShare = 0.9
    /// A person who starts the robot all the same takes this on, each time.
    static let nextShare = 0.1
    /// Of the machine's memory, where a launch file says nothing.
    private static let machineShare = 0.75

    /// Of the whole.
    let bytes: UInt64
    private var isTold = false
    private var nextHold = MemoryBudget.holdShare

    /// - Parameter mebibytes: nil for three quarters of the machine's memory.
    init(mebibytes: Int?, machine: UInt64 = Memory.machineBytes) {
        bytes =
            mebibytes.map { UInt64($0) << 20 }
            ?? UInt64(Double(machine) * MemoryBudget.machineShare)
    }

    /// Takes what the process has in memory, bytes.
    mutating func judge(_ resident: UInt64) -> Finding {
        let share = Double(resident) / Double(max(1, bytes))
        if share >= nextHold {
            while nextHold <= share { nextHold += MemoryBudget.nextShare }
            isTold = true
            return .hold
        }
        guard share >= MemoryBudget.warnShare, !isTold else { return .nothing }
        isTold = true
        return .warn
    }

    /// What a person is told of it.
    func line(for resident: UInt64) -> String {
        let share = Double(resident) / Double(max(1, bytes))
        return
            "the agent takes \(resident >> 20) MiB of memory, \(NumberText.wholePercent(share)) % of "
            + "the \(bytes >> 20) MiB that it may (session.memory_mib)"
    }
}
