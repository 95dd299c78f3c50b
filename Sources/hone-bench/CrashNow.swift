import ArgumentParser

/// `hone-bench crash`: what the tests of crashes run; not for people.
struct CrashNow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash", abstract: "Crashes.", shouldDisplay: false)

    func run() { fatalError("crashed because it was asked to") }
}
