import Agent
import ArgumentParser

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Act with trained weights, episode after episode, until Ctrl-C.")

    @OptionGroup var acting: ActingArguments

    @Option(
        parsing: .unconditional, help: "Stop after this many episodes (default: run until Ctrl-C).")
    var episodes: Int?

    @OptionGroup var session: SessionArguments

    func run() throws {
        var request = session.common.request(launch: session.launch)
        acting.apply(to: &request)
        try SessionCommand.run(request, episodes: episodes)
    }
}
