import Agent
import ArgumentParser

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check every YAML file, or what is named; print each robot's stopping distances.")

    @Argument(
        help: "YAML files of any kind, sessions, logs, weights; without one, every YAML file.")
    var files: [String] = []

    @Flag(help: "Print every key that a file may have instead, as launch/KEYS.md has them.")
    var keys = false

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws {
        if keys { return CheckCommand.printKeys() }
        try CheckCommand.run(files, json: json)
    }
}
