import Agent
import ArgumentParser

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Report what this machine offers, what fits a launch, and how to get more.",
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

    @Option(
        help: ArgumentHelp(
            "Only watch an idle loop for so long (inf: until Ctrl-C): run it beside a session to "
                + "know which late ticks are the machine's.", valueName: "seconds"))
    var idle: Double?

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func validate() throws {
        if launch == nil, knobs || !overrides.isEmpty {
            throw ValidationError("--knobs and --set need a launch file.")
        }
        // Written so that what is not a number is refused too.
        if let idle, !(idle > 0) || launch != nil {
            throw ValidationError(
                "--idle takes more than 0 seconds, or inf, and no launch file beside it.")
        }
    }

    func run() throws {
        if let idle { return try DoctorCommand.idle(seconds: idle, json: json) }
        try DoctorCommand.run(launch: launch, overrides: overrides, knobs: knobs, json: json)
    }
}
