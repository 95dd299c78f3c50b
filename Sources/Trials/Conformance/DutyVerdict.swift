import Bridge

/// What became of one duty's test.
enum DutyVerdict: String, Sendable, Equatable {
    /// The bridge did what it owes.
    case pass
    /// It did not.
    case fail
    /// It was not asked to, or does not owe it in its schedule.
    case notTested = "not tested"
}
