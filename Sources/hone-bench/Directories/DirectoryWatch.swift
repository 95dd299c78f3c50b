import Foundation
import Platform

/// A process that opens some of the directories in a lab of its own, and whoever waits for its end.
final class DirectoryWatch {
    /// What became of it.
    struct End {
        /// Directories that were opened.
        var opened: Int
        /// The one that is wrong; nil when all went well.
        var fault: (number: Int, what: String)?
        /// Those that it did not come to.
        var left: Range<Int>
    }

    private let lab: DirectoryLab
    private let seed: UInt32
    private let clock = SystemClock()
    private var child: ChildProcess?
    private var numbers = 0..<0
    /// The one that is opened.
    private var at = 0
    /// When the process was last seen to compute, and how much it had computed then, and when this one began, s.
    private var (since, computed, computedBefore) = (MonotonicTime(nanoseconds: 0), 0.0, 0.0)
    /// Longest that one may compute, and longest that one may do nothing, s: a busy machine is nobody's fault.
    private static let patience = 60.0

    init(lab: DirectoryLab, seed: UInt32) { (self.lab, self.seed) = (lab, seed) }

    /// Whether there is a process.
    var isBusy: Bool { child != nil }

    /// Starts a process for these.
    func start(_ numbers: Range<Int>) throws {
        self.numbers = numbers
        (at, since, computed, computedBefore) = (-1, clock.now, 0, 0)
        child = try ChildProcess.spawn(
            executable: FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            arguments: [
                "directories", "--worker", "--folder", lab.folder, "--seed", "\(seed)", "--first",
                "\(numbers.lowerBound)", "--runs", "\(numbers.count)",
            ], output: lab.said, errors: lab.said)
    }

    /// Looks how far it is; nil while it runs, or where there is none.
    func look() -> End? {
        guard let child else { return nil }
        if let code = child.wait(timeout: .zero) {
            self.child = nil
            return code == 0
                ? End(opened: numbers.count, left: 0..<0) : fault("code \(code); \(lab.lastWords)")
        }
        let number = lab.number ?? numbers.lowerBound
        let time = ProcessorTime.of(process: child.identifier) ?? computed
        if number != at { (at, since, computedBefore) = (number, clock.now, time) }
        if time > computed { (since, computed) = (clock.now, time) }
        guard
            max(clock.now.seconds(since: since), time - computedBefore) > Self.patience
        else { return nil }
        end()
        return fault("it did not end; \(lab.lastWords)")
    }

    /// Ends the process, if there is one.
    func end() {
        child?.kill()
        child?.wait()
        child = nil
    }

    private func fault(_ what: String) -> End {
        let number = lab.number.flatMap { numbers.contains($0) ? $0 : nil } ?? numbers.lowerBound
        return End(
            opened: number + 1 - numbers.lowerBound, fault: (number, what),
            left: min(number + 1, numbers.upperBound)..<numbers.upperBound)
    }
}
