import Embodiment
import Experience
import Learning
import Models
import Neural
import Recipe

/// A learner, an actor and stores of made-up experience: what `hone-bench` and `hone doctor` time.
///
/// One thread at a time; the learner brings its own workers, which end with it.
public final class LearningWorkload {
    private static let steps = 50

    /// Scalars of one observation, O.
    public let observationCount: Int
    /// Scalars of one action, A.
    public let actionCount: Int
    /// The learner, its normaliser fitted.
    public let learner: Learner
    /// An actor with the learner's weights.
    public let actor: Actor
    /// Episodes of fifty steps, every other one a success.
    public let offline: ReplayStore
    /// As many others.
    public let online: ReplayStore

    private var acts: UInt64 = 0

    /// - Parameters:
    ///   - workers: threads of the learner, the caller included.
    ///   - episodes: in each of the two stores.
    public init(
        observationCount: Int, actionCount: Int, settings: AlgorithmSettings, workers: Int,
        episodes: Int = 60
    ) {
        self.observationCount = observationCount
        self.actionCount = actionCount
        let (observations, actions) = (observationCount, actionCount)
        learner = Learner(
            observationCount: observations, actionCount: actions, settings: settings, seed: 1,
            workers: workers)
        actor = Actor(
            observationCount: observations, actionCount: actions, settings: settings)
        func store(_ first: Int) -> ReplayStore {
            let store = ReplayStore(
                observationCount: observations, actionCount: actions,
                capacity: episodes * Self.steps, discount: Float(settings.critic.discount),
                failedToFloor: settings.schedule.failedToFloor)
            for number in 0..<episodes {
                store.admit(
                    Self.episode(
                        first + number, observationCount: observations, actionCount: actions))
            }
            return store
        }
        offline = store(0)
        online = store(1000)
        learner.fitNormaliser(DemonstratedRanges(of: offline))
        let snapshot = UnsafeMutableBufferPointer<Float>.allocate(capacity: learner.snapshotCount)
        learner.writeSnapshot(into: snapshot)
        actor.load(UnsafeBufferPointer(snapshot))
        snapshot.deallocate()
    }

    deinit { learner.stop() }

    /// Made-up experience: random observations and actions.
    private static func episode(
        _ number: Int, observationCount: Int, actionCount: Int
    ) -> Episode {
        let key = RandomKey(seed: 7, stream: 1, step: UInt64(number))
        var index: UInt64 = 0
        func uniform() -> Float {
            index += 1
            return 2 * key.uniform(index: index) - 1
        }
        func seen() -> Observation {
            Observation((0..<observationCount).map { _ in uniform() })
        }
        var last = seen()
        let transitions = (0..<steps).map { step in
            let next = seen()
            defer { last = next }
            let action = Action((0..<actionCount).map { _ in Double(uniform()) })
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

    /// One value-guided action.
    public func act() {
        acts += 1
        let seen = offline.observation(ofRow: Int(acts) % offline.count)
        var observation = Observation(count: observationCount)
        for index in 0..<observationCount { observation[index] = seen[index] }
        _ = actor.act(
            on: observation, mode: .guided, key: RandomKey(seed: 1, stream: 2, step: acts))
    }

    /// One critic update.
    public func critic() { _ = learner.criticUpdate(offline: offline, online: online) }

    /// One policy update.
    public func distill() { _ = learner.policyUpdate(offline: offline, online: online) }

    /// One imitation update.
    public func imitation() { _ = learner.imitationUpdate(offline: offline) }
}
