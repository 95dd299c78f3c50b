import ArgumentParser
import CFuzzer
import Foundation

struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz",
        abstract: "Feeds a parser bytes that nobody meant for it.",
        discussion: """
            Reads the kept inputs, then --runs more that are made from them. A crash, or more memory than four \
            times the input and 1 MiB, ends it with an error and says which input it was. `launch/measure fuzz` \
            builds it with libFuzzer, which looks for inputs that reach new code.
            """)

    @Argument(help: "frame, message, yaml, weights, log or report.")
    var parser: FuzzTarget

    @Option(help: "Inputs to try after the kept ones.")
    var runs = 10_000

    @Option(help: "Decides what they are.")
    var seed: UInt32 = 1

    @Option(help: "Where the kept inputs are: a text file a parser, an input a line, in base64.")
    var corpora = "Tests/Corpora"

    @Option(
        help: ArgumentHelp(
            "Let libFuzzer look for inputs that reach new code, and keep those in this folder.",
            valueName: "folder"))
    var guided: String?

    @Option(
        help: ArgumentHelp(
            "Instead: add a folder's inputs, the shortest first, to the kept ones.",
            valueName: "folder"))
    var adopt: String?

    @Option(help: "Bytes of kept inputs that --adopt does not go beyond.")
    var keep = 16_384

    func run() throws {
        let corpus = FuzzCorpus(path: "\(corpora)/\(parser.rawValue).txt")
        if let adopt {
            let added = try corpus.adopt(from: adopt, upTo: keep)
            return print("\(parser.rawValue): \(added) inputs more are kept")
        }
        let kept = try corpus.inputs()
        for input in kept { FuzzTrial.run(parser, input) }
        print("\(parser.rawValue): \(kept.count) kept inputs read")
        if let guided { return try guide(kept, in: guided) }
        var mutator = FuzzMutator(inputs: kept, longest: parser.longestInput, seed: UInt64(seed))
        for _ in 0..<runs { FuzzTrial.run(parser, mutator.next()) }
        print("\(parser.rawValue): \(runs) changed inputs read, seed \(seed)")
    }

    /// What libFuzzer calls with each input has no room for more than the input.
    nonisolated(unsafe) private static var guidedParser = FuzzTarget.frame

    private func guide(_ kept: [[UInt8]], in folder: String) throws {
        guard hone_has_fuzzer() != 0 else {
            throw ValidationError(
                "This program was built without libFuzzer: launch/measure fuzz builds one with it.")
        }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for (number, input) in kept.enumerated() {
            try Data(input).write(to: URL(fileURLWithPath: "\(folder)/kept-\(number)"))
        }
        Self.guidedParser = parser
        let words = [
            "hone-bench", folder, "-runs=\(runs)", "-seed=\(seed)",
            "-max_len=\(parser.longestInput)", "-timeout=10", "-rss_limit_mb=2048",
            "-print_final_stats=1", "-verbosity=0", "-artifact_prefix=\(folder)-",
        ]
        var pointers = words.map { strdup($0) } + [nil]
        let code = hone_run_fuzzer(Int32(words.count), &pointers) { bytes, count in
            FuzzTrial.run(Fuzz.guidedParser, UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
        throw ExitCode(code)
    }
}
