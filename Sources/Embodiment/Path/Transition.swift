/// One step of experience: policy-rate, in the policy's action space.
///
/// As large as its numbers, which lie in arrays: an episode has thousands of them. Reading one of the observations or
/// actions makes it anew, so whoever goes through its numbers takes it once.
public struct Transition: Sendable, Equatable {
    /// Episode number in the session, from 0.
    public var episode: UInt32
    /// Step in the episode, from 0.
    public var step: UInt32
    /// Who acted.
    public var source: ActionSource
    /// Version of the weights that acted; 0 when none did.
    public var policyVersion: UInt32
    /// What was seen, raw units, in the order of `RobotDescription.observation`.
    public var observation: Observation {
        get { seen.value }
        set { seen = KeptObservation(newValue) }
    }
    /// What the policy (or operator) proposed, −1…1 per axis.
    public var proposed: Action {
        get { Action(bits: proposedBits) }
        set { proposedBits = newValue.bits }
    }
    /// What the robot was made to do after the guardian, −1…1 per axis; what is learned from.
    public var executed: Action {
        get { Action(bits: executedBits) }
        set { executedBits = newValue.bits }
    }
    /// −1 before success, 0 on the step that accomplishes the task.
    public var reward: Float
    /// Nothing comes after this step, because the task is accomplished (reward 0) or can no longer
    /// be (reward −1); a time-out is not terminal.
    public var isTerminal: Bool
    /// What was seen after the step.
    public var nextObservation: Observation {
        get { seenAfter.value }
        set { seenAfter = KeptObservation(newValue) }
    }
    /// What made `proposed`; nil when no policy did, at steps that a decision had planned before, and in logs that do not
    /// have it.
    public var decision: DecisionRecord? {
        get { made?.value }
        set { made = newValue.map(KeptDecision.init) }
    }

    private var seen: KeptObservation
    private var seenAfter: KeptObservation
    private var proposedBits: [UInt64]
    private var executedBits: [UInt64]
    private var made: KeptDecision?

    /// Creates a transition.
    public init(
        episode: UInt32, step: UInt32, source: ActionSource, policyVersion: UInt32,
        observation: Observation, proposed: Action, executed: Action, reward: Float,
        isTerminal: Bool, nextObservation: Observation, decision: DecisionRecord? = nil
    ) {
        self.episode = episode
        self.step = step
        self.source = source
        self.policyVersion = policyVersion
        seen = KeptObservation(observation)
        proposedBits = proposed.bits
        executedBits = executed.bits
        self.reward = reward
        self.isTerminal = isTerminal
        seenAfter = KeptObservation(nextObservation)
        made = decision.map(KeptDecision.init)
    }
}

extension Action {
    fileprivate var bits: [UInt64] { values.map(\.bitPattern) }

    fileprivate init(bits: [UInt64]) {
        self.init(count: bits.count)
        for index in bits.indices { self[index] = Double(bitPattern: bits[index]) }
    }
}
