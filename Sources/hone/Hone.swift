import Agent
import ArgumentParser
import Platform

/// The command line; one file a subcommand, no logic here.
@main
struct Hone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hone",
        abstract: "Fine-tunes a robot's policy on the robot itself.",
        discussion: """
            A first look:    hone demo
            Your own robot:  hone init, check, doctor, record, pretrain, evaluate, finetune, in this order
            Session commands take a launch file from launch/, and --set key=value to change it.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Sessions",
                subcommands: [
                    Demo.self, Record.self, Pretrain.self, Evaluate.self, Finetune.self, Run.self,
                ]),
            CommandGroup(
                name: "A running session, from another terminal",
                subcommands: [
                    Status.self, Stop.self, Hold.self, Acknowledge.self, Start.self, Recover.self,
                ]),
            CommandGroup(
                name: "What was recorded",
                subcommands: [Replay.self, Compare.self, Episodes.self, Weights.self]),
            CommandGroup(
                name: "Robots, bridges and this machine",
                subcommands: [
                    Init.self, Check.self, Doctor.self, Sim.self, BridgeTest.self, Faults.self,
                    Keys.self,
                ]),
        ])

    static func main() {
        StandardStream.reserveNumbers()
        Crash.endsAtOnce()
        // OpenBLAS chooses its kernels while it is loaded, before this line: where it chooses badly
        // the program starts itself again with the right choice.
        ProcessorKernels.restartIfNeeded()
        do {
            try Arguments.check()
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Failure.exit(with: error) { error in
                (Hone.fullMessage(for: error), Hone.exitCode(for: error).rawValue)
            }
        }
        Failure.end(with: 0)
    }
}
