import Agent
import ArgumentParser

struct Stop: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop the robot of a running session, until hone ack and hone start.")

    @Argument(help: "The directory of the running session.")
    var directory: String

    func run() throws { try OperatorCommand.stop(directory: directory) }
}
