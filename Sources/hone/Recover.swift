import Agent
import ArgumentParser

struct Recover: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a stopped robot outside its limits move slowly back inside.")

    @Argument(help: "The directory of the running session.")
    var directory: String

    func run() throws { try OperatorCommand.recover(directory: directory) }
}
