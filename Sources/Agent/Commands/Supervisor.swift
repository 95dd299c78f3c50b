import Configuration
import Driving
import Experience
import Foundation
import Platform
import Report

/// Runs a session in a process of its own, and resumes it when that process crashes or is killed.
///
/// The robot brakes by itself as soon as commands stop coming. By the wall clock a resumed session holds it
/// until a person says `hone start`. The session's process never outlives this one. Main thread.
public struct Supervisor {
    /// Resumptions within `windowSeconds`; after those something is broken that no new process mends.
    static let mostResumptions = 3
    static let windowSeconds = 600.0
    /// Pause before a resumption, so that the bridge has noticed the silence, s.
    private static let pauseSeconds = 1.0

    private let command: String
    private let directory: String
    private let options: [String]
    private let clock = SystemClock()

    /// - Parameters:
    ///   - command: `finetune` or `demo`.
    ///   - directory: of the session, there or not.
    ///   - options: of a resumption, such as `--quiet`, with what a person has allowed.
    private init(command: String, directory: String, options: [String]) {
        self.command = command
        self.directory = directory
        self.options = options
    }

    /// Runs `hone finetune` or `hone demo` under supervision.
    ///
    /// A session is resumed with what its person typed, and no more: what its directory says beside that is refused, as
    /// it is from anybody.
    /// - Parameters:
    ///   - arguments: the command line, beginning with the command; `--supervised` in it is left out.
    ///   - request: what it asks for; the launch file is read to name the session's directory.
    ///   - resuming: what to resume; nil for a new session.
    /// - Returns: the exit code of the session's last process, or 70 when it was given up.
    /// - Throws: for a launch file with mistakes, or a program that cannot be started.
    public static func run(
        _ arguments: [String], _ request: SessionRequest, resuming: ResumeRequest?
    ) throws -> Int32 {
        let words = arguments.filter { $0 != "--supervised" }
        // Standard input is this process': whether a person is there, only it can see.
        let attendance = request.hasPerson ? "--attended" : "--no-attended"
        var options = [attendance]
        if request.json { options.append("--json") }
        if request.quiet { options.append("--quiet") }
        var first = words + (request.isAttended == nil ? [attendance] : [])
        let directory: String
        let orders: RecordedOrders
        if let resuming {
            directory = resuming.directory
            orders = try ResumedRecord(resuming).orders
            // Here, where a person may be asked.
            try orders.confirm(resuming)
            if let project = resuming.project { options += ["--project", project] }
            first += RecordedOrders.arguments(
                orders.words.filter { !resuming.allowed.contains($0) })
        } else {
            let launch = try LaunchFile.read(
                request.launch, in: try ProjectLocation.find(), overrides: request.overrides)
            orders = RecordedOrders(of: launch)
            let sessions = URL(fileURLWithPath: launch.session.directory)
            directory =
                request.directory
                ?? SessionDirectory.next(named: launch.name, under: sessions).path
            if request.directory == nil { first += ["--directory", directory] }
        }
        options += RecordedOrders.arguments(orders.words)
        return try Supervisor(
            command: words.first ?? "finetune", directory: directory, options: options
        ).watch(first)
    }

    private func watch(_ first: [String]) throws -> Int32 {
        try SignalWatcher.install()
        var arguments = first
        var resumptions: [MonotonicTime] = []
        while true {
            let code = try live(arguments)
            // Ctrl-C ends it in order, with 130; above are processes that a signal has ended.
            guard code > 128, code != 130, SignalWatcher.count == 0 else { return code }
            let what = "the session's process was ended by signal \(code - 128)"
            resumptions.removeAll { clock.now.seconds(since: $0) > Self.windowSeconds }
            if resumptions.count == Self.mostResumptions {
                say(
                    "\(what), \(Self.mostResumptions + 1) times in ten minutes: not restarted again. What was recorded is "
                        + "safe; resume with: hone \(command) --resume \(directory)")
                return 70
            }
            resumptions.append(clock.now)
            let isThere = Files.exists(directory + "/session.json")
            arguments = isThere ? [command, "--resume", directory, "--held"] + options : first
            say("\(what); \(isThere ? "resuming" : "starting again")")
            clock.sleep(for: .seconds(Self.pauseSeconds))
        }
    }

    /// One process to its end; requests to end go on to it.
    private func live(_ arguments: [String]) throws -> Int32 {
        let child = try ChildProcess.spawn(
            executable: BridgeProcess.ownExecutable, arguments: arguments, sharesOutput: true)
        var passedOn = 0
        var hasHungUp = false
        while true {
            if let code = child.wait(timeout: .milliseconds(100)) { return code }
            if SignalWatcher.hasHungUp, !hasHungUp {
                // As what it is: the session may have had it from the system, and it must not count twice.
                hasHungUp = true
                child.hangUp()
            }
            while passedOn < SignalWatcher.interrupts + SignalWatcher.terminations {
                // As Ctrl-C does: once to end in order, twice to stop now. Of two at once the kernel
                // would keep one, if they were of one kind.
                if passedOn == 0 { child.interrupt() } else { child.terminate() }
                passedOn += 1
            }
        }
    }

    private func say(_ text: String) {
        Terminal.writeToStandardError(Terminal.standardError().red("hone: ") + text + "\n")
    }
}
