import ArgumentParser

/// `hone-bench session normalisation`: whether a still gripper or a wide action box costs the imitated policy.
struct NormalisationSeries: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "normalisation",
        abstract: "Imitation of demonstrations with a still gripper, and with a wide action box.")

    @Option(parsing: .upToNextOption, help: "Seeds of the sessions.")
    var seeds: [UInt64] = [3, 4, 5]

    /// Each variant's name, launch and task.
    private static let variants = [
        (name: "gripper-moves", launch: "reach-arm", task: "ReachArm-v0"),
        (name: "gripper-still", launch: "reach-arm", task: "ReachArmStill-v0"),
        (name: "whole-range", launch: "reach-arm-wide", task: "ReachArmWide-v0"),
    ]
    /// As little training as a session may have: what is asked is how good the imitated policy is.
    private static let hardlyTrained = [
        "session.robot_minutes=0.05", "session.max_online_episodes=1",
        "training.num_warmup_trajectories=1", "training.num_offline_updates=1",
    ]

    func run() throws {
        print(MeasuredSession.header)
        for seed in seeds {
            for (name, launch, task) in Self.variants {
                let words =
                    ["finetune", launch]
                    + (["task.name=\(task)"] + Self.hardlyTrained).flatMap { ["--set", $0] }
                print(try MeasuredSession(name: name, seed: seed, arguments: words).row())
            }
        }
    }
}
