import Agent
import ArgumentParser
import Platform

/// `hone-bench`: how fast the hot paths are, how whole sessions end, and how often the limiter breaks a limit: never.
@main
struct HoneBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hone-bench",
        abstract:
            "Measures Hone's hot paths and whole sessions; tries its limiter and its parsers.",
        subcommands: [
            Workloads.self, Limits.self, Recording.self, Smoke.self, Fuzz.self, Directories.self,
            SessionBench.self, GridBench.self, CrashNow.self, StopBench.self, StopAttack.self,
            FloodBench.self,
        ],
        defaultSubcommand: Workloads.self)

    static func main() {
        Crash.endsAtOnce()
        ProcessorKernels.restartIfNeeded()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            HoneBench.exit(withError: error)
        }
    }
}
