import Bridge
import Configuration
import Driving
import Embodiment
import Foundation
import Neural
import Platform
import Report

/// `hone doctor`: what this machine gives Hone, and how to get more.
public enum DoctorCommand {
    /// Prints the findings: the machine's, and with a launch what fits between its ticks and steps.
    ///
    /// - Parameters:
    ///   - launch: a name in `launch/` or a path; nil for the machine alone.
    ///   - knobs: also time the launch with each costly setting turned down.
    public static func run(
        launch: String?, overrides: [String], knobs: Bool, json: Bool
    ) throws {
        ProcessorKernels.prepare()
        let asked = try launch.map {
            try LaunchFile.read($0, in: try ProjectLocation.find(), overrides: overrides)
        }
        var findings = [processor(), kernels()]
        findings += try realtime(rateHz: asked?.robot.commandRateHz ?? 100)
        findings.append(suspension())
        findings.append(encryption())
        if let budget = realtimeBudget() { findings.append(budget) }
        if let asked {
            if let endpoint = endpoint(of: asked) { findings.append(endpoint) }
            findings += fit(asked, knobs: knobs)
        }
        write(findings, json: json)
    }

    /// What the launch's work takes here, and what that allows.
    private static func fit(_ launch: Launch, knobs: Bool) -> [Finding] {
        let speed = LaunchSpeed.measure(launch)
        var findings = [
            LaunchAdvice.control(speed, launch: launch),
            LaunchAdvice.learning(speed, launch: launch),
            LaunchAdvice.size(speed, launch: launch),
        ]
        guard knobs else { return findings }
        for knob in SpeedKnob.all(launch) {
            findings.append(
                LaunchAdvice.knob(knob, LaunchSpeed.measure(knob.launch), before: speed))
        }
        return findings
    }

    private static func write(_ findings: [Finding], json: Bool) {
        if json {
            var members: [String: JSONValue] = [:]
            for finding in findings {
                members[finding.name] = .object([
                    "value": .string(finding.value),
                    "advice": finding.advice.map { .string($0) } ?? .null,
                ])
            }
            Terminal.writeToStandardOutput(JSONValue.object(members).pretty + "\n")
            return
        }
        let terminal = Terminal.standardOutput()
        for finding in findings {
            let mark = finding.advice == nil ? terminal.green("ok  ") : terminal.yellow("see ")
            Terminal.writeToStandardOutput("\(mark) \(finding.name): \(finding.value)\n")
            if let advice = finding.advice {
                Terminal.writeToStandardOutput("     \(advice)\n")
            }
        }
    }

    private static func processor() -> Finding {
        let cores = HoneThread.coreCount
        return Finding(
            name: "cores", value: "\(cores)",
            advice: cores < 2
                ? "One core runs tick and learner in turn; real time wants at least two." : nil)
    }

    private static func kernels() -> Finding {
        let environment = ProcessInfo.processInfo.environment[CoreType.variable]
        return Finding(
            name: "OpenBLAS kernels",
            value: "\(BLAS.coreName) (\(CoreType.variable)=\(environment ?? "unset"))",
            advice: CoreType.recommended(processorFlags: Processor.flags).map {
                "This processor is faster with \(CoreType.variable)=\($0); hone sets it by itself, "
                    + "so something keeps it from starting itself again."
            })
    }

    /// The level of real time, and what each thing that makes it up came to.
    private static func realtime(rateHz: Double) throws -> [Finding] {
        var machine = try RealtimeMachine.measure(rateHz: rateHz)
        machine.ringRefusal =
            SharedMemory.refusal(byteCount: RealtimeMachine.ringByteCount).map { "\($0)" }
        let limit = Memory.lockLimit.map { "\($0 >> 10) KiB" } ?? "no limit"
        let p99 = NumberText.duration(Double(machine.lateness.percentile(99)) * 1e-9)
        return [
            Finding(
                name: "real time", value: machine.summary,
                advice: machine.level == .full ? nil : machine.level.consequence),
            Finding(
                name: "real-time priority",
                value: machine.isScheduled ? "granted" : "refused",
                advice: machine.isScheduled ? nil : RealtimeMachine.priorityAdvice),
            Finding(
                name: "memory lock",
                value: (machine.isLocked ? "granted" : "refused") + ", \(limit)",
                advice: machine.isLocked ? nil : RealtimeMachine.memoryAdvice),
            Finding(
                name: "rings of the log",
                value: machine.ringRefusal.map { "on a disk: \($0)" } ?? "in memory",
                advice: machine.ringRefusal == nil ? nil : RealtimeMachine.ringAdvice),
            Finding(
                name: "core of the tick", value: machine.core.map { "\($0)" } ?? "none of its own",
                advice: machine.core == nil ? RealtimeMachine.coreAdvice : nil),
            Finding(
                name: "cores while the tick runs",
                value: machine.sleep.text
                    + (machine.isVirtual
                        ? ": in a virtual machine cores that are kept awake may spend the host's quota"
                        : ""),
                advice: machine.isIdleLate && machine.sleep == .any && !machine.isVirtual
                    ? RealtimeMachine.awakeAdvice : nil),
            Finding(
                name: "tick lateness at \(NumberText.short(rateHz)) Hz, idle",
                value: "p99 \(p99), worst \(NumberText.duration(machine.latest)) "
                    + "of \(machine.lateness.count)",
                advice: machine.isIdleLate ? machine.latenessAdvice : nil),
        ]
    }

    /// Whether the machine stays awake while a robot is connected.
    private static func suspension() -> Finding {
        let lock = SleepLock()
        defer { lock.release() }
        let refusal = lock.settledRefusal()
        return Finding(
            name: "suspending the machine",
            value: refusal.map { "possible while a robot is connected: \($0)" }
                ?? "kept off by logind while a robot is connected",
            advice: refusal == nil ? nil : SleepLock.advice)
    }

    /// What the kernel takes from threads of real-time priority, all of them together.
    private static func realtimeBudget() -> Finding? {
        guard let budget = RealtimeBudget.read() else { return nil }
        return Finding(name: "real-time budget", value: budget.text, advice: budget.advice)
    }

    /// Who else reaches the bridge that the launch names, where it names one.
    static func endpoint(of launch: Launch) -> Finding? {
        let address = launch.bridge.endpoint
        guard !address.isEmpty, launch.simulation == nil else { return nil }
        if launch.bridge.curve != nil {
            return Finding(name: "bridge", value: "\(address), encrypted")
        }
        return Finding(
            name: "bridge", value: "\(address), without keys",
            advice: Address.openness(of: address))
    }

    private static func encryption() -> Finding {
        Finding(
            name: "encryption", value: KeyPair.isAvailable ? "CURVE" : "none",
            advice: KeyPair.isAvailable ? nil : "\(KeyError.notAvailable)")
    }

    /// Watches an idle loop at 100 Hz until the time is over or a signal comes: what a session's
    /// late ticks are to be compared with, run beside it.
    ///
    /// - Parameter seconds: more than 0; infinity is until a signal.
    public static func idle(seconds: Double, json: Bool) throws {
        try SignalWatcher.install()
        let rate = 100.0
        // More than a number can count is until the signal.
        let ticks = Int(exactly: (seconds * rate).rounded(.down)) ?? Int.max
        let before = StolenTime.seconds ?? 0
        let loop = try IdleLoop.run(rateHz: rate, ticks: ticks) {
            SignalWatcher.count > 0
        }
        let stolen = (StolenTime.seconds ?? 0) - before
        func late(_ percent: Double) -> Double { Double(loop.lateness.percentile(percent)) * 1e-9 }
        let worst = Double(loop.lateness.maximum) * 1e-9
        if json {
            let value = JSONValue.object([
                "ticks": JSONValue(Int(loop.lateness.count)),
                "ticks_late": JSONValue(loop.lateTicks),
                "p50": .number(late(50)), "p99": .number(late(99)), "p999": .number(late(99.9)),
                "maximum": .number(worst), "priority_granted": .bool(loop.isScheduled),
                "pauses": JSONValue(loop.pauses), "stolen_seconds": .number(stolen),
            ])
            Terminal.writeToStandardOutput(value.pretty + "\n")
        } else {
            Terminal.writeToStandardOutput(
                "\(loop.lateness.count) ticks of an idle loop, \(loop.lateTicks) late; p50 "
                    + "\(NumberText.duration(late(50))), p99 \(NumberText.duration(late(99))), p99.9 "
                    + "\(NumberText.duration(late(99.9))), worst \(NumberText.duration(worst))\n")
        }
    }
}
