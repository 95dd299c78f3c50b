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
    /// Which of the commands that have stages of their own; nil where no robot lives episodes.
    var command: SessionKind?

    /// Whether a person is there: as asked for, else if standard input is a terminal.
    var hasPerson: Bool { isAttended ?? (isatty(0) == 1 && !json) }

    /// Whether it goes on where it was interrupted.
    var isResumable: Bool { command?.isResumable ?? false }

    /// Sessions whose episodes are offline data: those that it names, and those of the launch where they are used.
    func data(with launch: Launch) -> [String] {
        let usesLaunchs = command == .finetune || command == .pretrain
        return data + (usesLaunchs ? launch.session.offlineData : [])
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
