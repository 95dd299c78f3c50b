/// What was counted while a data set was put together.
struct ImportTally: Sendable, Equatable {
    /// Steps behind the one that succeeded.
    var afterSuccess = 0
    /// Episodes of several steps of which the first succeeded.
    var successAtOnce = 0
    /// Last steps without a next observation, of episodes that go on.
    var withoutNext = 0
    /// Episodes of which nothing is left.
    var unusable = 0
    /// Terminal steps whose next observation is not in the file and does not matter.
    var nextDoesNotMatter = 0
    /// Episodes that ended in a terminal step without success.
    var terminalFailures = 0
    /// Episodes that a rule calls successful and the file does not.
    var contradicted = 0
    /// Episodes that the file calls successful and no rule does.
    var unfounded = 0
    /// Episodes that were only cut off: they bootstrap.
    var timeouts = 0
    /// Least and largest Monte-Carlo return.
    var returns: ClosedRange<Float>?
}
