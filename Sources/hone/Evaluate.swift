import Agent
import ArgumentParser

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run n episodes and report success with its 95 % interval.")

    @Option(help: "A session directory whose last weights act.")
    var weights: String

    @Option(help: "Episodes to run (default: the launch file's).")
    var episodes: Int?

    @Flag(help: "Let the policy act alone, without the critic choosing among its candidates.")
    var unguided = false

    @OptionGroup var session: SessionArguments

    func run() throws {
        var request = session.common.request(launch: session.launch)
        request.weights = weights
        request.isGuided = !unguided
        if let episodes { request.overrides.append("session.evaluation_episodes=\(episodes)") }
        try SessionCommand.evaluate(request)
    }
}
