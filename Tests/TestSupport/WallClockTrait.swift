import Platform
import Synchronization
import Testing

@testable import Driving
@testable import Trials

/// For tests of robots that go by the wall clock, which stop as they must where a machine is away.
///
/// What goes wrong while an idle loop beside the test is late is a known issue, and the test is made
/// again, three times at most; the last time, and on a machine that is on time, it is a failure.
struct WallClockTrait: TestTrait, SuiteTrait, TestScoping {
    let isRecursive = true
    /// How late the machine was, s.
    var lateness: @Sendable (IdleWatch) -> Double = { $0.latest }

    /// Where what is made again is counted.
    var tally = WallClockTrials.tally

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        var trials = WallClockTrials()
        var isOver = false
        while !isOver {
            let watch = IdleWatch()
            defer { watch.end() }
            let isGood = Flag()
            let isLast = trials.isLast
            try await withKnownIssue("this machine itself was late", isIntermittent: true) {
                try await function()
            } when: {
                !isLast
            } matching: { _ in
                isGood.value.store(false, ordering: .relaxed)
                // Whoever was away comes back at the same moment; the watch may be the last to wake.
                SystemClock().sleep(for: .milliseconds(10))
                return WallClockTrials.excuses(machineLate: lateness(watch))
            }
            let late = lateness(watch)
            isOver = trials.noteTrial(
                isGood: isGood.value.load(ordering: .relaxed), machineLate: late)
            if !isOver { WallClockTrials.countRepeat(machineLate: late, in: tally) }
        }
    }

    private final class Flag: Sendable { let value = Atomic<Bool>(true) }
}

extension Trait where Self == WallClockTrait {
    /// Sessions of the test go by the wall clock.
    static var byTheWallClock: Self { WallClockTrait() }
}
