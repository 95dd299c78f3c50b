import ArgumentParser

struct Episodes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at, check, correct, export and import recorded episodes.",
        discussion: """
            SESSION is a session directory or one of its logs. Nothing recorded is ever rewritten: \
            corrections are appended in files of their own, and count from then on.
            """,
        subcommands: [
            EpisodesList.self, EpisodesShow.self, EpisodesVerify.self, EpisodesRecover.self,
            EpisodesTrim.self, EpisodesRelabel.self, EpisodesExport.self, EpisodesImport.self,
        ])
}
