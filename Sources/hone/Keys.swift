import Agent
import ArgumentParser

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, show and allow the keys of encrypted connections.",
        discussion: """
            A bridge that other machines can reach needs a key of its own and a list of the agents it \
            admits; an agent needs a key of its own and the bridge's public one.
            At the robot:
              hone keys new keys
              hone keys allow keys/allowed 'KEY OF THE AGENT' workstation
            and start the bridge with --key keys/secret.key --allow keys/allowed.
            At the agent:
              hone keys new keys
            and in the launch file, under bridge:
              curve: {secret_key: keys/secret.key, bridge_key: 'KEY OF THE ROBOT'}
            """,
        subcommands: [KeysNew.self, KeysShow.self, KeysAllow.self])
}

struct KeysNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a pair: DIR/secret.key, readable by you alone, and DIR/public.key.")

    @Argument(help: "A directory; it is made if it is not there. Keys are never overwritten.")
    var directory: String

    func run() throws { try KeysCommand.new(directory: directory) }
}

struct KeysShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the public half of a pair, for the other side.")

    @Argument(help: "The directory of a pair, or one of its files.")
    var path: String

    func run() throws { try KeysCommand.show(path) }
}

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
