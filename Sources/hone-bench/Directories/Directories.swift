import ArgumentParser
import Foundation
import Platform
import Report

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

    @Option(help: "How many are opened at the same time.")
    var workers = 2

    @Option(help: "A folder for them, made anew; a temporary one if not given.")
    var folder: String?

    @Flag(help: ArgumentHelp("Open them in this process, without a watch.", visibility: .hidden))
    var worker = false

    /// A process opens so many: what one of them leaves behind is nobody else's.
    private static let runsOfWorker = 500
    /// After so many that are wrong the rest would say no more.
    private static let mostWrong = 50

    func validate() throws {
        guard runs > 0, workers > 0 else {
            throw ValidationError("Runs and workers are more than 0.")
        }
    }

    func run() throws {
        let seed = self.seed ?? UInt32.random(in: 0...UInt32.max)
        if worker, let folder { return try open(in: DirectoryLab(folder), seed) }
        let path =
            folder ?? FileManager.default.temporaryDirectory.path + "/hone-directories-\(getpid())"
        let labs = (0..<min(workers, 1 + runs / Self.runsOfWorker)).map {
            DirectoryLab("\(path)/\($0)")
        }
        defer {
            for lab in labs { try? Files.remove(lab.decoy) }
            if folder == nil { try? FileManager.default.removeItem(atPath: path) }
        }
        print("directories: seed \(seed)")
        let clock = SystemClock()
        for lab in labs { try lab.make() }
        let began = clock.now
        let (opened, wrong) = try open(in: labs, seed)
        let seconds = rounded(clock.now.seconds(since: began), 0)
        print("directories: \(opened) opened in \(seconds) s, \(wrong) wrong, seed \(seed)")
        if wrong > 0 { throw ExitCode.failure }
    }

    /// Has processes open all of them, one in each lab at a time.
    private func open(in labs: [DirectoryLab], _ seed: UInt32) throws -> (opened: Int, wrong: Int) {
        let watches = labs.map { DirectoryWatch(lab: $0, seed: seed) }
        let clock = SystemClock()
        var left = [first..<first + runs]
        var (opened, wrong, told) = (0, 0, 0)
        while wrong < Self.mostWrong {
            for watch in watches {
                if !watch.isBusy, let rest = left.popLast() {
                    let count = min(Self.runsOfWorker, rest.count)
                    if rest.count > count { left.append(rest.dropFirst(count)) }
                    try watch.start(rest.prefix(count))
                }
                guard let ended = watch.look() else { continue }
                opened += ended.opened
                guard let fault = ended.fault else { continue }
                wrong += 1
                if !ended.left.isEmpty { left.append(ended.left) }
                Terminal.writeToStandardOutput(
                    "directories: number \(fault.number) of seed \(seed): \(fault.what)\n")
            }
            if left.isEmpty, !watches.contains(where: \.isBusy) { break }
            if opened / 10_000 > told {
                told = opened / 10_000
                Terminal.writeToStandardOutput("directories: \(opened) opened, \(wrong) wrong\n")
            }
            clock.sleep(for: .milliseconds(50))
        }
        for watch in watches { watch.end() }
        return (opened, wrong)
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
