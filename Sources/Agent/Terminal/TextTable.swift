/// Rows of text under each other, as wide as they need to be.
struct TextTable {
    /// One column's head and the side its texts stand on.
    struct Column {
        var head: String
        var isRight = true
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    /// A table without rows.
    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row with a text for each column.
    mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "a text for each column")
        rows.append(row)
    }

    /// Head and rows, each line with its newline.
    var text: String {
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
