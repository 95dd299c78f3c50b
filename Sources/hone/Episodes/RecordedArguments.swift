import ArgumentParser

/// What every subcommand of `hone episodes` takes.
struct RecordedArguments: ParsableArguments {
    @Argument(help: "A session directory or a log.")
    var session: String

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false
}
