/// Something a person should know before a data set is trained on.
struct ImportFinding: Sendable, Equatable {
    /// How much it matters.
    enum Weight: String, Sendable {
        /// Nothing is imported.
        case error
        /// Look at it; it is imported all the same.
        case warning
        /// What was assumed or done.
        case note
    }

    var weight: Weight
    var text: String
}
