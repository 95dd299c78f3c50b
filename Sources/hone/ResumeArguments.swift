import Agent
import ArgumentParser
import Platform

/// What the long commands take to resume an interrupted session.
struct ResumeArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Resume an interrupted session of this project; its directory says what it was begun with.",
            valueName: "session"))
    var resume: String?

    @Flag(
        help: ArgumentHelp(
            "Resume the session when its process crashes or is killed.",
            discussion: "At most three times in ten minutes; in real time with --held."))
    var supervised = false

    @Option(
        help: "With --resume: the folder with robots/ and launch/, instead of the one around here.")
    var project: String?

    @Option(
        help: ArgumentHelp(
            "With --resume: a --set that the session was begun with and that starts a program or chooses the robot.",
            discussion:
                "Word for word; may be given several times. On a terminal Hone asks instead.",
            valueName: "key=value"))
    var allow: [String] = []

    @Flag(help: "With --resume, in real time: do not start the robot before `hone start`.")
    var held = false

    /// Runs the command again in a process of its own, and exits as that does.
    func supervise(_ request: SessionRequest, _ common: CommonArguments) throws {
        guard supervised else { return }
        let arguments = Array(CommandLine.arguments.dropFirst())
        let code = try Supervisor.run(arguments, request, resuming: self.request(common))
        throw ExitCode(code)
    }

    /// What of a session is to be resumed; nil where none is named.
    func request(_ common: CommonArguments) -> ResumeRequest? {
        resume.map { directory in
            var request = ResumeRequest(directory: directory)
            request.project = project
            request.allowed = allow
            request.json = common.json
            request.quiet = common.quiet
            request.isHeld = held
            request.isAttended = common.attended
            return request
        }
    }

    /// What else was asked for beside a resumption; nil when that makes sense.
    func conflict(with common: CommonArguments, isAlone: Bool) -> String? {
        guard resume != nil else {
            if held { return "--held needs --resume." }
            if project != nil { return "--project needs --resume." }
            return allow.isEmpty ? nil : "--allow needs --resume."
        }
        guard isAlone, common.allOverrides.isEmpty, common.directory == nil else {
            return "A resumed session keeps its settings: beside --resume only --supervised, "
                + "--held, --project, --allow, --attended, --json and --quiet have a meaning."
        }
        return nil
    }
}
