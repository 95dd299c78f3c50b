import Agent
import ArgumentParser

struct Finetune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "An autonomous fine-tuning session on the robot.",
        discussion: """
            Starts from --weights (a session of hone pretrain), or pre-trains from --data, or, where \
            the bridge has an operator, records demonstrations first.
            A session that was interrupted, even by a power cut, continues with --resume and its directory.
            """)

    @Option(help: "A session directory with recorded episodes; may be given several times.")
    var data: [String] = []

    @Option(help: "A session directory whose last weights are the start.")
    var weights: String?

    @OptionGroup var resumption: ResumeArguments

    @Argument(help: "A launch file: a name in launch/, or a path.")
    var launch: String?

    @OptionGroup var common: CommonArguments

    func validate() throws {
        if let problem = resumption.conflict(
            with: common, isAlone: data.isEmpty && weights == nil && launch == nil)
        {
            throw ValidationError(problem)
        }
        if launch == nil, resumption.resume == nil {
            throw ValidationError("Name a launch file, or an interrupted session with --resume.")
        }
    }

    func run() throws {
        var request = common.request(launch: launch ?? "")
        try resumption.supervise(request, common)
        if let asked = resumption.request(common) { return try SessionCommand.resume(asked) }
        request.data = data
        request.weights = weights
        try SessionCommand.finetune(request)
    }
}
