import ArgumentParser
import Datasets

struct EpisodesRecover: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Write what is whole of a damaged log to a new one beside it.")

    @OptionGroup var recorded: RecordedArguments

    @Option(help: "File for the copy (default: <log>.recovered.mcap beside the log).")
    var output: String?

    func run() throws {
        try EpisodesCommand.recover(recorded.session, output: output, json: recorded.json)
    }
}
