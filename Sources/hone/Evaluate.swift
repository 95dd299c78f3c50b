import Agent
import ArgumentParser

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run n episodes and report success with its 95 % interval.")

    @OptionGroup var acting: ActingArguments

    @Option(parsing: .unconditional, help: "Episodes to run (default: the launch file's).")
    var episodes: Int?

    @OptionGroup var session: SessionArguments

    func run() throws {
        var request = session.common.request(launch: session.launch)
        acting.apply(to: &request)
        if let episodes { request.overrides.append("session.evaluation_episodes=\(episodes)") }
        try SessionCommand.evaluate(request)
    }
}
