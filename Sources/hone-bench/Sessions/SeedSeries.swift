import ArgumentParser

/// `hone-bench session seeds`: the demo, whatever its seed.
struct SeedSeries: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seeds", abstract: "The demo, one session a seed.")

    @Option(parsing: .upToNextOption, help: "Seeds of the sessions.")
    var seeds: [UInt64] = [0, 1, 2, 3, 4]

    func run() throws {
        print(MeasuredSession.header)
        for seed in seeds {
            print(try MeasuredSession(name: "demo", seed: seed, arguments: ["demo"]).row())
        }
    }
}
