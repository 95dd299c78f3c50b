import Agent
import ArgumentParser

struct Pretrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a policy by imitation and a critic by Cal-QL from recorded episodes.")

    @Option(help: "A session directory with recorded episodes; may be given several times.")
    var data: [String] = []

    @OptionGroup var session: SessionArguments

    func run() throws {
        var request = session.common.request(launch: session.launch)
        request.data = data
        try SessionCommand.pretrain(request)
    }
}
