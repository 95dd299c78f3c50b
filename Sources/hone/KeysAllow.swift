import Agent
import ArgumentParser

struct KeysAllow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow", abstract: "Put a public key on a bridge's list.")

    @Argument(help: "The list, a text file; it is made if it is not there.")
    var list: String

    @Argument(help: "The agent's public key in quotes, or its directory or file.")
    var key: String

    @Argument(help: "Whose it is, for people.")
    var name: String

    func run() throws { try KeysCommand.allow(list: list, key: key, name: name) }
}
