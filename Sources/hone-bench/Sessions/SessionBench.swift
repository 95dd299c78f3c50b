import ArgumentParser

/// `hone-bench session`: the figures of whole sessions, a Markdown table each on standard output.
struct SessionBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "Measures whole sessions, and what only a long run shows.",
        discussion: """
            Run it in the project's folder. Sessions stay in sessions/measure/; those that have a report are not run \
            again. `launch/measure` builds what is needed and runs this.
            """,
        subcommands: [
            SeedSeries.self, AblationSeries.self, MetaWorldSeries.self, NormalisationSeries.self,
            RealtimeSeries.self,
            KillTrials.self, LogTrials.self, FuzzTrials.self, Recording.self,
        ])
}
