/// Where something stands: which text, line and column from 1.
struct Mark: Sendable, Equatable {
    /// Index into `Diagnostics.sources`.
    var source: Int
    /// Line, from 1; 0 when there is no place.
    var line: Int
    /// Column, from 1, in characters.
    var column: Int
}
