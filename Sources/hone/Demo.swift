import Agent
import ArgumentParser

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The whole story on the embedded simulator, start to report.",
        discussion: """
            Records demonstrations in a calibrated lab, imitates them, pre-trains a critic, then puts \
            the policy on a robot that differs from the lab and fine-tunes it there, unattended.
            """)

    @Flag(help: "Real time, threads and hot swaps instead of lockstep: ten robot minutes.")
    var realtime = false

    @Option(help: "The launch file to show; it must use the embedded simulator.")
    var launch: String?

    @OptionGroup var resumption: ResumeArguments

    @OptionGroup var common: CommonArguments

    func validate() throws {
        if let problem = resumption.conflict(with: common, isAlone: launch == nil && !realtime) {
            throw ValidationError(problem)
        }
    }

    func run() throws {
        let name = launch ?? (realtime ? "demo-realtime" : "demo")
        try resumption.supervise(common.request(launch: name), common)
        if let asked = resumption.request(common) { return try SessionCommand.resume(asked) }
        try SessionCommand.demo(common.request(launch: name))
    }
}
