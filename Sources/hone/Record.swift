import Agent
import ArgumentParser

struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Record demonstrations from the operator behind the bridge.")

    @Option(
        parsing: .unconditional,
        help: "Successful demonstrations to record (default: the launch file's).")
    var episodes: Int?

    @OptionGroup var session: SessionArguments

    func run() throws {
        var request = session.common.request(launch: session.launch)
        if let episodes { request.overrides.append("session.demonstrations=\(episodes)") }
        try SessionCommand.record(request)
    }
}
