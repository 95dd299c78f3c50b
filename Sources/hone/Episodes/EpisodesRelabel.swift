import ArgumentParser
import Datasets

struct EpisodesRelabel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relabel",
        abstract: "Say how an episode ended after all; the log itself stays as it is.")

    @OptionGroup var recorded: RecordedArguments

    @Argument(help: "Number of the episode.")
    var episode: UInt32

    @Argument(help: "success, failure or aborted.")
    var outcome: String?

    @Option(help: "Why, for people.")
    var reason = ""

    @Flag(help: "Count it as recorded again.")
    var undo = false

    func run() throws {
        try EpisodesCommand.relabel(
            recorded.session, episode: episode, outcome: outcome, reason: reason, undo: undo,
            json: recorded.json)
    }
}
