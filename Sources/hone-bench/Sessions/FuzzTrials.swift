import ArgumentParser
import Foundation

/// `hone-bench session fuzz`: inputs for each parser that libFuzzer chooses for the new code they reach.
struct FuzzTrials: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz",
        abstract: "Builds this program with libFuzzer, and lets it look for bad inputs.")

    @Option(help: "Inputs for each parser.")
    var runs = 10_000_000

    @Option(parsing: .upToNextOption, help: "Which parsers; all if not given.")
    var parsers = FuzzTarget.allCases

    func run() throws {
        let folder = ".build-fuzz"
        let build =
            [
                "build", "-c", "release", "--product", "hone-bench", "--scratch-path", folder,
                "-Xswiftc", "-Xfrontend", "-Xswiftc", "-sanitize=fuzzer", "-Xlinker", "-u",
                "-Xlinker", "LLVMFuzzerRunDriver", "-Xlinker",
            ] + [try library(), "-Xlinker", "-lstdc++", "-Xlinker", "-lm"]
        try SwiftProgram.run(build)
        let bench = try SwiftProgram.output("swift", build + ["--show-bin-path"]) + "/hone-bench"
        for parser in parsers {
            try SwiftProgram.run(
                bench,
                ["fuzz", parser.rawValue, "--runs", "\(runs)"]
                    + ["--guided", "\(folder)/inputs/\(parser.rawValue)"])
        }
    }

    /// libFuzzer without a `main`, which the toolchain brings.
    private func library() throws -> String {
        struct Target: Decodable {
            struct Paths: Decodable { let runtimeResourcePath: String }
            let paths: Paths
        }
        let text = try SwiftProgram.output("swiftc", ["-print-target-info"])
        let target = try JSONDecoder().decode(Target.self, from: Data(text.utf8))
        let clang =
            (target.paths.runtimeResourcePath as NSString).deletingLastPathComponent + "/clang"
        #if arch(x86_64)
            let name = "libclang_rt.fuzzer_no_main-x86_64.a"
        #else
            let name = "libclang_rt.fuzzer_no_main-aarch64.a"
        #endif
        for version in try FileManager.default.contentsOfDirectory(atPath: clang).sorted() {
            let path = "\(clang)/\(version)/lib/linux/\(name)"
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        throw ValidationError("This toolchain has no \(name) below \(clang).")
    }
}
