import Agent
import ArgumentParser

struct Acknowledge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Acknowledge the stop of a running session: its cause has been read and removed.",
        discussion: """
            The robot comes back held where it stands and moves only after hone start. hone status \
            shows the number of the cause.
            """)

    @Argument(help: "The directory of the running session.")
    var directory: String

    @Argument(help: "The number of the cause, as hone status prints it.")
    var cause: UInt8

    func run() throws { try OperatorCommand.acknowledge(directory: directory, cause: cause) }
}
