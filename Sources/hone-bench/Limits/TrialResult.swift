import ArgumentParser
import Platform

/// What one trial found.
struct TrialResult {
    /// Steps, injections or stops that were made.
    var steps = 0
    /// Calls of the limiter for them.
    var ticks = 0
    var violations = 0
    /// The first violation in words.
    var first: String?
    /// What else is to be said.
    var figures = ""

    mutating func note(_ violation: @autoclosure () -> String) {
        violations += 1
        if first == nil { first = violation() }
    }
}
