import ArgumentParser

/// `hone-bench session logs`: every damage to a log.
struct LogTrials: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Every prefix of a 256 KiB log and every flipped bit of a 64 KiB one.")

    func run() throws {
        try SwiftProgram.run(
            ["test"] + SwiftProgram.releaseTests + ["--filter", "LogRecoveryTests"],
            environment: ["HONE_LOG_EXHAUSTIVE": "1"])
    }
}
