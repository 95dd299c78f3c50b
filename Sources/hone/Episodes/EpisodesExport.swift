import ArgumentParser
import Datasets

struct EpisodesExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write episodes as LeRobotDataset v3, Minari, D4RL or NPZ.",
        discussion: """
            Labels count; aborted episodes are left out unless --outcome names them. The first use \
            installs the converters' Python packages (launch/datasets/setup).
            """)

    @OptionGroup var recorded: RecordedArguments

    @Argument(help: "File or folder to write; it must not exist.")
    var output: String

    @Option(help: "lerobot-v3, minari, d4rl (HDF5) or npz.")
    var format: String

    @Option(help: "Only of this purpose: demonstration, evaluation, training; several times.")
    var purpose: [String] = []

    @Option(help: "Only of this outcome: success, failure, aborted; several times.")
    var outcome: [String] = []

    @Option(help: "The robot in robots/, for a log without a session.json.")
    var robot: String?

    func run() throws {
        try EpisodesCommand.export(
            recorded.session, format: format, output: output,
            selection: EpisodeSelection(purposes: purpose, outcomes: outcome), robot: robot,
            json: recorded.json)
    }
}
