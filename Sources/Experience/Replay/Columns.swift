/// Columns of so many rows in flat memory, each by its name.
///
/// All memory is reserved at the start and touched only where it is written. It does not lock: its owner says who
/// writes.
final class Columns {
    /// Rows there is room for.
    let rows: Int
    /// The columns, in the order of the memory.
    let columns: [Column]
    private let memory: [UnsafeMutableRawPointer]

    /// Reserves the memory.
    init(rows: Int, _ columns: [Column]) {
        precondition(rows > 0, "a store has rows")
        precondition(Set(columns.map(\.name)).count == columns.count, "a column's name is its own")
        self.rows = rows
        self.columns = columns
        memory = columns.map { column in
            .allocate(byteCount: max(1, rows * column.bytesPerRow), alignment: 64)
        }
    }

    deinit { for block in memory { block.deallocate() } }

    /// Bytes that one row takes in all columns.
    var bytesPerRow: Int { columns.reduce(0) { $0 + $1.bytesPerRow } }

    /// A column of floats, [rows, width].
    func floats(_ name: String) -> UnsafeMutablePointer<Float> {
        bound(name, .float32, to: Float.self)
    }

    /// A column of bytes, [rows, width].
    func bytes(_ name: String) -> UnsafeMutablePointer<UInt8> {
        bound(name, .uint8, to: UInt8.self)
    }

    /// A column of 32-bit integers, [rows, width].
    func integers(_ name: String) -> UnsafeMutablePointer<Int32> {
        bound(name, .int32, to: Int32.self)
    }

    private func bound<Element>(
        _ name: String, _ element: ColumnElement, to type: Element.Type
    ) -> UnsafeMutablePointer<Element> {
        guard let index = columns.firstIndex(where: { $0.name == name }),
            columns[index].element == element
        else { preconditionFailure("no column '\(name)' of \(element)") }
        return memory[index].bindMemory(to: type, capacity: rows * columns[index].width)
    }
}
