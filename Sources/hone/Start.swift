import Agent
import ArgumentParser

struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a robot move again that was acknowledged or held; it moves at once.")

    @Argument(help: "The directory of the running session.")
    var directory: String

    func run() throws { try OperatorCommand.start(directory: directory) }
}
