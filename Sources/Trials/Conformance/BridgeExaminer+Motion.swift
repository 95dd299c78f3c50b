import Bridge
import Embodiment
import Platform

/// Duties that cannot be seen without moving the robot a little: `--motion`.
extension BridgeExaminer {
    func testFollowing(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            for axis in 0..<description.axes.count {
                let motion = try SmallMotion(
                    of: description, robot: robot, axis: axis, from: peer.pose)
                trial.step(
                    "commands that move \(motion.text) and back",
                    expecting: "the measured pose follows, stop 0")
                let start = peer.pose[axis]
                let end = motion.out.last?[axis] ?? start
                for (way, goal) in [(motion.out, end), (motion.back, start)] {
                    for point in way { try send(point, to: peer) }
                    // A robot follows with a lag: half a second to arrive.
                    for _ in 0..<Int(description.commandRateHz / 2) {
                        guard let last = way.last else { break }
                        try send(last, to: peer)
                        let measured = peer.last?.position[axis] ?? .nan
                        if abs(measured - goal) < 0.1 * motion.displacement { break }
                    }
                    let measured = peer.last?.position[axis] ?? .nan
                    try trial.check(
                        abs(measured - goal) < 0.2 * motion.displacement,
                        "it measures \(measured) where \(goal) was commanded")
                    try trial.check(
                        peer.last?.stop == BridgeStop.none,
                        "stop \(peer.last?.stop.rawValue ?? 0) on the way")
                }
            }
            trial.summary = "\(description.axes.count) axes"
        }
    }

    func testLimits(_ trial: inout DutyTrial) throws {
        try commanding { peer in
            guard let jump = Jump(of: description, from: peer.pose) else {
                throw Untestable(
                    reason: "on no axis is a small jump (2 % of the range) beyond its limits")
            }
            // Following, not catching up after a pause.
            for _ in 0..<10 { try send(peer.pose, to: peer) }
            let name = description.axes[jump.axis].name
            let steady = peer.pose
            trial.step(
                "in one period a jump of axis \(name) from \(steady[jump.axis]) to "
                    + "\(jump.target[jump.axis]), \(jump.reason)",
                expecting: "an error, a stop, or no more motion than the description allows")
            var seen: [SensorSample] = []
            var refusals: [BridgeMessage] = []
            for _ in 0..<(description.isLockstep ? 10 : 1) {
                try peer.probe.send(peer.next { $0.position = jump.target })
                let found = try peer.watch(
                    for: .milliseconds(description.isLockstep ? 20 : 200))
                seen += found.samples
                refusals += found.refusals
            }
            if let refusal = refusals.first {
                trial.summary = "refused: \(BridgeMessage.text(refusal))"
            } else if let stop = seen.first(where: { $0.stop == .limit || $0.stop == .fault }) {
                trial.summary = "stopped: \(stop.stop)"
            } else {
                try jump.check(seen, from: steady, trial)
                trial.summary = "moved within its limits"
            }
            // A new epoch ends the stop; then back to where it was.
            try peer.startAnew()
            for _ in 0..<20 { try send(peer.pose, to: peer) }
        }
    }
}

/// The smallest set-point that a robot must not carry out as it stands.
private struct Jump {
    let axis: Int
    let target: AxisVector
    let reason: String
    private let described: BridgeDescription.Axis
    private let period: Double

    /// nil where every small jump is within the limits.
    init?(of description: BridgeDescription, from pose: AxisVector) {
        let period = 1 / description.commandRateHz
        self.period = period
        for (index, axis) in description.axes.enumerated() {
            let distance = SmallMotion.displacement(of: axis)
            if distance > 2 * axis.acceleration * period * period {
                let middle = (axis.lower + axis.upper) / 2
                var target = pose
                target[index] += pose[index] <= middle ? distance : -distance
                self.axis = index
                self.target = target
                described = axis
                reason = "harder than its acceleration of \(NumberText.short(axis.acceleration))"
                return
            }
            // An axis that may cross its whole range in one period has nothing but the range.
            let range = axis.upper - axis.lower
            if axis.acceleration * period * period >= range, axis.velocity * period >= range {
                var target = pose
                target[index] = axis.upper + 0.1 * range
                self.axis = index
                self.target = target
                described = axis
                reason = "beyond its upper end \(NumberText.short(axis.upper))"
                return
            }
        }
        return nil
    }

    /// Every measured step within the described limits, with half as much again for the measurement.
    func check(
        _ samples: [SensorSample], from start: AxisVector, _ trial: DutyTrial
    ) throws(DutyTrial.Broken) {
        var (place, speed) = (start[axis], 0.0)
        for sample in samples {
            let measured = sample.position[axis]
            let range = described.upper - described.lower
            try trial.check(
                measured >= described.lower - 1e-3 * range
                    && measured <= described.upper + 1e-3 * range,
                "it measures \(measured), outside its range")
            let next = (measured - place) / period
            try trial.check(
                abs(next) <= 1.5 * described.velocity, "it moved at \(NumberText.short(next))/s")
            try trial.check(
                abs(next - speed) <= 1.5 * described.acceleration * period,
                "its speed changed by \(NumberText.short(next - speed))/s in a period")
            (place, speed) = (measured, next)
        }
    }
}
