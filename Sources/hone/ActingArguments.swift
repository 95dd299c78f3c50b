import Agent
import ArgumentParser
import Platform

/// What every command that only acts takes.
struct ActingArguments: ParsableArguments {
    @Option(help: "A session directory whose last weights act.")
    var weights: String

    @Flag(help: "Let the policy act alone, without the critic choosing among its candidates.")
    var unguided = false

    func apply(to request: inout SessionRequest) {
        request.weights = weights
        request.isGuided = !unguided
    }
}
