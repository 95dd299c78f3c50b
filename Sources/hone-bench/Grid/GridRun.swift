import Configuration
import Experience
import Foundation
import Platform
import Report

/// Runs the sessions of a grid that have no result, some at once.
struct GridRun {
    private struct Job {
        var arm: Grid.Arm
        var seed: UInt64
        var session: MeasuredSession
    }

    private let grid: Grid
    private let results: GridResults
    private let atOnce: Int
    private let keepsSessions: Bool
    private let commit: String?

    init(_ grid: Grid, _ results: GridResults, atOnce: Int, keepsSessions: Bool) {
        self.grid = grid
        self.results = results
        self.atOnce = atOnce
        self.keepsSessions = keepsSessions
        commit = Self.commit()
    }

    /// Runs them.
    ///
    /// - Throws: `GridError.failed` once all that can are done.
    func run() throws {
        // Seeds first: whoever looks half-way sees every arm with some.
        var waiting = try grid.seeds.flatMap { seed in
            try grid.arms.compactMap { arm in try job(arm, seed) }
        }
        let total = waiting.count
        var (done, failures): (Int, [String]) = (0, [])
        // Children live as long as the thread that began them: this one.
        var running: [(job: Job, child: ChildProcess)] = []
        let clock = SystemClock()
        while !waiting.isEmpty || !running.isEmpty {
            while running.count < atOnce, !waiting.isEmpty {
                let job = waiting.removeFirst()
                if !isDone(job) {
                    running.append((job, try job.session.begin()))
                    continue
                }
                done += 1
                tell(done, of: total, try keepResult(of: job))
            }
            clock.sleep(for: .milliseconds(100))
            for index in running.indices.reversed() where !running[index].child.isRunning {
                let (job, child) = running.remove(at: index)
                done += 1
                do {
                    try job.session.check(child.wait())
                    tell(done, of: total, try keepResult(of: job))
                } catch {
                    failures.append("\(error)")
                    tell(done, of: total, "\(error)")
                }
            }
        }
        guard failures.isEmpty else { throw GridError.failed(failures) }
    }

    private func tell(_ done: Int, of total: Int, _ line: String) {
        Terminal.writeToStandardError("\(done) of \(total): \(line)\n")
    }

    /// What is to be run of an arm and a seed; nil where there is a result.
    private func job(_ arm: Grid.Arm, _ seed: UInt64) throws -> Job? {
        if case .present = try results.find(arm, seed) { return nil }
        let workers = max(1, ProcessInfo.processInfo.activeProcessorCount / atOnce)
        let command =
            grid.isEmbedded ? ["demo", "--launch", grid.launch] : ["finetune", grid.launch]
        let settings = arm.settings + ["session.workers=\(workers)"]
        return Job(
            arm: arm, seed: seed,
            session: MeasuredSession(
                name: "grid/\(grid.name)/\(arm.name)", seed: seed,
                arguments: command + settings.flatMap { ["--set", $0] }))
    }

    /// Whether its session came to its end, as it would be run now, without leaving a result.
    private func isDone(_ job: Job) -> Bool {
        guard job.session.hasReport, let report = try? job.session.report(),
            report.ended == "completed", let record = try? record(of: job),
            record.hone == Version.text, record.seed == job.seed,
            let table = try? record.settingTable()
        else { return false }
        return table.hash == job.arm.table.hash
    }

    private func record(of job: Job) throws -> SessionRecord {
        let directory = SessionDirectory(
            existing: URL(fileURLWithPath: job.session.directory))
        return try SessionRecord(reading: directory.session)
    }

    /// Takes down what a session came to.
    ///
    /// - Returns: that, in a line.
    private func keepResult(of job: Job) throws -> String {
        let report = try job.session.report()
        let record = try record(of: job)
        let result = GridResult(
            grid: grid.name, arm: job.arm.name, settings: job.arm.settings,
            settingsHash: try record.settingTable().hash, hone: record.hone, commit: commit,
            kernels: record.kernels, figures: SessionFigures(of: report))
        try results.keep(result, job.arm)
        if !keepsSessions {
            try? FileManager.default.removeItem(atPath: job.session.directory)
        }
        return "\(job.arm.name), seed \(job.seed): success "
            + "\(MeasuredSession.rate(report.successBefore)) → "
            + "\(MeasuredSession.rate(report.successAfter)) in "
            + NumberText.duration(report.wallSeconds)
    }

    private static func commit() -> String? {
        guard let head = try? SwiftProgram.output("git", ["rev-parse", "--short=12", "HEAD"]),
            let changes = try? SwiftProgram.output(
                "git", ["status", "--porcelain", "--untracked-files=no"])
        else { return nil }
        return head + (changes.isEmpty ? "" : "+")
    }
}
