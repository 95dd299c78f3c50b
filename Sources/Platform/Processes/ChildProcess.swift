internal import CPlatform
internal import Glibc

/// A program started by this one, which does not outlive it.
///
/// It leads a process group of its own, so that Ctrl-C in the terminal reaches the parent alone; a
/// signal that is sent here reaches what it has started, too.
/// One thread. The child is killed when the *thread* that spawned it ends (that is how the kernel
/// counts parents), and with all of its group when the last reference to this object goes.
public final class ChildProcess {
    /// The kernel's number.
    public let identifier: Int32
    /// What was run, for messages.
    public let executable: String
    /// How it ended: the exit status, or 128 + signal; nil while it runs or nobody asked.
    public private(set) var exitCode: Int32?

    private init(identifier: Int32, executable: String) {
        self.identifier = identifier
        self.executable = executable
    }

    deinit {
        if exitCode == nil {
            send(hone_signal_kill())
            var (ended, code): (Int32, Int32) = (0, 0)
            _ = hone_wait(identifier, 1, &ended, &code)
        }
    }

    /// Starts a program; a program that cannot be executed is an error here.
    ///
    /// - Parameters:
    ///   - executable: path of the program; without a slash it is looked for in PATH alone.
    ///   - arguments: without the program's own name.
    ///   - environment: added to, or replacing parts of, this process' environment.
    ///   - output: plain file for standard output, emptied first; nil discards.
    ///   - errors: file for standard error; nil discards; equal to `output` shares it.
    ///   - sharesOutput: both are this process' own instead.
    ///   - outlastsTerminal: it ignores a lost terminal; this process ends it when the time has come.
    public static func spawn(
        executable: String, arguments: [String] = [], environment: [String: String] = [:],
        output: String? = nil, errors: String? = nil, sharesOutput: Bool = false,
        outlastsTerminal: Bool = false
    ) throws(PlatformError) -> ChildProcess {
        let program = try ProgramPath.find(executable)
        var outputDescriptor: Int32 = -1
        var errorsDescriptor: Int32 = -1
        defer {
            if outputDescriptor >= 0 { close(outputDescriptor) }
            if errorsDescriptor >= 0 { close(errorsDescriptor) }
        }
        if sharesOutput { (outputDescriptor, errorsDescriptor) = (dup(1), dup(2)) }
        if let output { outputDescriptor = try openLog(output) }
        if let errors {
            errorsDescriptor = errors == output ? dup(outputDescriptor) : try openLog(errors)
        }
        var process: pid_t = 0
        let error = withStrings([executable] + arguments) { arguments in
            withStrings(merged(environment)) { environment in
                hone_spawn(
                    program, arguments, environment, outputDescriptor, errorsDescriptor,
                    outlastsTerminal ? 1 : 0, &process)
            }
        }
        if error != 0 { throw .system(attempted: "run", subject: executable, code: error) }
        return ChildProcess(identifier: process, executable: executable)
    }

    /// Whether it still runs; does not wait.
    public var isRunning: Bool { poll(blocking: false) == nil }

    /// How a child of this process has ended: its exit status, or 128 + signal; nil while it runs.
    ///
    /// Leaves it to its owner to hear of that. Any thread; does not wait, does not allocate.
    public static func endOfChild(_ identifier: Int32) -> Int32? {
        var (ended, code): (Int32, Int32) = (0, 0)
        // Somebody has heard of its end already.
        if hone_has_ended(identifier, &ended, &code) != 0 { return -1 }
        return ended != 0 ? code : nil
    }

    /// Asks it to end as a lost terminal would (SIGHUP).
    public func hangUp() { signal(hone_signal_hang_up()) }

    /// Asks it to end as Ctrl-C would (SIGINT).
    public func interrupt() { signal(hone_signal_interrupt()) }

    /// Asks it to end (SIGTERM).
    public func terminate() { signal(hone_signal_terminate()) }

    /// Ends it (SIGKILL).
    public func kill() { signal(hone_signal_kill()) }

    /// Waits for its end.
    ///
    /// - Returns: the exit status, or 128 + signal.
    @discardableResult
    public func wait() -> Int32 { poll(blocking: true) ?? -1 }

    /// Waits for its end for at most `timeout`; nil when it still runs.
    public func wait(timeout: Duration) -> Int32? {
        let clock = SystemClock()
        let deadline = clock.now + timeout
        while true {
            if let code = poll(blocking: false) { return code }
            if clock.now >= deadline { return nil }
            clock.sleep(for: .milliseconds(5))
        }
    }

    private func signal(_ number: Int32) {
        // Only while not reaped: afterwards the number may be another process'.
        if poll(blocking: false) == nil { send(number) }
    }

    /// To the whole group: a script that is ended alone would leave its programs behind.
    private func send(_ number: Int32) {
        // The group is there before its program is, and a program can hardly leave it; the one that
        // was started is reached in any case.
        if Glibc.kill(-identifier, number) != 0 { Glibc.kill(identifier, number) }
    }

    private func poll(blocking: Bool) -> Int32? {
        if let exitCode { return exitCode }
        var (ended, code): (Int32, Int32) = (0, 0)
        let error = hone_wait(identifier, blocking ? 1 : 0, &ended, &code)
        // Somebody else reaped it: it is gone, how is not known.
        if error != 0 { exitCode = -1 } else if ended != 0 { exitCode = code }
        return exitCode
    }

    private static func openLog(_ path: String) throws(PlatformError) -> Int32 {
        try FileDescriptor(opening: path, .write).release()
    }

    private static func merged(_ additions: [String: String]) -> [String] {
        var result: [String] = []
        var next = hone_environment()
        while let pointer = next?.pointee {
            let entry = String(cString: pointer)
            let name = entry.prefix { $0 != "=" }
            if additions[String(name)] == nil { result.append(entry) }
            next = next?.advanced(by: 1)
        }
        // Sorted, so that a child's environment does not depend on hashing.
        for (name, value) in additions.sorted(by: { $0.key < $1.key }) {
            result.append("\(name)=\(value)")
        }
        return result
    }

    private static func withStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
    ) -> Result {
        var pointers = strings.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
