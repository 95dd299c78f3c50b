import ArgumentParser
import Datasets

struct EpisodesShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One episode, step by step.")

    @OptionGroup var recorded: RecordedArguments

    @Argument(help: "Number of the episode.")
    var episode: UInt32

    func run() throws {
        try EpisodesCommand.show(recorded.session, episode: episode, json: recorded.json)
    }
}
