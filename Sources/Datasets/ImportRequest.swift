/// What a person asked to be imported.
public struct ImportRequest: Sendable {
    /// File or folder of the data set.
    public var input: String
    /// One of the formats that are read, or `auto`.
    public var format: String
    /// Observation keys of the file, in order; empty for the format's own choice.
    public var keys: [String]
    /// The launch it is data for.
    public var launch: String
    /// `--set` arguments in order.
    public var overrides: [String]
    /// The session directory; nil for the next free one.
    public var directory: String?
    /// What may be assumed.
    public var rules: ImportRules
    /// Only look.
    public var isCheckOnly: Bool
    /// Print one JSON object.
    public var json: Bool

    /// Creates a request.
    public init(
        input: String, format: String, keys: [String], launch: String, overrides: [String],
        directory: String?, rules: ImportRules, isCheckOnly: Bool, json: Bool
    ) {
        self.input = input
        self.format = format
        self.keys = keys
        self.launch = launch
        self.overrides = overrides
        self.directory = directory
        self.rules = rules
        self.isCheckOnly = isCheckOnly
        self.json = json
    }
}
