import Agent
import ArgumentParser

struct Sim: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A simulated robot on an endpoint, for hone and for anybody's agent.")

    @Option(help: "Where to listen: ipc:///path/of/socket or tcp://127.0.0.1:port.")
    var endpoint: String

    @Option(help: "cup-to-rack or pot-to-sink.")
    var task = "cup-to-rack"

    @Option(help: "lab (calibrated) or field (mis-calibrated, other friction).")
    var variant = "lab"

    @Option(help: "Scale of the scripted demonstrator's noise.")
    var noise = 1.0

    @Option(help: "Seed of the simulator's own randomness.")
    var seed: UInt64 = 0

    @Flag(help: "Advance one period per command instead of running on the wall clock.")
    var lockstep = false

    func run() throws {
        try SimulationCommand.run(
            endpoint: endpoint, task: task, variant: variant, noise: noise, seed: seed,
            isLockstep: lockstep)
    }
}
