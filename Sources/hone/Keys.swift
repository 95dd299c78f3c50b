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
