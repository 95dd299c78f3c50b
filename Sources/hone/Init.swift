import Agent
import ArgumentParser

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a robot's files from what its bridge says of itself.",
        discussion: """
            Asks the bridge who it is and writes robots/MODEL.yaml, calibration/SERIAL.yaml and launch/MODEL.yaml: names, \
            units, order and limits as found, speeds at a quarter of the hardware's, and every line that a person has to \
            decide marked with DECIDE. Moves nothing, and overwrites nothing: a file that is there stays and is compared.
            """)

    @Argument(help: "Where the bridge listens: ipc:///path/of/socket or tcp://127.0.0.1:port.")
    var endpoint: String

    @Option(help: "The launch file's name; the robot's if not given.")
    var launch: String?

    @Option(
        help:
            "The folder for robots/, calibration/ and launch/; the project around this one if not given."
    )
    var project: String?

    @Option(help: "The secret key to speak with, a file made by hone keys new.")
    var key: String?

    @Option(help: "The bridge's public key, as hone keys show prints it there.")
    var bridgeKey: String?

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws {
        try InitCommand.run(
            endpoint: endpoint, secretKey: key, bridgeKey: bridgeKey, launch: launch,
            project: project, json: json)
    }
}
