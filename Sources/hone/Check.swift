import Agent
import ArgumentParser

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check every YAML file and print each robot's stopping distances.")

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws { try CheckCommand.run(json: json) }
}
