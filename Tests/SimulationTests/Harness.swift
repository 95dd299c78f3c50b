import Embodiment

@testable import Simulation

/// Turns policy actions into set-points as the agent does, with a straight interpolation.
struct Driver {
    let robot: SimulatedRobot
    var command: AxisVector = SimulatedAxes.home
    var steps = 0

    init(_ robot: SimulatedRobot) { self.robot = robot }

    /// One policy step: 20 command periods towards the action's target.
    mutating func step(_ action: Action) {
        let start = command
        var target = command
        for axis in 0..<7 {
            let limits = SimulatedAxes.recommendedLimits[axis]
            let wanted =
                axis < 6
                ? start[axis] + action[axis] * SimulatedAxes.actionScale[axis]
                : (action[axis] + 1) / 2
            target[axis] = max(limits.lower, min(limits.upper, wanted))
        }
        for tick in 1...20 {
            for axis in 0..<6 {
                command[axis] =
                    start[axis] + (target[axis] - start[axis]) * Double(tick) / 20
            }
            let change = max(-0.08, min(0.08, target[6] - command[6]))
            command[6] += change
            robot.advance(towards: command)
            if robot.scene.isSuccess || robot.scene.failure != .none { break }
        }
        steps += 1
    }
}

/// What a stand-in looks at.
enum Eyes { case truth, reported }

/// How one episode went.
struct EpisodeResult {
    var isSuccess = false
    var failure = SceneFailure.none
    var steps = 0
    var misses: UInt64 = 0
    var unreachable: UInt64 = 0
    var side = 0.0
}

/// One episode of a scripted stand-in, at most 60 policy steps.
func runEpisode(
    task: SimulatedTask, variant: SimulatedVariant, seed: UInt64, eyes: Eyes,
    manner: ScriptedOperator.Manner = .init(), conditions: SimulatedConditions? = nil,
    purpose: EpisodePurpose = .evaluation, trace: Bool = false
) -> EpisodeResult {
    let robot = SimulatedRobot(task: task, variant: variant, conditions: conditions)
    robot.reset(seed: seed, purpose: purpose, demonstrates: false)
    var standIn = ScriptedOperator(
        geometry: task.geometry, key: CounterRandom(seed, 77).key, manner: manner)
    var driver = Driver(robot)
    var result = EpisodeResult()
    while driver.steps < 60, !robot.scene.isSuccess, robot.scene.failure == .none {
        let view = eyes == .truth ? robot.trueView : robot.reportedView
        standIn.watch(view)
        let action = standIn.action(view, tick: robot.ticks)
        if standIn.side != 0 { result.side = standIn.side }
        if trace {
            func f(_ x: Double) -> String { String(Int((x * 1000).rounded())) }
            print(
                driver.steps, "tool", f(view.tool.x), f(view.tool.y), f(view.tool.z), "obj",
                f(view.object.x), f(view.object.y), f(view.object.z), "goal", f(view.goal.x),
                f(view.goal.y), f(view.goal.z), "w", f(view.width), "l", f(view.load),
                robot.scene.state, "a", (0..<7).map { f(action[$0]) }.joined(separator: " "))
        }
        driver.step(action)
    }
    result.isSuccess = robot.scene.isSuccess
    result.failure = robot.scene.failure
    result.steps = driver.steps
    result.misses = standIn.misses
    result.unreachable = robot.arm.unreachable
    return result
}

/// A batch of episodes in figures.
struct Batch {
    var successes = 0
    var episodes = 0
    var collisions = 0
    var toppled = 0
    var lost = 0
    var timeouts = 0
    var retried = 0
    var left = 0
    var right = 0
    var steps: [Int] = []
    var unreachable: UInt64 = 0
    var rate: Double { Double(successes) / Double(episodes) }

    mutating func add(_ result: EpisodeResult) {
        episodes += 1
        if result.isSuccess {
            successes += 1
            steps.append(result.steps)
        } else {
            switch result.failure {
            case .none: timeouts += 1
            case .collision: collisions += 1
            case .toppled: toppled += 1
            case .lost: lost += 1
            }
        }
        if result.misses > 0 { retried += 1 }
        if result.side > 0 { right += 1 }
        if result.side < 0 { left += 1 }
        unreachable += result.unreachable
    }

    var summary: String {
        let sorted = steps.sorted()
        let median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        let p10 = sorted.isEmpty ? 0 : sorted[sorted.count / 10]
        let p90 = sorted.isEmpty ? 0 : sorted[sorted.count * 9 / 10]
        return "\(successes)/\(episodes) collision \(collisions) toppled \(toppled) lost \(lost) "
            + "timeout \(timeouts) retried \(retried) steps \(p10)/\(median)/\(p90) "
            + "sides \(left)/\(right) unreachable \(unreachable)"
    }
}

/// A reduced-noise stand-in, as a policy that has been fine-tuned.
var practised: ScriptedOperator.Manner {
    var manner = ScriptedOperator.Manner()
    manner.noise = 0.0015
    manner.proportionalNoise = 0.04
    manner.lapseProbability = 0
    manner.correctionProbability = 0
    return manner
}

func runBatch(
    _ episodes: Int, task: SimulatedTask, variant: SimulatedVariant, eyes: Eyes,
    manner: ScriptedOperator.Manner = .init(), conditions: SimulatedConditions? = nil
) -> Batch {
    var batch = Batch()
    for seed in 0..<UInt64(episodes) {
        batch.add(
            runEpisode(
                task: task, variant: variant, seed: seed, eyes: eyes, manner: manner,
                conditions: conditions))
    }
    return batch
}
