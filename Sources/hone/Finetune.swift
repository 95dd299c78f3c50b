import Agent
import ArgumentParser

struct Finetune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "An autonomous fine-tuning session on the robot.",
        discussion: """
            Starts from --weights (a session of hone pretrain), or pre-trains from --data, or, where \
            the bridge has an operator, records demonstrations first.
            """)

    @Option(help: "A session directory with recorded episodes; may be given several times.")
    var data: [String] = []

    @Option(help: "A session directory whose last weights are the start.")
    var weights: String?

    @OptionGroup var session: SessionArguments

    func run() throws {
        var request = session.common.request(launch: session.launch)
        request.data = data
        request.weights = weights
        try SessionCommand.finetune(request)
    }
}
