/// What a column of a replay store is made of.
public enum ColumnElement: Sendable, Equatable {
    /// 32-bit floating point.
    case float32
    /// 8-bit integer.
    case uint8
    /// 32-bit integer: a count, or the id of a blob that lies elsewhere.
    case int32

    /// Bytes of one element.
    public var byteCount: Int {
        switch self {
        case .float32, .int32: 4
        case .uint8: 1
        }
    }
}
