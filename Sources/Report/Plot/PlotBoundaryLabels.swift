/// Where the words of a plot's boundaries stand: above its area, in as many rows as it takes for none to touch another.
///
/// From right to left each word takes the lowest row that is free, so that the line to a word in a higher row rises to the
/// left of the words below it. Lengths are in units of the view box. A plain value.
struct PlotBoundaryLabels {
    /// One boundary within the axis.
    struct Place {
        /// Of the line.
        let x: Double
        /// The word.
        let label: String
        /// Where the word begins and ends.
        let span: ClosedRange<Double>
        /// Of the word; 0 is the lowest.
        var row = 0
        /// The rows that the line rises through to reach its word; 0 where it would cross another.
        var rise = 0
    }

    /// From left to right.
    let places: [Place]
    /// Rows that are needed.
    let rows: Int

    /// Height of a row.
    static let rowHeight = 12.0
    /// Between two words of a row at least.
    private static let gap = 8.0

    /// - Parameters:
    ///   - boundaries: those outside of the axis are left out.
    ///   - x: the axis; words may reach a little beyond its end.
    init(_ boundaries: [(x: Double, label: String)], on x: PlotScale) {
        var places = boundaries.filter { $0.x >= x.lower && $0.x <= x.upper }
            .sorted { $0.x < $1.x }
            .map { boundary in
                let at = x.position(boundary.x)
                let width = SVGText.width(of: boundary.label)
                let start = min(at, x.end + 8 - width)
                return Place(x: at, label: boundary.label, span: start...(start + width))
            }
        for index in places.indices.reversed() {
            let end = places[index].span.upperBound + Self.gap
            let behind = places[(index + 1)...]
            places[index].row =
                behind.filter { min($0.x, $0.span.lowerBound) < end }.map { $0.row + 1 }.max() ?? 0
        }
        for index in places.indices {
            let place = places[index]
            let isFree = !places.contains {
                $0.row < place.row && $0.span.contains(place.x)
            }
            places[index].rise = isFree ? place.row : 0
        }
        self.places = places
        rows = (places.map(\.row).max() ?? -1) + 1
    }
}
