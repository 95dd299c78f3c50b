import ArgumentParser
import Foundation
import Platform

/// `hone-bench directories`: session directories that nobody's Hone has written.
struct Directories: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Spoils session directories at random and opens them as a person would.",
        discussion: """
            Each case is a killed session with links, pipes, sockets, holes, other numbers and other projects laid into \
            it, and goes through list, verify, --resume --held and recover. It is wrong when anything around it has \
            changed, a program ran, or it crashed or did not end; then its number is said, and with the same --seed \
            it is made again.
            """)

    @Option(help: "Directories to open.")
    var runs = 100_000

    @Option(help: "Decides what they are; random if not given.")
    var seed: UInt32?

    @Option(help: "The first one's number.")
    var first = 0

    @Option(help: "A folder for them, made anew; a temporary one if not given.")
    var folder: String?

    @Flag(help: ArgumentHelp("Open them in this process, without a watch.", visibility: .hidden))
    var worker = false

    /// A process opens so many: what one of them leaves behind is nobody else's.
    private static let runsOfWorker = 500
    /// After so many that are wrong the rest would say no more.
    private static let mostWrong = 50
    /// Longest that one may take, s.
    private static let patience = 60.0

    func run() throws {
        let seed = self.seed ?? UInt32.random(in: 0...UInt32.max)
        if worker, let folder { return try open(in: DirectoryLab(folder), seed) }
        let path =
            folder ?? FileManager.default.temporaryDirectory.path + "/hone-directories-\(getpid())"
        let lab = DirectoryLab(path)
        defer {
            try? Files.remove(lab.decoy)
            if folder == nil { try? FileManager.default.removeItem(atPath: path) }
        }
        print("directories: seed \(seed)")
        try lab.make()
        var (next, wrong) = (first, 0)
        while next < first + runs, wrong < Self.mostWrong {
            let count = min(Self.runsOfWorker, first + runs - next)
            guard let fault = try watch(lab, seed, next, count) else {
                next += count
                continue
            }
            wrong += 1
            next = fault.number + 1
            print("directories: number \(fault.number) of seed \(seed): \(fault.what)")
        }
        print("directories: \(runs) opened, \(wrong) wrong, seed \(seed)")
        if wrong > 0 { throw ExitCode.failure }
    }

    /// Has a process open some of them; nil when all went well.
    private func watch(
        _ lab: DirectoryLab, _ seed: UInt32, _ from: Int, _ count: Int
    ) throws -> (number: Int, what: String)? {
        let child = try ChildProcess.spawn(
            executable: FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            arguments: [
                "directories", "--worker", "--folder", lab.folder, "--seed", "\(seed)", "--first",
                "\(from)", "--runs", "\(count)",
            ], output: lab.said, errors: lab.said)
        let clock = SystemClock()
        var (at, since) = (from, clock.now)
        while true {
            if let code = child.wait(timeout: .milliseconds(500)) {
                return code == 0 ? nil : (lab.number ?? from, "code \(code); \(lab.lastWords)")
            }
            let number = lab.number ?? from
            if number != at { (at, since) = (number, clock.now) }
            if clock.now.seconds(since: since) > Self.patience {
                child.kill()
                _ = child.wait()
                return (at, "it did not end; \(lab.lastWords)")
            }
        }
    }

    /// Opens them, one after the other.
    private func open(in lab: DirectoryLab, _ seed: UInt32) throws {
        let before = try lab.surroundings()
        for number in first..<first + runs {
            try lab.begin(number)
            var mutator = DirectoryMutator(lab: lab, seed: UInt64(seed), number: UInt64(number))
            let deeds = try mutator.spoil()
            lab.open()
            let after = try lab.surroundings()
            guard after == before else {
                let names = Set(after.keys).union(before.keys).filter { after[$0] != before[$0] }
                throw DirectoryFault(
                    "\(names.sorted().joined(separator: ", ")) changed by: "
                        + deeds.joined(separator: "; "))
            }
        }
    }
}
