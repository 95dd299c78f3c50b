import Agent
import ArgumentParser

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check every YAML file and print each robot's stopping distances.")

    @Argument(help: "YAML files, of a robot, a calibration or a launch; without one, all of them.")
    var files: [String] = []

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws { try CheckCommand.run(files, json: json) }
}
