import Agent
import ArgumentParser
import Platform

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
