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
