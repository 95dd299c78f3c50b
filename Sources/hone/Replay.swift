import Agent
import ArgumentParser

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Replay a recorded session: check it, compare, train, or move a robot.",
        discussion: """
            --verify recomputes every decision from the log and the kept weights and compares bits.
            --policy runs another checkpoint over the logged observations and reports where it differs.
            --train feeds the logged episodes to a fresh learner, offline.
            --robot plays the motion of a logged episode through the guardian.
            """)

    @Argument(help: "The directory of the session.")
    var session: String

    @Flag(help: "Recompute every decision and compare bits; exit code 0 only if all are equal.")
    var verify = false

    @Option(help: "A session directory or checkpoint to compare with.")
    var policy: String?

    @Flag(help: "Train a fresh learner on the logged episodes; the result is for --weights.")
    var train = false

    @Option(help: "A launch file: the robot to play the motion on.")
    var robot: String?

    @Option(help: "With --train: the launch file of the learner (default: the session's own).")
    var launch: String?

    @Option(help: "With --train: another session with demonstrations; may be given several times.")
    var data: [String] = []

    @Option(
        parsing: .unconditional,
        help: "With --train: critic updates to end after (default: all that are due).")
    var updates: Int?

    @Option(
        parsing: .unconditional, help: "With --robot: number of the episode (default: the first).")
    var episode: UInt32?

    @Option(parsing: .unconditional, help: "With --robot: share of the logged speed, 0.1 to 1.")
    var speed = 1.0

    @Flag(help: "With --robot: move a robot that is not the embedded simulator.")
    var hardware = false

    @OptionGroup var common: CommonArguments

    func validate() throws {
        let modes = [verify, policy != nil, train, robot != nil].count { $0 }
        guard modes == 1 else {
            throw ValidationError("Give one of --verify, --policy, --train and --robot.")
        }
        guard updates ?? 1 > 0 else { throw ValidationError("--updates is at least 1.") }
    }

    func run() throws {
        if verify {
            try ReplayCommand.verify(session, json: common.json, quiet: common.quiet)
        } else if let policy {
            try ReplayCommand.compare(
                session, with: policy, directory: common.directory, json: common.json,
                quiet: common.quiet)
        } else if let robot {
            try ReplayCommand.play(
                session, common.request(launch: robot), episode: episode, speed: speed,
                allowsHardware: hardware)
        } else {
            var request = common.request(launch: launch ?? "")
            request.data = data
            try ReplayCommand.train(session, request, updates: updates)
        }
    }
}
