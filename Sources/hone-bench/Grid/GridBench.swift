import ArgumentParser
import Configuration
import Report

/// `hone-bench grid`: arms of a launch, with the same seeds each, and how they differ.
struct GridBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grid",
        abstract: "Runs arms of settings, each with the same seeds, and compares them.",
        discussion: """
            Run it in the project's folder. FILE is a name in launch/grid/ or a path; launch/GUIDE.md says what stands \
            in it. Sessions are in lockstep and run as processes of the hone that was built with this program; their \
            directories are in sessions/measure/grid/. Each leaves a small file of results; those that have one are \
            not run again, and one that was interrupted begins again. A result of other settings or of another \
            version of Hone than now is refused, never mixed with others: --rerun runs it again.
            """)

    @Argument(help: "The grid: a name in launch/grid/, or a path.")
    var file: String

    @Option(help: "Sessions that run at once; each learner has its share of the cores.")
    var atOnce = 1

    @Flag(help: "Print the table of the results that there are, and run nothing.")
    var table = false

    @Flag(help: "Run sessions again whose results are of other settings or of another version.")
    var rerun = false

    @Flag(help: "Keep the directories of sessions that are complete.")
    var keep = false

    func validate() throws {
        guard (1...64).contains(atOnce) else {
            throw ValidationError("--at-once is 1 to 64.")
        }
    }

    func run() throws {
        let project = try ProjectLocation.find()
        let grid = try Grid.read(file, in: project)
        let results = GridResults(of: grid, in: project)
        if !table {
            if !rerun { try results.refuseStale() }
            try GridRun(grid, results, atOnce: atOnce, keepsSessions: keep).run()
        }
        print(GridTable(grid, try results.read()).text)
    }
}
