import Agent
import ArgumentParser

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the state of a running session, and why its robot is stopped.")

    @Argument(help: "The directory of the running session.")
    var directory: String

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws { try OperatorCommand.status(directory: directory, json: json) }
}
