import Agent
import ArgumentParser

struct WeightsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Every tensor of a file: type, shape, range.")

    @Argument(help: "A safetensors file, or a session directory for its newest checkpoint.")
    var file: String

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws { try WeightsCommand.show(file, json: json) }
}
