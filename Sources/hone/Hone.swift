import Agent
import ArgumentParser
import Platform

/// The command line; one file a subcommand, no logic here.
@main
struct Hone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hone",
        abstract: "Fine-tunes a robot's policy on the robot itself.",
        discussion: """
            A first look:    hone demo
            Your own robot:  hone check, doctor, record, pretrain, evaluate, finetune, in this order
            Session commands take a launch file from launch/, and --set key=value to change it.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Sessions",
                subcommands: [
                    Demo.self, Record.self, Pretrain.self, Evaluate.self, Finetune.self, Run.self,
                ]),
            CommandGroup(
                name: "A running session, from another terminal",
                subcommands: [
                    Status.self, Stop.self, Hold.self, Acknowledge.self, Start.self, Recover.self,
                ]),
            CommandGroup(
                name: "What was recorded",
                subcommands: [Replay.self, Episodes.self, Weights.self]),
            CommandGroup(
                name: "Robots, bridges and this machine",
                subcommands: [
                    Check.self, Doctor.self, Sim.self, BridgeTest.self, Faults.self, Keys.self,
                ]),
        ])

    static func main() {
        Crash.endsAtOnce()
        // OpenBLAS chooses its kernels while it is loaded, before this line: where it chooses badly
        // the program starts itself again with the right choice.
        ProcessorKernels.restartIfNeeded()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Failure.exit(with: error) { Hone.exit(withError: error) }
        }
    }
}

/// What every session command takes.
struct SessionArguments: ParsableArguments {
    @Argument(help: "A launch file: a name in launch/, or a path.")
    var launch: String

    @OptionGroup var common: CommonArguments
}

/// What the long commands take to resume an interrupted session.
struct ResumeArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Resume an interrupted session; its directory says everything else.",
            valueName: "session"))
    var resume: String?

    @Flag(
        help: ArgumentHelp(
            "Resume the session when its process crashes or is killed.",
            discussion: "At most three times in ten minutes; in real time with --held."))
    var supervised = false

    @Flag(help: "With --resume, in real time: do not start the robot before `hone start`.")
    var held = false

    /// Runs the command again in a process of its own, and exits as that does.
    func supervise(_ request: SessionRequest) throws {
        guard supervised else { return }
        let arguments = Array(CommandLine.arguments.dropFirst())
        let code = try Supervisor.run(arguments, request, resuming: resume)
        throw ExitCode(code)
    }

    /// Resumes the session that was named.
    func resume(_ directory: String, _ common: CommonArguments) throws {
        try SessionCommand.resume(
            directory, json: common.json, quiet: common.quiet, isHeld: held,
            isAttended: common.attended)
    }

    /// What else was asked for beside a resumption; nil when that makes sense.
    func conflict(with common: CommonArguments, isAlone: Bool) -> String? {
        guard resume != nil else { return held ? "--held needs --resume." : nil }
        guard isAlone, common.allOverrides.isEmpty, common.directory == nil else {
            return "A resumed session keeps its settings: beside --resume only --supervised, "
                + "--held, --attended, --json and --quiet have a meaning."
        }
        return nil
    }
}

/// What every command that only acts takes.
struct ActingArguments: ParsableArguments {
    @Option(help: "A session directory whose last weights act.")
    var weights: String

    @Flag(help: "Let the policy act alone, without the critic choosing among its candidates.")
    var unguided = false

    func apply(to request: inout SessionRequest) {
        request.weights = weights
        request.isGuided = !unguided
    }
}

/// What every command that runs a session takes beside the launch.
struct CommonArguments: ParsableArguments {
    @Option(help: "Seed of every random number.")
    var seed: UInt64?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Change one value of the launch file, such as session.robot_minutes=20.",
            valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: "The session directory; it must not hold a session yet.")
    var directory: String?

    @Flag(help: "Print one JSON object, the report, and nothing else.")
    var json = false

    @Flag(help: "No progress.")
    var quiet = false

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "After a stop, wait for a person (hone ack, hone start) instead of ending the session.",
            discussion: "The default on a terminal; only for sessions in real time."))
    var attended: Bool?

    /// Overrides with `--seed` as one of them.
    var allOverrides: [String] { overrides + (seed.map { ["seed=\($0)"] } ?? []) }

    func request(launch: String) -> SessionRequest {
        var request = SessionRequest(
            launch: launch, overrides: allOverrides, directory: directory, json: json,
            quiet: quiet)
        request.isAttended = attended
        return request
    }
}
