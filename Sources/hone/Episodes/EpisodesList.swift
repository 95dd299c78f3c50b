import ArgumentParser
import Datasets

struct EpisodesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "One line for each episode.")

    @OptionGroup var recorded: RecordedArguments

    func run() throws { try EpisodesCommand.list(recorded.session, json: recorded.json) }
}
