import ArgumentParser
import Trials

struct Faults: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Inject faults into real sessions on the simulated robot, and judge what happens.",
        discussion: """
            Each row of the fault catalogue is a real agent, a real simulated robot and a wire between \
            them; some minutes in all. Rows that need rights this user lacks are named as such. A row \
            that goes wrong while this machine itself was late by 10 ms is retried, three times at \
            most, which is reported.
            """)

    @Flag(help: "Print the rows and run none.")
    var list = false

    @Option(help: "Run only this row; may be given several times.")
    var only: [String] = []

    @Option(help: "Write the results to a Markdown file.")
    var page: String?

    @Option(
        parsing: .unconditional,
        help: "Instead: how soon the robot brakes when its agent dies, so many times.")
    var braking: Int?

    @Option(
        help: """
            With --braking: the agent is killed, stopped with its connection open, or its samples are \
            stale.
            """)
    var agent = "killed"

    @Option(parsing: .unconditional, help: "Seed of every random choice.")
    var seed: UInt64 = 0

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws {
        if list { return FaultsCommand.list(json: json) }
        if let braking {
            return try FaultsCommand.measureBraking(
                count: braking, end: agent, seed: seed, json: json)
        }
        try FaultsCommand.run(ids: only, seed: seed, json: json, page: page)
    }
}
