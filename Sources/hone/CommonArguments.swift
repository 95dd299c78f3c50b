import Agent
import ArgumentParser
import Platform

/// What every command that runs a session takes beside the launch.
struct CommonArguments: ParsableArguments {
    @Option(parsing: .unconditional, help: "Seed of every random number.")
    var seed: UInt64?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Change one value of the launch file, such as session.robot_minutes=20.",
            valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: "The session directory: a new one or an empty one.")
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
