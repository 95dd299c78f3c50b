import Agent
import ArgumentParser

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check every YAML file, or what is named; print each robot's stopping distances.")

    @Argument(
        help: "YAML files of any kind, sessions, logs, weights; without one, every YAML file.")
    var files: [String] = []

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws { try CheckCommand.run(files, json: json) }
}
