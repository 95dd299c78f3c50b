import Embodiment
import Experience
import Learning
import Models
import Neural
import Recipe

/// A point in the plane that has to reach a goal behind a wall with a gap: small enough for a test.
///
/// The demonstrator is noisy and goes above or below the wall at random, so its actions are
/// bimodal; the budget of steps is tight, so that imitation alone fails about half the time.
struct PointTask {
    static let observationCount = 4
    static let actionCount = 2
    static let settingsSteps = 30
    static let speed: Float = 0.12
    static let reach: Float = 0.08

    var x: Float = 0
    var y: Float = 0
    var goalY: Float = 0
    var random: RandomKey
    var count: UInt64 = 0

    init(seed: UInt64, episode: Int, stream: UInt32) {
        random = RandomKey(seed: seed, stream: stream, step: UInt64(episode))
        x = -0.8
        y = uniform() * 1.2 - 0.6
        goalY = uniform() * 1.2 - 0.6
    }

    mutating func uniform() -> Float {
        count += 1
        return random.uniform(index: count)
    }

    var observation: Observation { Observation([x, y, 0.8 - x, goalY - y]) }

    var isAtGoal: Bool {
        let dx = 0.8 - x
        let dy = goalY - y
        return (dx * dx + dy * dy).squareRoot() < Self.reach
    }

    mutating func step(_ action: Action) {
        let nextX = x + Self.speed * Float(max(-1, min(1, action[0])))
        let nextY = y + Self.speed * Float(max(-1, min(1, action[1])))
        // A wall at x = 0 between y = −0.5 and 0.5.
        let crosses = (x < 0) != (nextX < 0)
        if crosses && abs(y) < 0.5 { return }
        x = max(-1, min(1, nextX))
        y = max(-1, min(1, nextY))
    }

    /// What the demonstrator would do: over or under the wall, then to the goal, with noise.
    mutating func demonstration(above: Bool, noise: Float) -> Action {
        var dx: Float
        var dy: Float
        if x < 0 {
            let wayY: Float = above ? 0.7 : -0.7
            dx = abs(y) > 0.55 ? 0.4 : (-0.25 - x)
            dy = wayY - y
        } else {
            dx = 0.8 - x
            dy = goalY - y
        }
        let length = max((dx * dx + dy * dy).squareRoot(), 1e-6)
        let scale = min(1, length / Self.speed) / length * 0.8
        dx = dx * scale + noise * (uniform() + uniform() - 1)
        dy = dy * scale + noise * (uniform() + uniform() - 1)
        return Action([Double(max(-1, min(1, dx))), Double(max(-1, min(1, dy)))])
    }

    /// Runs one episode with whatever chooses actions.
    static func run(
        seed: UInt64, episode: Int, stream: UInt32, purpose: EpisodePurpose, limit: Int = 30,
        act: (inout PointTask, Int) -> Action
    ) -> Episode {
        var task = PointTask(seed: seed, episode: episode, stream: stream)
        var transitions: [Transition] = []
        var outcome = EpisodeOutcome.failure
        for step in 0..<limit {
            let seen = task.observation
            let action = act(&task, step)
            task.step(action)
            let done = task.isAtGoal
            transitions.append(
                Transition(
                    episode: UInt32(episode), step: UInt32(step), source: .policy,
                    policyVersion: 0, observation: seen, proposed: action, executed: action,
                    reward: done ? 0 : -1, isTerminal: done, nextObservation: task.observation))
            if done {
                outcome = .success
                break
            }
        }
        return Episode(
            number: UInt32(episode), seed: seed, purpose: purpose, outcome: outcome,
            transitions: transitions)
    }
}

/// A session in miniature: demonstrations, imitation, offline critic, online fine-tuning.
final class PointSession {
    let settings: AlgorithmSettings
    let seed: UInt64
    let learner: Learner
    let actor: Actor
    let offline: ReplayStore
    let online: ReplayStore
    private var snapshot: [Float]
    private var acts: UInt64 = 0

    init(settings: AlgorithmSettings, seed: UInt64, workers: Int = 1) {
        self.settings = settings
        self.seed = seed
        learner = Learner(
            observationCount: PointTask.observationCount, actionCount: PointTask.actionCount,
            settings: settings, seed: seed, workers: workers)
        actor = Actor(
            observationCount: PointTask.observationCount, actionCount: PointTask.actionCount,
            settings: settings)
        offline = Self.store(settings)
        online = Self.store(settings)
        snapshot = Array(repeating: 0, count: learner.snapshotCount)
    }

    static func store(_ settings: AlgorithmSettings) -> ReplayStore {
        ReplayStore(
            observationCount: PointTask.observationCount, actionCount: PointTask.actionCount,
            capacity: 20_000, discount: Float(settings.critic.discount),
            failedToFloor: settings.schedule.failedToFloor)
    }

    func demonstrate(_ episodes: Int, noise: Float = 0.5) -> Int {
        var successes = 0
        for episode in 0..<episodes {
            let above =
                RandomKey(seed: seed, stream: 77, step: 0).uniform(
                    index: UInt64(episode)) < 0.5
            let run = PointTask.run(
                seed: seed, episode: episode, stream: 10, purpose: .demonstration, limit: 60
            ) { task, _ in task.demonstration(above: above, noise: noise) }
            if run.outcome == .success { successes += 1 }
            if run.outcome == .success { offline.admit(run) }
        }
        return successes
    }

    func publish() {
        snapshot.withUnsafeMutableBufferPointer { learner.writeSnapshot(into: $0) }
        snapshot.withUnsafeBufferPointer { actor.load($0) }
    }

    func episode(
        _ number: Int, purpose: EpisodePurpose, mode: ActingMode
    ) -> Episode {
        let stream: UInt32 = purpose == .evaluation ? 30 : 20
        return PointTask.run(seed: seed, episode: number, stream: stream, purpose: purpose) {
            task, _ in
            acts += 1
            return actor.act(
                on: task.observation, mode: mode,
                key: RandomKey(seed: seed, stream: 40, step: acts))
        }
    }

    func evaluate(_ episodes: Int, mode: ActingMode) -> Double {
        publish()
        var successes = 0
        for number in 0..<episodes
        where episode(number, purpose: .evaluation, mode: mode).outcome == .success {
            successes += 1
        }
        return Double(successes) / Double(episodes)
    }

    func imitate() -> [Float] {
        learner.fitNormaliser(DemonstratedRanges(of: offline))
        var losses: [Float] = []
        for _ in 0..<settings.schedule.imitationUpdates {
            losses.append(learner.imitationUpdate(offline: offline))
        }
        return losses
    }

    /// Collects an episode and learns from it, as often as told.
    func finetune(
        episodes: Int, mode: ActingMode = .guided,
        report: (Int, CriticMetrics, PolicyMetrics) -> Void = { _, _, _ in }
    ) {
        learner.beginOnline()
        var critic = CriticMetrics()
        var policy = PolicyMetrics()
        for number in 0..<episodes {
            publish()
            let run = episode(number, purpose: .training, mode: mode)
            online.admit(run)
            let steps = run.transitions.count
            for _ in 0..<Int(Double(steps) * settings.schedule.basePolicyUTD) {
                policy = learner.policyUpdate(offline: offline, online: online)
            }
            for _ in 0..<Int(Double(steps) * settings.schedule.criticUTD) {
                critic = learner.criticUpdate(offline: offline, online: online)
            }
            report(number, critic, policy)
        }
    }
}
