import ArgumentParser
import Foundation
import Platform
import Report

/// `hone-bench session realtime`: a session by the wall clock while the learner has more to do than it can.
struct RealtimeSeries: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "realtime",
        abstract: "The demo in real time with a busy learner, an idle loop beside it.",
        discussion: """
            Where the machine is absent for too long, the robot stops and is started again, as a person would. Every \
            version that acts is kept, 45 GB in forty minutes at 20 Hz: without room for them it does not begin.
            """)

    @Option(help: "Minutes of training.")
    var minutes = 40.0

    @Option(help: "Decisions a second; more than the robot file's 5 make more versions that act.")
    var policyHz: Double?

    @Option(parsing: .upToNextOption, help: "Seeds of the sessions.")
    var seeds: [UInt64] = [0]

    func validate() throws {
        guard minutes > 0, policyHz.map({ $0 > 0 }) ?? true else {
            throw ValidationError("Minutes and rate are more than 0.")
        }
    }

    func run() throws {
        print(MeasuredSession.header)
        for seed in seeds {
            let session = try session(seed)
            let idle = session.directory + "-idle.json"
            let report = try run(session, idle: idle)
            print(MeasuredSession.row(session.name, seed, report))
            let loop = try? JSONDecoder().decode(
                IdleFigures.self, from: Data(contentsOf: URL(fileURLWithPath: idle)))
            print(RealtimeText.lines(report, idle: loop).joined(separator: "\n"))
        }
    }

    private func session(_ seed: UInt64) throws -> MeasuredSession {
        var words = [
            "demo", "--realtime", "--attended", "--set", "session.robot_minutes=\(minutes)",
            "--set",
            "training.critic_utd=30", "--set", "session.swap_every=8",
        ]
        guard let policyHz else {
            return MeasuredSession(name: "realtime", seed: seed, arguments: words)
        }
        // What is cloned at another rate drives against the limits: the learner begins after one episode, not ten.
        words += ["--set", "training.num_warmup_trajectories=1"]
        let rate = rounded(policyHz, policyHz == policyHz.rounded() ? 0 : 2)
        return MeasuredSession(
            name: "realtime-\(rate)", seed: seed, arguments: words,
            project: try ProjectCopy.make(
                at: "\(MeasuredSession.folder)/project-\(rate)", policyRateHz: policyHz))
    }

    private func run(_ session: MeasuredSession, idle: String) throws -> SessionReport {
        if session.hasReport { return try session.report() }
        try Files.makeDirectories(MeasuredSession.folder)
        // Forty minutes with twenty decisions a second took 41 GB; half as much again.
        let needs = UInt64(minutes * (policyHz ?? 5) * 75_000 * 1024)
        let has = try Files.freeBytes(near: MeasuredSession.folder)
        guard has >= needs else {
            throw SessionBenchError.noRoom(MeasuredSession.folder, needs: needs, has: has)
        }
        let loop = try ChildProcess.spawn(
            executable: try MeasuredSession.program(),
            arguments: ["doctor", "--idle", "86400", "--json"], output: idle)
        let person = AttendingPerson(
            program: try MeasuredSession.program(), directory: session.directory)
        let report = try session.report { try person.look() }
        loop.terminate()
        loop.wait()
        return report
    }
}
