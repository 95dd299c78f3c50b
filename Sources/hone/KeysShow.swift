import Agent
import ArgumentParser

struct KeysShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the public half of a pair, for the other side.")

    @Argument(help: "The directory of a pair, or one of its files.")
    var path: String

    func run() throws { try KeysCommand.show(path) }
}
