import ArgumentParser
import Trials

struct Sim: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A simulated robot on an endpoint, for hone and for anybody's agent.")

    @Option(
        help: ArgumentHelp(
            "Where to listen: ipc:///path/of/socket or tcp://127.0.0.1:port.",
            discussion: "Other machines' addresses (tcp://0.0.0.0:port) need --key and --allow."))
    var endpoint: String

    @Option(help: "cup-to-rack or pot-to-sink on an arm, or drive-and-reach on a base with an arm.")
    var task = "cup-to-rack"

    @Option(help: "lab (calibrated) or field (mis-calibrated, other friction).")
    var variant = "lab"

    @Option(help: "Scale of the scripted demonstrator's noise.")
    var noise = 1.0

    @Option(parsing: .unconditional, help: "Seed of the simulator's own randomness.")
    var seed: UInt64 = 0

    @Flag(help: "Advance one period per command instead of running in real time.")
    var lockstep = false

    @Option(parsing: .unconditional, help: "Seconds that a reset takes (default: 4, a person's).")
    var resetSeconds: Double?

    @Flag(help: "With a force sensor at the wrist: three more features, wrench.fx, .fy and .fz.")
    var wrench = false

    @Option(help: "The robot's own secret key, a file made by hone keys new.")
    var key: String?

    @Option(help: "Whom it admits: a file of public keys, written by hone keys allow.")
    var allow: String?

    @Option(
        help: ArgumentHelp(
            "Fail on purpose, from a tick on: die, silent, freeze, stall, nan, infinite, reboot, "
                + "limp, and with --wrench bias or blow; drop=EVERY and delay=TICKS always. May be given several times.",
            valueName: "name=tick"))
    var fault: [String] = []

    func run() throws {
        var request = SimulationRequest(
            endpoint: endpoint, task: task, variant: variant, noise: noise, seed: seed,
            isLockstep: lockstep, resetSeconds: resetSeconds, faults: fault)
        request.hasWrench = wrench
        request.secretKey = key
        request.allowed = allow
        try SimulationCommand.run(request)
    }
}
