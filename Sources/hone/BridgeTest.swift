import ArgumentParser
import Trials

struct BridgeTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bridge-test",
        abstract: "Test a bridge against its duties, one verdict for each.",
        discussion: """
            Speaks to the bridge as an agent would, and as none should: damaged frames, second \
            commanders, stale epochs, silence. Without --motion every command holds the measured pose; the scene \
            is reset. \
            In real time a duty that fails while this machine itself was late by 10 ms is retried, \
            three times at most, which is reported. Exits with 0 only if no duty failed.
            """)

    @Argument(help: "Where the bridge listens: ipc:///path/of/socket or tcp://127.0.0.1:port.")
    var endpoint: String

    @Option(help: "The secret key to speak with, a file made by hone keys new.")
    var key: String?

    @Option(help: "The bridge's public key, as hone keys show prints it there.")
    var bridgeKey: String?

    @Option(help: "The robot it is to be: a name in robots/, or a path; --motion keeps its limits.")
    var robot: String?

    @Option(help: "Test only this duty; may be given several times.")
    var only: [String] = []

    @Flag(help: "Also move each axis: 2 % of its range, at most 10 mm or 0.05 rad, and back.")
    var motion = false

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws {
        try BridgeTestCommand.run(
            endpoint: endpoint, secretKey: key, bridgeKey: bridgeKey, robot: robot, duties: only,
            moves: motion, json: json)
    }
}
