import Agent
import ArgumentParser

struct KeysNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a pair: DIR/secret.key, readable by you alone, and DIR/public.key.")

    @Argument(help: "A directory; it is made if it is not there. Keys are never overwritten.")
    var directory: String

    func run() throws { try KeysCommand.new(directory: directory) }
}
