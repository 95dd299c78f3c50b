import Agent
import ArgumentParser

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Act with trained weights, episode after episode, until Ctrl-C.")

    @Option(help: "A session directory whose last weights act.")
    var weights: String

    @Option(help: "Stop after this many episodes (default: go on until Ctrl-C).")
    var episodes: Int?

    @Flag(help: "Let the policy act alone, without the critic choosing among its candidates.")
    var unguided = false

    @OptionGroup var session: SessionArguments

    func run() throws {
        var request = session.common.request(launch: session.launch)
        request.weights = weights
        request.isGuided = !unguided
        try SessionCommand.run(request, episodes: episodes)
    }
}
