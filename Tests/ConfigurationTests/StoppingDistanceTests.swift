import Embodiment
import Testing

@testable import Configuration

@Suite("Stopping distances")
struct StoppingDistanceTests {
    @Test("S(v) is the distance of braking tick by tick, for seeded limits", arguments: 0..<200)
    func braking(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func draw(_ range: ClosedRange<Double>) -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            let unit = Double(state >> 11) / Double(1 << 53)
            return range.lowerBound + unit * (range.upperBound - range.lowerBound)
        }
        let tick = draw(0.001...0.1)
        let acceleration = draw(0.1...30)
        let velocity = draw(0...5)
        // The oracle: choose v now, then lose A·T each tick until rest.
        var distance = 0.0
        var speed = velocity
        while speed > 0 {
            distance += speed * tick
            speed -= acceleration * tick
        }
        let formula = AxisLimits.stoppingDistance(
            speed: velocity, acceleration: acceleration, period: tick)
        #expect(abs(formula - distance) <= 1e-9 * max(1, distance), "seed \(seed)")
    }

    @Test("The published example of the stop bound")
    func example() {
        // Control/Safety.md F8: V = 0.25 m/s, A = 1 m/s², T = 10 ms has S(V) = 32.5 mm.
        let distance = AxisLimits.stoppingDistance(
            speed: 0.25, acceleration: 1, period: 0.01)
        #expect(abs(distance - 0.0325) < 1e-12)
    }

    @Test("A person reads each axis' stopping distance before the first motion")
    func summary() throws {
        let robot = try RobotFile.read("widowx250s", in: project)
        let text = ConfigurationChecker.stoppingSummary(of: robot)
        for axis in robot.axes { #expect(text.contains("\n  \(axis.name) ")) }
        let line = text.split(separator: "\n").first { $0.hasPrefix("  x ") } ?? ""
        // S(0.3) at 3 m/s² and 10 ms = 0.0165 m; F8: 0.3 · 0.06 + 0.0165 + 0.05.
        #expect(line.contains("0.25 … 0.33") && line.contains("0.0165") && line.hasSuffix("0.0845"))
        #expect(StoppingDistance.write(0.000123456) == "0.000123")
        #expect(StoppingDistance.write(12.3456) == "12.3" && StoppingDistance.write(0) == "0")
    }
}
