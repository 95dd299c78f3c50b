import Embodiment
import Platform
import Testing

@testable import Control

/// Drives without power, and every healthy robot that might look like one.
@Suite("Standing still although commanded to move")
struct StandstillTests {
    /// Follows its commands some ticks late and with a servo's lag, and trembles.
    private struct Follower {
        /// From a command to the moment when the servo aims at it, ticks.
        var latency: Int
        /// Time constant of the servo, s.
        var lag: Double
        /// Largest noise of a measurement, m.
        var noise = 0.0
        private var queue: [Double] = []
        private var place: Double?
        private var random = SplitMix(seed: 17)

        init(latency: Int = 0, lag: Double, noise: Double = 0) {
            (self.latency, self.lag, self.noise) = (latency, lag, noise)
        }

        mutating func follow(_ command: Double) -> Double {
            queue.append(command)
            let aim = queue.count > latency ? queue.removeFirst() : queue[0]
            let before = place ?? aim
            let next = before + 0.01 / (0.01 + lag) * (aim - before)
            place = next
            return next + noise * Double.random(in: -1...1, using: &random)
        }
    }

    private static let robot: RobotDescription = {
        var robot = Fixture.robot()
        // Chatter and clamping are others' to find.
        (robot.timing.chatterShare, robot.timing.clampShare) = (1, 1)
        return robot
    }()

    /// A robot whose arm follows as told while `action` is asked of it; ends when it is stopped.
    ///
    /// - Returns: ticks until then.
    private func act(
        _ loop: inout LiveLoop, ticks: Int, as follower: inout Follower,
        _ action: (Int) -> Action
    ) -> Int? {
        for tick in 0..<ticks {
            if tick % 20 == 0 { loop.controller.begin(step: action(tick / 20)) }
            let place = follower.follow(loop.pose[0])
            loop.tick { $0.position[0] = place }
            if loop.state.isLatched { return tick }
        }
        return nil
    }

    @Test(
        "An arm whose drives lose their power is found in less than 2 s, at a tenth of its speed and above"
    )
    func unpowered() {
        for (action, leg) in [(1.0, 1), (1, 2), (0.7, 2), (0.3, 4), (0.2, 10)] {
            for phase in 0..<20 {
                var loop = LiveLoop(robot: Self.robot)
                loop.move(200 + phase, leg: 40)
                var place = loop.pose[0]
                var random = SplitMix(seed: 18)
                var found: Int?
                for tick in 0..<400 where found == nil {
                    if tick % 20 == 0 {
                        let sign = tick / 20 / leg % 2 == 0 ? action : -action
                        loop.controller.begin(step: Action([sign, 1]))
                    }
                    // It sinks by a millimetre a second and trembles by a tenth of one.
                    place -= 1e-5
                    loop.tick {
                        $0.position[0] = place + 1e-4 * Double.random(in: -1...1, using: &random)
                    }
                    if loop.state.isLatched { found = tick }
                }
                let line = loop.verdict.line(for: Self.robot)
                #expect(found.map { $0 < 200 } ?? false, "\(action), \(leg), \(phase): \(line)")
                #expect([.motionless, .tracking].contains(loop.verdict.cause), "\(line)")
            }
        }
    }

    @Test(
        "A command that goes to and fro within the tracking error of a dead arm is one it must answer"
    )
    func withinTrackingError() {
        var loop = LiveLoop(robot: Self.robot)
        loop.move(200, leg: 40)
        let place = loop.pose[0]
        var ticks = 0
        while loop.state == .active, ticks < 400 {
            if ticks % 20 == 0 {
                let sign = ticks / 20 % 4 < 2 ? 0.4 : -0.4
                loop.controller.begin(step: Action([sign, 1]))
            }
            loop.tick { $0.position[0] = place + 1e-9 * Double($0.sequence % 3) }
            #expect(abs(loop.pose[0] - place) < Self.robot.axes[0].trackingError)
            ticks += 1
        }
        #expect(loop.verdict.cause == .motionless && ticks < 200, "\(ticks) ticks")
        let line = loop.verdict.line(for: Self.robot)
        #expect(line.contains("axis x, 0.0") && line.contains("limit 0.025 m, for 3"), "\(line)")
    }

    @Test("An arm with any lag that its tracking error allows is never found, whatever it is asked")
    func healthy() {
        // At full speed these are 0, a quarter and half of the tracking error behind.
        for (latency, lag) in [(0, 0.0), (3, 0.02), (0, 0.03), (6, 0.0), (3, 0.0325)] {
            for seed in 1...4 as ClosedRange<UInt64> {
                var random = SplitMix(seed: seed)
                var follower = Follower(latency: latency, lag: lag, noise: 2e-4)
                var loop = LiveLoop(robot: Self.robot)
                var scale = 1.0
                let found = act(&loop, ticks: 6000, as: &follower) { step in
                    // Every three seconds another speed, down to a hundredth; the gripper as it likes.
                    if step % 15 == 0 { scale = [1, 0.3, 0.1, 0.03, 0.01][step / 15 % 5] }
                    return Action([
                        scale * Double.random(in: -1...1, using: &random),
                        Double(Int.random(in: 0...1, using: &random)),
                    ])
                }
                let line = loop.verdict.line(for: Self.robot)
                #expect(found == nil, "latency \(latency), lag \(lag), seed \(seed): \(line)")
                #expect(loop.controller.guardian.holds == 0, "\(line)")
            }
        }
    }

    @Test("Nor one that chatters, creeps to the end of its range, waits there, or is held")
    func unusual() {
        let actions: [(Int) -> Double] = [
            { $0 % 2 == 0 ? 1 : -1 }, { _ in 0.02 }, { $0 / 40 % 2 == 0 ? 0.05 : -0.05 },
            { $0 < 8 ? 1 : 0 }, { $0 % 30 < 3 ? 1 : $0 % 30 < 6 ? -1 : 0 },
        ]
        for (index, action) in actions.enumerated() {
            var follower = Follower(latency: 3, lag: 0.02, noise: 2e-4)
            var loop = LiveLoop(robot: Self.robot)
            let found = act(&loop, ticks: 4000, as: &follower) { Action([action($0), 1]) }
            let line = loop.verdict.line(for: Self.robot)
            #expect(found == nil, "\(index): \(line)")
            _ = loop.controller.answer(.hold, by: .peer, at: loop.time)
            for _ in 0..<500 {
                let place = follower.follow(loop.pose[0])
                loop.tick { $0.position[0] = place }
            }
            #expect(!loop.state.isLatched)
        }
    }

    @Test(
        "An axis that need not follow is not asked to: a gripper that is stuck, or holds something")
    func gripper() {
        var loop = LiveLoop(robot: Self.robot)
        for tick in 0..<2000 {
            if tick % 20 == 0 {
                let side = Double(tick / 40 % 2)
                loop.controller.begin(step: Action([side - 0.5, 2 * side - 1]))
            }
            loop.tick { $0.position[1] = 0.6 + 1e-9 * Double($0.sequence % 3) }
        }
        #expect(loop.state == .active)
        let told = loop.controller.takeTrackingWarning()
        #expect(told?.axis == 1 && (told?.seconds ?? 0) > StandstillWatch.gripperSeconds)
    }

    @Test("A gripper that holds something and lets it go again is none that is stuck")
    func holding() {
        var loop = LiveLoop(robot: Self.robot)
        for tick in 0..<3000 {
            if tick % 20 == 0 {
                let side = Double(tick / 600 % 2)
                loop.controller.begin(step: Action([side - 0.5, 2 * side - 1]))
            }
            loop.tick { $0.position[1] = max(0.6, $0.position[1]) }
        }
        #expect(loop.state == .active && loop.controller.takeTrackingWarning() == nil)
    }

    @Test("Commands that begin anew elsewhere are no motion")
    func resynchronised() {
        var watch = StandstillWatch(axes: 2)
        func take(_ command: Double) -> StandstillWatch.Finding? {
            watch.take(
                measured: AxisVector([0, 1]), command: AxisVector([command, 1]), robot: Self.robot)
        }
        for tick in 0..<200 {
            // Half a second at each place, and each time the commands begin anew.
            if tick % 50 == 0 { watch.restart() }
            #expect(take(tick / 50 % 2 == 0 ? 0.02 : -0.02) == nil)
        }
        for _ in 0..<10 { #expect(take(0.02) == nil) }
        let found = (0..<90).lazy.compactMap { _ in take(-0.02) }.first
        #expect(found?.axis == 0 && found?.way == 0.04 && found?.isFrozen == true)
        // Twice 0.05 m at 0.4 m/s, and the 100 ms that a tracking error may last.
        #expect((found?.seconds ?? 0) > 0.35 && (found?.seconds ?? 1) < 0.37)
    }

    @Test("Where the measurements do not change in a bit they are what has failed")
    func frozen() {
        var robot = Self.robot
        // A detector of repeated samples that is not allowed to find it first.
        robot.timing.frozenSamples = 10_000
        var loop = LiveLoop(robot: robot)
        loop.move(200, leg: 40)
        let pose = loop.pose
        loop.move(300, leg: 40, action: 0.4) { $0.position = pose }
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .sensorFrozen)
    }

    @Test("Samples that do not come are no standstill: that is another stop")
    func silence() {
        var loop = LiveLoop(robot: Self.robot)
        loop.move(200, leg: 40)
        let place = loop.pose[0]
        loop.move(40, leg: 40, action: 0.3) {
            $0.position[0] = place + 1e-9 * Double($0.sequence % 3)
        }
        #expect(loop.state == .active)
        for _ in 0..<100 { loop.tick(lost: true) }
        #expect(loop.state == .protectiveStop && loop.verdict.cause == .observationStale)
    }

    @Test("A person is told of an axis a third of its tracking error behind, and once while it is")
    func warning() {
        var loop = LiveLoop(robot: Self.robot)
        var behind = 0.0
        /// Falls back, slowly enough for an encoder, and stays there.
        func fall(to error: Double, seconds: Double) {
            loop.run(seconds: seconds) {
                behind = min(error, behind + 0.005)
                $0.position[0] -= behind
            }
        }
        fall(to: 0.016, seconds: 1)
        #expect(loop.controller.takeTrackingWarning() == nil, "less than a third of 0.05 m")
        // Two thirds of the error beyond which it is stopped.
        fall(to: 0.033, seconds: 0.1)
        #expect(loop.controller.takeTrackingWarning() == nil, "not for as long as it may last")
        fall(to: 0.033, seconds: 0.1)
        let found = loop.controller.takeTrackingWarning()
        #expect(found?.axis == 0 && abs((found?.error ?? 0) - 0.033) < 1e-9)
        #expect(loop.controller.takeTrackingWarning() == nil && loop.state == .active)
        behind = 0.016
        fall(to: 0.016, seconds: 1)
        #expect(loop.controller.takeTrackingWarning() == nil, "less than a third")
        // A gripper that holds something is far from its command all the time.
        loop.run(seconds: 0.3) { $0.position[1] = 0.1 }
        #expect(loop.controller.takeTrackingWarning() == nil)
    }
}
