/// One column of a replay store: its name, its width and what it is made of.
public struct Column: Sendable, Equatable {
    /// Unique in its store.
    public let name: String
    /// Elements of one row.
    public let width: Int
    /// What they are.
    public let element: ColumnElement

    /// A column of `width` elements a row.
    public init(_ name: String, width: Int = 1, _ element: ColumnElement = .float32) {
        self.name = name
        self.width = width
        self.element = element
    }

    /// Bytes of one row.
    public var bytesPerRow: Int { width * element.byteCount }
}
