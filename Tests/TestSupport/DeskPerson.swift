import Control
import Platform

@testable import Driving

/// A person at the desk of a robot by the wall clock, on a thread of their own.
enum DeskPerson {
    /// Asks for something in a moment, if for anything, then does what it takes until the robot may
    /// move again; what came too early is asked for once more.
    ///
    /// - Returns: to be joined.
    static func begin(
        at desk: OperatorDesk, asking first: SafetyRequest? = nil
    ) throws -> HoneThread {
        try HoneThread.start(name: "person") {
            let clock = SystemClock()
            var number: UInt64 = 0
            func ask(_ act: SafetyRequest) {
                number += 1
                _ = desk.ask(.init(number: number, act: act, deadline: clock.now + .seconds(5)))
            }
            clock.sleep(for: .milliseconds(300))
            if let first { ask(first) }
            var state = OperatorDesk.State()
            var wasStopped = false
            for _ in 0..<300 {
                clock.sleep(for: .milliseconds(100))
                while let newer = desk.newest() { state = newer }
                let machine = state.machine
                switch machine.state {
                case .active:
                    if wasStopped { return }
                case .protectiveStop:
                    ask(.acknowledge(machine.cause, challenge: machine.challenge))
                case .ready, .hold: ask(.start(challenge: machine.challenge))
                default: break
                }
                wasStopped = wasStopped || machine.state != .active
            }
        }
    }
}
