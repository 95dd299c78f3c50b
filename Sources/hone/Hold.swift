import Agent
import ArgumentParser

struct Hold: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brake the robot of a running session; it waits for hone start.")

    @Argument(help: "The directory of the running session.")
    var directory: String

    func run() throws { try OperatorCommand.hold(directory: directory) }
}
