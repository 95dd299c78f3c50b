/// Rows of text under each other, as wide as they need to be.
public struct TextTable {
    /// One column's head and the side its texts stand on.
    public struct Column {
        /// Above its texts.
        public var head: String
        /// Whether its texts end under each other, as numbers do.
        public var isRight: Bool

        /// A column; numbers stand right.
        public init(head: String, isRight: Bool = true) {
            self.head = head
            self.isRight = isRight
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    /// A table without rows.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row with a text for each column.
    public mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "a text for each column")
        rows.append(row)
    }

    /// Head and rows, each line with its newline.
    public var text: String {
        let all = [columns.map(\.head)] + rows
        let widths = columns.indices.map { column in
            all.reduce(0) { max($0, $1[column].count) }
        }
        return all.map { row in
            let cells = columns.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column].isRight ? space + row[column] : row[column] + space
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}
