extension Safetensors {
    /// Checks a whole file and finds its tensors.
    ///
    /// Everything that a header claims is checked against the bytes that are there before anything is made of it:
    /// every tensor lies inside the file, has as many bytes as its shape and type say, and the tensors follow each
    /// other without overlap or hole. Each lie is an error of its own.
    public static func decode(
        _ bytes: [UInt8], limits: Limits = Limits()
    ) throws(SafetensorsError) -> Safetensors {
        guard bytes.count >= 8 else { throw .tooShort(bytes: bytes.count) }
        var length: UInt64 = 0
        for i in 0..<8 { length |= UInt64(bytes[i]) << (8 * UInt64(i)) }
        guard length <= UInt64(limits.headerBytes) else {
            throw .headerTooLong(bytes: length, limit: limits.headerBytes)
        }
        guard length <= UInt64(bytes.count - 8) else {
            throw .headerBeyondFile(bytes: length, available: bytes.count - 8)
        }
        let dataStart = 8 + Int(length)
        var reader = HeaderReader(bytes[8..<dataStart])
        var entries: [Entry] = []
        var metadata: [(key: String, value: String)] = []
        try reader.object { (reader, key, _) throws(SafetensorsError) in
            if key == "__metadata__" {
                try reader.object { (reader, key, _) throws(SafetensorsError) in
                    metadata.append((key, try reader.string()))
                }
            } else {
                guard entries.count < limits.tensors else {
                    throw .tooManyTensors(limit: limits.tensors)
                }
                entries.append(try entry(key, &reader, limits))
            }
        }
        guard reader.peek() == nil else {
            throw .malformedHeader(offset: reader.offset, expected: "the end of the header")
        }
        let tensors = try place(entries, dataStart: dataStart, available: bytes.count - dataStart)
        return Safetensors(bytes: bytes, tensors: tensors, metadata: metadata)
    }

    /// A tensor as the header claims it.
    private struct Entry {
        var name: String
        var type: ElementType
        var shape: [Int]
        var start: Int
        var end: Int
    }

    private static func entry(
        _ name: String, _ reader: inout HeaderReader, _ limits: Limits
    ) throws(SafetensorsError) -> Entry {
        var type: ElementType?
        var shape: [Int]?
        var offsets: [Int]?
        try reader.object { (reader, key, _) throws(SafetensorsError) in
            switch key {
            case "dtype":
                let text = try reader.string()
                guard let known = ElementType(rawValue: text) else {
                    throw .unknownType(tensor: name, type: text)
                }
                type = known
            case "shape":
                shape = try reader.numbers(limit: limits.dimensions)
                if shape == nil {
                    throw .tooManyDimensions(tensor: name, limit: limits.dimensions)
                }
            case "data_offsets":
                offsets = try reader.numbers(limit: 2)
                if offsets == nil { throw .wrongOffsets(tensor: name, offsets: []) }
            default: throw .unknownField(tensor: name, field: key)
            }
        }
        guard let type else { throw .missingField(tensor: name, field: "dtype") }
        guard let shape else { throw .missingField(tensor: name, field: "shape") }
        guard let offsets else { throw .missingField(tensor: name, field: "data_offsets") }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw .wrongOffsets(tensor: name, offsets: offsets)
        }
        var size = type.byteCount
        for length in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: length)
            if overflow { throw .sizeOverflow(tensor: name) }
            size = product
        }
        guard offsets[1] - offsets[0] == size else {
            throw .wrongSize(tensor: name, bytes: offsets[1] - offsets[0], expected: size)
        }
        return Entry(name: name, type: type, shape: shape, start: offsets[0], end: offsets[1])
    }

    /// Checks that the entries cover the data exactly.
    private static func place(
        _ entries: [Entry], dataStart: Int, available: Int
    ) throws(SafetensorsError) -> [Tensor] {
        let sorted = entries.sorted { ($0.start, $0.end, $0.name) < ($1.start, $1.end, $1.name) }
        var tensors: [Tensor] = []
        tensors.reserveCapacity(sorted.count)
        var end = 0
        var previous = ""
        for entry in sorted {
            guard entry.end <= available else {
                throw .beyondFile(tensor: entry.name, end: entry.end, available: available)
            }
            guard entry.start >= end else { throw .overlap(tensor: entry.name, with: previous) }
            guard entry.start == end else {
                throw .hole(before: entry.name, bytes: entry.start - end)
            }
            tensors.append(
                Tensor(
                    name: entry.name, type: entry.type, shape: entry.shape,
                    count: (entry.end - entry.start) / entry.type.byteCount,
                    byteRange: (dataStart + entry.start)..<(dataStart + entry.end)))
            end = entry.end
            previous = entry.name
        }
        guard end == available else { throw .trailingBytes(bytes: available - end) }
        return tensors
    }
}
