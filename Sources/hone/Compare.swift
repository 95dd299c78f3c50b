import Agent
import ArgumentParser

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lay sessions side by side: settings, success, time, and how arms differ.",
        discussion: """
            Sessions with the same settings and different seeds are one arm; the first session's arm is \
            what the others are compared with, over pairs of the same seed: mean difference with its \
            95 % interval by Student's t, and the exact sign-flip test. Sessions that are unfinished, or \
            of another robot or task, are named and left out.
            """)

    @Argument(help: ArgumentHelp("Session directories.", valueName: "session"))
    var sessions: [String]

    @Option(help: "Write an HTML page with the same tables and plots to this file.")
    var page: String?

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws { try CompareCommand.run(sessions, page: page, json: json) }
}
