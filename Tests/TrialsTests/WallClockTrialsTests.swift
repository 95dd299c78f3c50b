import Platform
import Testing

@testable import Driving
@testable import TestSupport
@testable import Trials

@Suite("Trials by the wall clock")
struct WallClockTrialsTests {
    private struct Wrong: Error {}

    @Test("A good trial is the only one")
    func good() {
        var count = 0
        let (trial, trials) = WallClockTrials.make {
            count += 1
            return count
        } isGood: { _ in
            true
        }
        #expect(trial == 1 && trials.count == 1 && trials.note == nil)
    }

    @Test("What goes wrong is tried again only on a machine that was late, and three times at most")
    func wrong() {
        /// Whether each of some bad trials was enough, and what is told in the end.
        func bad(_ machineLate: Double...) -> (isEnough: [Bool], note: String?) {
            var trials = WallClockTrials()
            let answers = machineLate.map { trials.noteTrial(isGood: false, machineLate: $0) }
            return (answers, trials.note)
        }
        #expect(bad(0.0099) == ([true], nil))
        #expect(
            bad(0.063, 0.011, 0.012)
                == ([false, false, true], "3 trials: this machine itself was up to 63.0 ms late"))
        #expect(
            bad(0.02, 0.001)
                == ([false, true], "2 trials: this machine itself was up to 20.0 ms late"))
    }

    @Test("An error ends the trial, and the loop beside it")
    func error() {
        #expect(throws: Wrong.self) {
            _ = try WallClockTrials.make {
                throw Wrong()
            } isGood: { (_: Int) in
                true
            }
        }
    }

    @Test("What watches beside sees how late it is woken, and ends when told, twice too")
    func watch() {
        let watch = IdleWatch()
        SystemClock().sleep(for: .milliseconds(50))
        let first = watch.latest
        watch.end()
        // No loop is woken on time to the nanosecond; a watch that never woke would say 0.
        #expect(first > 0 && watch.latest >= first)
        watch.end()
    }

    @Test(
        "A test is made again only on a machine that was late, and fails at the third time",
        arguments: [(0.0, true, 1), (0.0, false, 1), (0.05, true, 1), (0.05, false, 3)])
    func trait(machineLate: Double, isGood: Bool, count: Int) async throws {
        let scratch = try Scratch()
        let made = Guarded(0)
        let failures = Guarded(0)
        let test = try #require(Test.current)
        try await withKnownIssue(isIntermittent: isGood) {
            let trait = WallClockTrait(
                lateness: { _ in machineLate }, tally: scratch.path("repeats"))
            try await trait.provideScope(for: test, testCase: nil) {
                made.withLock { $0 += 1 }
                if !isGood { Issue.record("as it should") }
            }
        } matching: { _ in
            failures.withLock { $0 += 1 }
            return true
        }
        #expect(made.withLock { $0 } == count)
        // However often it is made, it fails once.
        #expect(failures.withLock { $0 } == (isGood ? 0 : 1))
        let repeats = (try? scratch.text("repeats")) ?? ""
        #expect(repeats.split(separator: "\n").count == count - 1, "\(repeats)")
    }
}
