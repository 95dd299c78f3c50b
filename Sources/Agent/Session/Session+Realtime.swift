import Bridge
import Configuration
import Embodiment
import Experience
import Platform

extension Session {
    /// Finds out once, before a robot of this process moves by the wall clock, what the machine gives.
    ///
    /// - Returns: the share of the robot's speed limits that it may use.
    /// - Throws: `SessionError.notOnTime` for a machine that may not start this robot.
    func prepareRealtime() throws -> Double {
        guard launch.schedule == .realtime else { return 1 }
        let robot = launch.robot
        let machine: RealtimeMachine
        if let known = realtime {
            machine = known
        } else {
            Memory.settle()
            machine = try RealtimeMachine.measure(rateHz: robot.commandRateHz)
        }
        guard let share = machine.level.speedShare(of: robot) else {
            throw SessionError.notOnTime(machine.summary, machine.advice)
        }
        if realtime == nil { tell(machine, share) }
        realtime = machine
        return share
    }

    private func tell(_ machine: RealtimeMachine, _ share: Double) {
        var line = "real time \(machine.summary)"
        if share < 1 {
            line +=
                "; the robot uses \(NumberText.wholePercent(share)) % of its speed limits, and "
                + "`hone doctor` says how to get more"
        }
        progress.note(line)
        _ = episodeLane.record(
            .event(
                LogEvent(
                    level: machine.level == .full ? .info : .warning, name: "realtime",
                    message: line)),
            at: clock.now)
        let earlier = report.realtime
        report.realtime = RealtimeRecord(
            level: machine.level.rawValue, speedShare: share, summary: machine.summary,
            idleLateness: LatencySummary(machine.lateness),
            minorFaults: earlier?.minorFaults ?? 0, majorFaults: earlier?.majorFaults ?? 0)
    }

    /// Brings the memory back in that starting a bridge process has made shared with it.
    func settleMemory() { if realtime?.isLocked == true { try? Memory.lockAll() } }

    /// Adds what a robot counted.
    static func add(_ counters: RobotCounters, to report: inout SessionReport) {
        report.ticks += Int(counters.ticks)
        report.ticksLate += Int(counters.lateTicks)
        report.holds += counters.holds
        report.stops += counters.stops
        report.realtime?.minorFaults += Int(counters.pageFaults.minor)
        report.realtime?.majorFaults += Int(counters.pageFaults.major)
    }

    /// By the wall clock: what the bridge holds against the commands, or why it cannot be heard; once,
    /// until that is something else.
    func tellComplaint(of robot: any Robot) {
        if let complaint = robot.takeComplaint() { tell("the bridge complains: \(complaint)") }
    }

    /// By the wall clock: what the tick thread has counted so far, into `metrics.jsonl`.
    func noteTicks() {
        guard launch.schedule == .realtime, let robot else { return }
        var sum = report
        Session.add(robot.counters, to: &sum)
        journal.record(
            TickTally(
                robotSeconds: position.robotSeconds, ticks: sum.ticks, ticksLate: sum.ticksLate,
                minorFaults: sum.realtime?.minorFaults ?? 0,
                majorFaults: sum.realtime?.majorFaults ?? 0))
    }
}
