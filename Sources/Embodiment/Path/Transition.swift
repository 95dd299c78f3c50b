/// How an episode ended.
///
/// A time-out is a failure too, but not a terminal one.
public enum EpisodeOutcome: UInt8, Sendable, Equatable, CaseIterable {
    /// The task was accomplished.
    case success = 0
    /// The step budget ran out or the environment gave up.
    case failure = 1
    /// Stopped by a person, a guardian or a fault: not a judgement of the policy.
    case aborted = 2

    /// The word used in reports.
    public var name: String {
        switch self {
        case .success: "success"
        case .failure: "failure"
        case .aborted: "aborted"
        }
    }
}

/// One step of experience: policy-rate, in the policy's action space.
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
    public var observation: Observation
    /// What the policy (or operator) proposed, −1…1 per axis.
    public var proposed: Action
    /// What the robot was made to do after the guardian, −1…1 per axis; what is learned from.
    public var executed: Action
    /// −1 before success, 0 on the step that accomplishes the task.
    public var reward: Float
    /// Nothing comes after this step, because the task is accomplished (reward 0) or can no longer
    /// be (reward −1); a time-out is not terminal.
    public var isTerminal: Bool
    /// What was seen after the step.
    public var nextObservation: Observation
    /// What made `proposed`; nil when no policy did, and in logs that do not have it.
    public var decision: DecisionRecord?

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
        self.observation = observation
        self.proposed = proposed
        self.executed = executed
        self.reward = reward
        self.isTerminal = isTerminal
        self.nextObservation = nextObservation
        self.decision = decision
    }
}

/// A whole episode: what the recorder makes durable and the replay store admits.
public struct Episode: Sendable, Equatable {
    /// Episode number in the session.
    public var number: UInt32
    /// Seed of the start state, as sent in `reset`.
    public var seed: UInt64
    /// `demonstration`, `evaluation` or `training`.
    public var purpose: EpisodePurpose
    /// How it ended.
    public var outcome: EpisodeOutcome
    /// Its steps in order.
    public var transitions: [Transition]

    /// Steps of the longest episode that is trained on.
    public static let mostSteps = 65_536

    /// Creates an episode.
    public init(
        number: UInt32, seed: UInt64, purpose: EpisodePurpose, outcome: EpisodeOutcome,
        transitions: [Transition]
    ) {
        self.number = number
        self.seed = seed
        self.purpose = purpose
        self.outcome = outcome
        self.transitions = transitions
    }
}

/// What an episode is for; start states of different purposes never coincide.
public enum EpisodePurpose: UInt8, Sendable, Equatable, CaseIterable {
    /// Recorded from an operator, before training.
    case demonstration = 0
    /// Measures a policy; never trained on.
    case evaluation = 1
    /// Collected while fine-tuning; trained on.
    case training = 2

    /// The word used on the wire and in reports.
    public var name: String {
        switch self {
        case .demonstration: "demonstration"
        case .evaluation: "evaluation"
        case .training: "training"
        }
    }
}
