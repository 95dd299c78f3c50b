import ArgumentParser
import Datasets

struct EpisodesTrim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trim",
        abstract: "Say which steps of an episode count; the log itself stays as it is.")

    @OptionGroup var recorded: RecordedArguments

    @Argument(help: "Number of the episode.")
    var episode: UInt32

    @Option(help: "First step to keep, numbered as recorded (default: 0).")
    var first: Int?

    @Option(help: "Last step to keep (default: the episode's last).")
    var last: Int?

    @Option(help: "How the kept part ended: success, failure or aborted.")
    var outcome: String?

    @Option(help: "Why, for people.")
    var reason = ""

    @Flag(help: "Keep all steps again.")
    var undo = false

    func run() throws {
        try EpisodesCommand.trim(
            recorded.session, episode: episode, first: first, last: last, outcome: outcome,
            reason: reason, undo: undo, json: recorded.json)
    }
}
