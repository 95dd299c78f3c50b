import ArgumentParser
import Platform

/// `hone-bench limits`: adversarial motion over random limit sets, judged by what knows only the limits.
struct Limits: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Tries to make the limiter break a limit, and measures how far stops go.",
        discussion: """
            Every figure is recomputed from the emitted positions by an oracle that shares nothing \
            with the limiter. A margin is the largest excess over a limit as a share of it, after \
            the rounding of the positions is taken off; above 0 it is a violation. Ends with 70 if \
            there is any.
            """)

    @Option(help: "Steps of the second-order limiter.")
    var second = 10_000_000

    @Option(help: "Steps of the third-order limiter.")
    var third = 1_000_000

    @Option(help: "Steps of axes that are commanded by their velocity.")
    var velocity = 2_000_000

    @Option(help: "Ticks of whole robots with planes, tool speed, tilt and shared scales.")
    var robots = 200_000

    @Option(help: "Numbers that are not finite put into actions and samples.")
    var injections = 10_000

    @Option(help: "Stops of a moving robot whose distance is held against its published bound.")
    var stops = 1000

    @Option(help: "Decides everything.")
    var seed: UInt64 = 1

    func validate() throws {
        for count in [second, third, velocity, robots, injections, stops] where count < 0 {
            throw ValidationError("Counts are not negative.")
        }
    }

    func run() throws {
        print("seed \(seed)")
        var violations = 0
        for (name, count, body) in [
            ("second-order steps", second, LimitTrial.secondOrder),
            ("third-order steps", third, LimitTrial.thirdOrder),
            ("velocity steps", velocity, VelocityTrial.steps),
            ("robot ticks", robots, RobotTrial.ticks),
            ("injections", injections, RobotTrial.injections),
            ("stops", stops, RobotTrial.stops),
        ] as [(String, Int, (Int, UInt64) -> TrialResult)] where count > 0 {
            let clock = SystemClock()
            let start = clock.now
            let result = body(count, seed)
            let seconds = clock.now.seconds(since: start)
            violations += result.violations
            print(
                "\(name): \(result.steps), violations \(result.violations), "
                    + result.figures
                    + ", \(rounded(seconds * 1e9 / Double(max(1, result.ticks)), 0)) ns a tick with "
                    + "oracle, \(rounded(seconds, 1)) s")
            if let first = result.first { print("  first: \(first)") }
        }
        if violations > 0 { throw ExitCode(70) }
    }
}
