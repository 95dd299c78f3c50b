import ArgumentParser
import Datasets

struct EpisodesVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every byte of a session's logs; exit code 65 when anything is wrong.")

    @OptionGroup var recorded: RecordedArguments

    func run() throws { try EpisodesCommand.verify(recorded.session, json: recorded.json) }
}
