import Agent
import ArgumentParser

struct Weights: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look into weight files.",
        discussion: """
            Files are safetensors; Sources/Models/WeightLayout.md says what is in them. Weights of the \
            official PA-RL release are converted by launch/weights/convert_parl.
            """,
        subcommands: [WeightsShow.self])
}

struct WeightsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Every tensor of a file: type, shape, range.")

    @Argument(help: "A safetensors file, or a session directory for its newest checkpoint.")
    var file: String

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws { try WeightsCommand.show(file, json: json) }
}
