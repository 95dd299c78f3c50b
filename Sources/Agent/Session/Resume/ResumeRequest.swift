/// What a person asked for who wants an interrupted session to go on.
public struct ResumeRequest: Sendable {
    /// Of `hone finetune` or `hone demo`; it says everything else.
    public var directory: String
    /// `--project`: the folder with the YAML files; nil for the one around the caller.
    public var project: String?
    /// `--allow`: what the session was begun with and may do again, word for word.
    public var allowed: [String] = []
    /// Print the report as one JSON object.
    public var json = false
    /// No progress.
    public var quiet = false
    /// By the wall clock the robot is not started before a person says so.
    public var isHeld = false
    /// As in `SessionRequest`.
    public var isAttended: Bool?

    /// Of the session in a directory.
    public init(directory: String) { self.directory = directory }
}
