import Agent
import ArgumentParser

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The whole story on the embedded simulator, start to report.",
        discussion: """
            Records demonstrations in a calibrated lab, imitates them, pre-trains a critic, then puts \
            the policy on a robot that differs from the lab and fine-tunes it there, by itself.
            """)

    @Flag(help: "Wall clock, threads and hot swaps instead of lockstep: ten robot minutes.")
    var realtime = false

    @Option(help: "The launch file to show; it must use the embedded simulator.")
    var launch: String?

    @OptionGroup var common: CommonArguments

    func run() throws {
        let name = launch ?? (realtime ? "demo-realtime" : "demo")
        try SessionCommand.demo(common.request(launch: name))
    }
}
