/// What was counted while a data set was put together.
struct ImportTally: Sendable, Equatable {
    /// Steps in the file.
    var read = 0
    /// Steps behind the one that succeeded.
    var afterSuccess = 0
    /// Last steps without a next observation, of episodes that go on.
    var withoutNext = 0
    /// Terminal steps whose next observation is not in the file and does not matter.
    var nextDoesNotMatter = 0
    /// Episodes that ended in a terminal step without success.
    var terminalFailures = 0
    /// Episodes that were only cut off: they bootstrap.
    var timeouts = 0
    /// Least and largest Monte-Carlo return.
    var returns: ClosedRange<Float>?
}
