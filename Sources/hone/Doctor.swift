import Agent
import ArgumentParser

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what this machine gives Hone, what fits a launch, and how to get more.",
        discussion: """
            With a launch it times decisions and updates at the launch's own sizes and says which \
            control rate and which training.critic_utd fit.
            """)

    @Argument(help: "A launch file to advise on: a name in launch/, or a path.")
    var launch: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Change one value of the launch file.", valueName: "key=value"))
    var overrides: [String] = []

    @Flag(help: "Also time each costly setting of the launch at half its value.")
    var knobs = false

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func validate() throws {
        if launch == nil, knobs || !overrides.isEmpty {
            throw ValidationError("--knobs and --set need a launch file.")
        }
    }

    func run() throws {
        try DoctorCommand.run(launch: launch, overrides: overrides, knobs: knobs, json: json)
    }
}
