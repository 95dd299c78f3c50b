import Agent
import ArgumentParser
import Configuration
import Datasets

struct EpisodesImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turn a data set of others into a session that trains: hone pretrain --data.",
        discussion: """
            Reads LeRobotDataset v2.x and v3, robomimic, Minari, D4RL and NPZ. Everything is checked \
            against the launch's robot and reported before anything is written: sizes, names and units, \
            action ranges, rewards, ends of episodes, numbers that are not finite. One table says \
            what was found, taken, left out and not used, and why; the session keeps it in import.json.
            """)

    @Argument(help: "File or folder of the data set.")
    var input: String

    @Option(help: "The launch it is data for: a name in launch/, or a path.")
    var launch: String

    @Option(help: "auto, lerobot, robomimic, minari, d4rl or npz.")
    var format = "auto"

    @Option(
        help: """
            Which step succeeded: as-is (rewards −1 and 0), sparse (positive reward), terminal, \
            demonstrations (each episode's last), or the least reward that means success \
            (default: as-is or sparse, whichever the rewards are).
            """)
    var reward: String?

    @Option(help: "normalised (−1…1) or physical (the axes' units).")
    var actions = "normalised"

    @Option(
        help: "Axes whose actions go from 0 to 1 in the file, such as a gripper's, comma-separated."
    )
    var fromZero: String?

    @Option(help: "Clip actions that leave −1…1 by at most this.")
    var clipActions = 0.0

    @Option(help: "Observation keys of the file, comma-separated, in order.")
    var keys: String?

    @Option(help: "Observation columns by name or number, comma-separated, in the robot's order.")
    var columns: String?

    @Option(
        help: "Action numbers by name or number, comma-separated, in the order of the robot's axes."
    )
    var actionColumns: String?

    @Option(help: "demonstration, training or evaluation (default: the file's, or demonstration).")
    var purpose: String?

    @Flag(
        help: """
            Refuse if anything of the file is left out, missing or not used; what --keys does not \
            name is left out on purpose.
            """)
    var strict = false

    @Flag(help: "Only check and report; write nothing.")
    var check = false

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Change one value of the launch file.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: "The session directory: a new one or an empty one.")
    var directory: String?

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func validate() throws {
        if !["normalised", "physical"].contains(actions) {
            throw ValidationError("--actions is normalised or physical, not \(actions)")
        }
        if !(clipActions >= 0 && clipActions.isFinite) {
            throw ValidationError("--clip-actions is a number from 0 on")
        }
    }

    func run() throws {
        var rules = ImportRules()
        rules.reward = reward
        rules.areActionsPhysical = actions == "physical"
        rules.fromZero = EpisodesImport.words(fromZero)
        rules.clip = clipActions
        rules.columns = EpisodesImport.words(columns)
        rules.actionColumns = EpisodesImport.words(actionColumns)
        rules.purpose = purpose
        rules.isStrict = strict
        try EpisodesCommand.import(
            ImportRequest(
                input: input, format: format, keys: EpisodesImport.words(keys), launch: launch,
                overrides: overrides, directory: directory, rules: rules, isCheckOnly: check,
                json: json),
            record: SessionRecord.init(importing:))
    }

    private static func words(_ list: String?) -> [String] {
        (list ?? "").split(separator: ",").map { String($0) }
    }
}
