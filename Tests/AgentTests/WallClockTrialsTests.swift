import Platform
import Testing

@testable import Agent

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
            let answers = machineLate.map { trials.isEnough(isGood: false, machineLate: $0) }
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

    @Test("The idle loop beside a body wakes as often as its rate says, and ends with it")
    func beside() {
        let clock = SystemClock()
        let (value, loop) = IdleLoop.beside(rateHz: 500) {
            clock.sleep(for: .milliseconds(200))
            return 7
        }
        #expect(value == 7)
        // Late wakes are skipped periods; on any machine some come.
        #expect(loop.lateness.count >= 1 && loop.lateness.count <= 10_000)
    }
}
