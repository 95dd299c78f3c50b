import ArgumentParser

struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz",
        abstract: "Feeds a parser bytes that nobody meant for it.",
        discussion: """
            Reads the kept inputs, then --runs more that are made from them. A crash, or more memory than four \
            times the input and 1 MiB, ends it with an error and says which input it was.
            """)

    @Argument(help: "frame, message, yaml, weights, log or report.")
    var parser: FuzzTarget

    @Option(help: "Inputs to try after the kept ones.")
    var runs = 10_000

    @Option(help: "Decides what they are.")
    var seed: UInt32 = 1

    @Option(help: "Where the kept inputs are: a text file a parser, an input a line, in base64.")
    var corpora = "Tests/Corpora"

    func run() throws {
        let corpus = FuzzCorpus(path: "\(corpora)/\(parser.rawValue).txt")
        let kept = try corpus.inputs()
        for input in kept { FuzzTrial.run(parser, input) }
        print("\(parser.rawValue): \(kept.count) kept inputs read")
        var mutator = FuzzMutator(inputs: kept, longest: parser.longestInput, seed: UInt64(seed))
        for _ in 0..<runs { FuzzTrial.run(parser, mutator.next()) }
        print("\(parser.rawValue): \(runs) changed inputs read, seed \(seed)")
    }
}
