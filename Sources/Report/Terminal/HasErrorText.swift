/// An error that says in parts what was tried, found and is to be done.
public protocol HasErrorText: Error {
    /// The parts.
    var errorText: ErrorText { get }
}
