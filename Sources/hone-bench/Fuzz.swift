import ArgumentParser
import CFuzzer

struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz",
        abstract: "Feeds a parser bytes that nobody meant for it.",
        discussion: """
            Reads the kept inputs, then --runs more: kept inputs changed at random, or what LLVM's libFuzzer \
            finds where the program was linked with it. A crash, or more memory than four times the input \
            and 1 MiB, ends it with an error and says which input it was.
            """)

    @Argument(help: "frame, message, yaml, weights, log or report.")
    var parser: FuzzTarget

    @Option(help: "Inputs to try after the kept ones.")
    var runs = 10_000

    @Option(help: "Decides what they are.")
    var seed: UInt32 = 1

    @Option(help: "Where the kept inputs are: a text file a parser, an input a line, in base64.")
    var corpora = "Tests/Corpora"

    @Option(help: "libFuzzer's working folder: it begins with the files there and adds to them.")
    var folder: String?

    @Option(help: "Only bring this folder's inputs that take new ways into --folder.")
    var merge: String?

    @Option(help: "Only write the kept inputs into this folder, a file each.")
    var unpack: String?

    @Option(help: "Only keep the inputs of this folder from now on.")
    var pack: String?

    func run() throws {
        let corpus = FuzzCorpus(path: "\(corpora)/\(parser.rawValue).txt")
        if let pack { return try corpus.keep(folder: pack) }
        let kept = try corpus.inputs()
        if let unpack { return try corpus.write(kept, into: unpack) }
        if merge != nil { throw ExitCode(hunt()) }
        for input in kept { FuzzTrial.run(parser, input) }
        print("\(parser.rawValue): \(kept.count) kept inputs read")
        if runs == 0 { return }
        if hone_has_fuzzer() != 0 { throw ExitCode(hunt()) }
        var mutator = FuzzMutator(inputs: kept, longest: parser.longestInput, seed: UInt64(seed))
        for _ in 0..<runs { FuzzTrial.run(parser, mutator.next()) }
        print("\(parser.rawValue): \(runs) changed inputs read, seed \(seed)")
    }

    /// libFuzzer takes over, and ends the process.
    private func hunt() -> Int32 {
        FuzzTrial.target = parser
        let arguments =
            [
                "hone-bench", "-runs=\(runs)", "-seed=\(seed)", "-timeout=1", "-rss_limit_mb=1024",
                "-max_len=\(parser.longestInput)", "-print_final_stats=1",
                "-artifact_prefix=\(folder ?? ".")/",
            ] + (merge == nil ? [] : ["-merge=1"]) + [folder, merge].compactMap { $0 }
        // Never freed: libFuzzer keeps them until the process ends.
        let words = arguments.map { hone_copied_text($0) }
        return words.withUnsafeBufferPointer { words in
            hone_fuzz(Int32(words.count), UnsafeMutablePointer(mutating: words.baseAddress)) {
                FuzzTrial.input($0, $1)
            }
        }
    }
}
