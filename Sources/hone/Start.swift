import Agent
import ArgumentParser

struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a robot that is held, or whose stop is acknowledged, move again at once.")

    @Argument(help: "The directory of the running session.")
    var directory: String

    func run() throws { try OperatorCommand.start(directory: directory) }
}
