import Agent
import ArgumentParser

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what this machine gives Hone, and how to get more.")

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws { try DoctorCommand.run(json: json) }
}
