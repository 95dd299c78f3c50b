import ArgumentParser

/// `hone-bench session metaworld`: tasks of others, in their simulator.
struct MetaWorldSeries: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metaworld",
        abstract: "Meta-World's tasks in MuJoCo, one session a task and seed.")

    @Option(parsing: .upToNextOption, help: "Seeds of the sessions.")
    var seeds: [UInt64] = [0, 1, 2]

    @Option(parsing: .upToNextOption, help: "Tasks: launch files metaworld-TASK.")
    var tasks = ["drawer-open", "push"]

    func run() throws {
        print(MeasuredSession.header)
        for seed in seeds {
            for task in tasks {
                let words = ["finetune", "metaworld-\(task)"]
                print(try MeasuredSession(name: task, seed: seed, arguments: words).row())
            }
        }
    }
}
