import Configuration
import Glibc

/// What a person asked for on the command line: which session, and with what.
public struct SessionRequest: Sendable {
    /// Launch file: a name in `launch/` or a path.
    public var launch: String
    /// `--set` arguments in order.
    public var overrides: [String]
    /// `--directory`, nil for the next free one.
    public var directory: String?
    /// Print the report as one JSON object.
    public var json: Bool
    /// No progress.
    public var quiet: Bool
    /// `--data`: sessions whose episodes are offline data.
    public var data: [String] = []
    /// `--weights`: a session whose last weights are the start.
    public var weights: String?
    /// A person is there to acknowledge a stop; nil: if standard input is a terminal.
    public var isAttended: Bool?
    /// By the wall clock the robot is not started before a person says so.
    public var isHeld = false
    /// The critic chooses among the policy's candidates.
    public var isGuided = true
    /// Episodes of `hone run`; nil until Ctrl-C.
    var episodes: Int?
    /// `directory` holds a session that was interrupted: go on with it.
    var isResume = false
    /// The session whose episodes a learner is given once more (`hone replay --train`).
    var replayed: String?
    /// Which of the commands that have stages of their own; nil where no robot lives episodes.
    var command: SessionKind?

    /// Whether a person is there: as asked for, else if standard input is a terminal.
    var hasPerson: Bool { isAttended ?? (isatty(0) == 1 && !json) }

    /// Whether it goes on where it was interrupted.
    var isResumable: Bool { command?.isResumable ?? false }

    /// Sessions whose episodes are learned from before anything moves; what goes on has them in `data`.
    func offlineData(of launch: Launch) -> [String] {
        let learns: Bool
        switch command {
        case .finetune, .pretrain: learns = !isResume
        case nil, .demo, .record, .evaluate, .run: learns = false
        }
        return data + (learns ? launch.session.offlineData : [])
    }

    /// Where what is imitated comes from; the session itself where nothing is named.
    func sources(of launch: Launch, in directory: String) -> [String] {
        let named = [replayed].compactMap { $0 } + offlineData(of: launch)
        return named.isEmpty ? [directory] : named
    }

    /// Creates a request.
    public init(
        launch: String, overrides: [String], directory: String?, json: Bool, quiet: Bool
    ) {
        self.launch = launch
        self.overrides = overrides
        self.directory = directory
        self.json = json
        self.quiet = quiet
    }
}
