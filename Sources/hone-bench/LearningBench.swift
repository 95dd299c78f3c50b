import Embodiment
import Experience
import Learning
import Models
import Neural

/// A learner, an actor and filled stores at the sizes that the peer program uses.
final class LearningBench {
    static let observationCount = 20
    static let actionCount = 7
    private static let episodes = 60
    private static let steps = 50

    let settings: AlgorithmSettings
    let learner: Learner
    let actor: Actor
    let offline: ReplayStore
    let online: ReplayStore

    init(settings: AlgorithmSettings, workers: Int) {
        self.settings = settings
        let (observations, actions) = (Self.observationCount, Self.actionCount)
        learner = Learner(
            observationCount: observations, actionCount: actions, settings: settings, seed: 1,
            workers: workers)
        actor = Actor(
            observationCount: observations, actionCount: actions, settings: settings)
        func store(_ first: Int) -> ReplayStore {
            let store = ReplayStore(
                observationCount: observations, actionCount: actions,
                capacity: Self.episodes * Self.steps, discount: Float(settings.critic.discount),
                failedToFloor: settings.schedule.failedToFloor)
            for number in 0..<Self.episodes { store.admit(Self.episode(first + number)) }
            return store
        }
        offline = store(0)
        online = store(1000)
        learner.fitNormaliser(offline)
        let snapshot = UnsafeMutableBufferPointer<Float>.allocate(capacity: learner.snapshotCount)
        learner.writeSnapshot(into: snapshot)
        actor.load(UnsafeBufferPointer(snapshot))
        snapshot.deallocate()
    }

    deinit { learner.stop() }

    /// Made-up experience: random observations and actions.
    private static func episode(_ number: Int) -> Episode {
        let key = RandomKey(seed: 7, stream: 1, step: UInt64(number))
        var index: UInt64 = 0
        func uniform() -> Float {
            index += 1
            return 2 * key.uniform(index: index) - 1
        }
        func seen() -> FeatureVector {
            FeatureVector((0..<observationCount).map { _ in uniform() })
        }
        var last = seen()
        let transitions = (0..<steps).map { step in
            let next = seen()
            defer { last = next }
            let action = AxisVector((0..<actionCount).map { _ in Double(uniform()) })
            let isLast = step == steps - 1 && number % 2 == 0
            return Transition(
                episode: UInt32(number), step: UInt32(step), source: .policy, policyVersion: 0,
                observation: last, proposed: action, executed: action, reward: isLast ? 0 : -1,
                isTerminal: isLast, nextObservation: next)
        }
        return Episode(
            number: UInt32(number), seed: 7, purpose: .training,
            outcome: number % 2 == 0 ? .success : .failure, transitions: transitions)
    }

    private var acts: UInt64 = 0

    /// One value-guided action.
    func act() {
        acts += 1
        let column = offline.observationColumn
        let first = Int(acts) % offline.count * Self.observationCount
        var observation = FeatureVector(count: Self.observationCount)
        for index in 0..<Self.observationCount { observation[index] = column[first + index] }
        _ = actor.act(
            on: observation, mode: .guided, key: RandomKey(seed: 1, stream: 2, step: acts))
    }

    /// One critic update.
    func critic() { _ = learner.criticUpdate(offline: offline, online: online) }

    /// One policy update.
    func distill() { _ = learner.policyUpdate(offline: offline, online: online) }

    /// One imitation update.
    func imitation() { _ = learner.imitationUpdate(offline: offline) }
}
