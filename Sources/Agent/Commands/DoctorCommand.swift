import Bridge
import Configuration
import Foundation
import Neural
import Platform

/// `hone doctor`: what this machine gives Hone, and how to get more.
public enum DoctorCommand {
    /// Prints the findings: the machine's, and with a launch what fits between its ticks and steps.
    ///
    /// - Parameters:
    ///   - launch: a name in `launch/` or a path; nil for the machine alone.
    ///   - knobs: also time the launch with each costly setting halved.
    public static func run(
        launch: String?, overrides: [String], knobs: Bool, json: Bool
    ) throws {
        ProcessorKernels.prepare()
        var findings = [processor(), kernels(), realtime(), memoryLock(), lateness(), encryption()]
        if let launch {
            let project = try ProjectLocation.find()
            findings += fit(
                try LaunchFile.read(launch, in: project, overrides: overrides), knobs: knobs)
        }
        print(findings, json: json)
    }

    /// What the launch's work takes here, and what that allows.
    private static func fit(_ launch: Launch, knobs: Bool) -> [Finding] {
        let speed = LaunchSpeed.measure(launch)
        var findings = [
            LaunchAdvice.control(speed, launch: launch),
            LaunchAdvice.learning(speed, launch: launch),
        ]
        guard knobs else { return findings }
        for knob in SpeedKnob.all(launch) {
            findings.append(
                LaunchAdvice.knob(knob, LaunchSpeed.measure(knob.launch), before: speed))
        }
        return findings
    }

    private static func print(_ findings: [Finding], json: Bool) {
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
            advice: CoreType.recommended().map {
                "This processor is faster with \(CoreType.variable)=\($0); hone sets it by itself, "
                    + "so something keeps it from starting itself again."
            })
    }

    private static func realtime() -> Finding {
        let thread = try? HoneThread.start(name: "probe", scheduling: .realtime(priority: 80)) {}
        thread?.join()
        let isGranted = thread?.isGranted ?? false
        return Finding(
            name: "real-time priority", value: isGranted ? "granted" : "refused",
            advice: isGranted
                ? nil
                : "Add '@realtime - rtprio 90' to /etc/security/limits.conf and your user to that "
                    + "group, then log in again.")
    }

    private static func memoryLock() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(8), &limit)
        let isEnough = limit.rlim_cur == rlim_t.max || limit.rlim_cur >= 256 << 20
        return Finding(
            name: "memory lock",
            value: limit.rlim_cur == rlim_t.max ? "unlimited" : "\(limit.rlim_cur >> 10) KiB",
            advice: isEnough
                ? nil : "Add '@realtime - memlock unlimited' to /etc/security/limits.conf.")
    }

    private static func encryption() -> Finding {
        Finding(
            name: "encryption", value: KeyPair.isAvailable ? "CURVE" : "none",
            advice: KeyPair.isAvailable ? nil : "\(KeyError.notAvailable)")
    }

    /// Lateness of a 100 Hz real-time thread over two idle seconds.
    private static func lateness() -> Finding {
        let probe = LatenessProbe()
        let histogram = probe.measure(rateHz: 100, ticks: 200)
        let p99 = Double(histogram.percentile(99)) * 1e-3
        let worst = Double(histogram.maximum) * 1e-3
        return Finding(
            name: "tick lateness at 100 Hz, idle",
            value: String(format: "p99 %.0f µs, worst %.0f µs of 200", p99, worst),
            advice: p99 > 1000
                ? "A tick that is 1 ms late is late for 10 % of its period: stop other programs, "
                    + "or run on a machine of your own." : nil)
    }
}

/// Measures how late a periodic real-time thread wakes.
private final class LatenessProbe: @unchecked Sendable {
    // Safe: written by the probe thread, read after it was joined.
    private var histogram = LatencyHistogram()

    func measure(rateHz: Double, ticks: Int) -> LatencyHistogram {
        let clock = SystemClock()
        let thread = try? HoneThread.start(name: "probe", scheduling: .realtime(priority: 80)) {
            var deadline = clock.now
            for _ in 0..<ticks {
                deadline = deadline.advanced(byNanoseconds: Int64(1e9 / rateHz))
                clock.sleep(until: deadline)
                self.histogram.record(
                    nanoseconds: UInt64(max(0, clock.now.nanoseconds(since: deadline))))
            }
        }
        thread?.join()
        return histogram
    }
}
