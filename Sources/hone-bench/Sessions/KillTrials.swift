import ArgumentParser

/// `hone-bench session kills`: SIGKILL to a session's agent or robot, and resumed.
struct KillTrials: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kills",
        abstract: "Kills a session's agent or robot again and again, and resumes it.")

    @Option(help: "How often.")
    var kills = 1000

    func run() throws {
        try SwiftProgram.run(
            ["test"] + SwiftProgram.releaseTests + ["--filter", "ResumeTests/kills"],
            environment: ["HONE_KILLS": "\(kills)"])
    }
}
