/// A series of bounded length: when it is full, every other element goes and the stride doubles.
///
/// A session makes a million updates and a plot shows a few hundred. Which elements stay depends
/// only on how many were appended, so equal runs keep equal series. One thread.
public struct SeriesThinner<Element: Sendable>: Sendable {
    /// What was kept, oldest first; the first element appended always is.
    public private(set) var elements: [Element] = []
    /// One element in so many is kept.
    public private(set) var stride = 1
    /// Elements appended so far.
    public private(set) var appended = 0
    private let capacity: Int

    /// Keeps at most `capacity` elements; it must be at least 2.
    public init(capacity: Int) {
        precondition(capacity >= 2, "a thinned series keeps at least two elements")
        self.capacity = capacity
        elements.reserveCapacity(capacity)
    }

    /// Appends an element, or passes it over.
    public mutating func append(_ element: @autoclosure () -> Element) {
        defer { appended += 1 }
        guard appended.isMultiple(of: stride) else { return }
        if elements.count == capacity {
            elements = Swift.stride(from: 0, to: elements.count, by: 2).map { elements[$0] }
            stride *= 2
            guard appended.isMultiple(of: stride) else { return }
        }
        elements.append(element())
    }
}

extension SeriesThinner: Equatable where Element: Equatable {}
extension SeriesThinner: Codable where Element: Codable {
    private enum CodingKeys: CodingKey {
        case elements, stride, appended, capacity
    }

    /// Appended more often than that nothing ever was.
    private static var most: Int { 1 << 48 }

    /// Reads one back; numbers that no series comes to are an error.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        elements = try values.decode([Element].self, forKey: .elements)
        stride = try values.decode(Int.self, forKey: .stride)
        appended = try values.decode(Int.self, forKey: .appended)
        capacity = try values.decode(Int.self, forKey: .capacity)
        guard capacity >= 2, elements.count <= capacity, (1...Self.most).contains(stride),
            (0...Self.most).contains(appended)
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .stride, in: values, debugDescription: "no series comes to such numbers")
        }
    }
}
