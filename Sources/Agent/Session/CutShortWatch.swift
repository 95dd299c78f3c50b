/// Notices training episodes that are all cut short: whoever starts the robot again each time may not see
/// that nothing is learned meanwhile.
///
/// A plain value; pure.
struct CutShortWatch: Sendable {
    /// How many in a row are told of.
    static let episodes = 5

    private var inRow = 0

    /// Takes how an episode ended; true once in each row of them that has become that long.
    mutating func note(isCutShort: Bool) -> Bool {
        inRow = isCutShort ? inRow + 1 : 0
        return inRow == Self.episodes
    }
}
