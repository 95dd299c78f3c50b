/// Reads the JSON that a safetensors header may be made of: objects, arrays of whole numbers, strings.
///
/// Nesting is as deep as the format, so there is no recursion; nothing is allocated beyond what the header's own bytes
/// can fill.
struct HeaderReader {
    private let bytes: ArraySlice<UInt8>
    private(set) var offset: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    /// The next byte behind white space, not consumed; nothing at the end.
    mutating func peek() -> UInt8? {
        while offset < bytes.endIndex {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { return byte }
            offset += 1
        }
        return nil
    }

    /// Consumes one character behind white space.
    mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsError) {
        guard peek() == UInt8(character.value) else {
            throw .malformedHeader(offset: offset, expected: "'\(character)'")
        }
        offset += 1
    }

    /// Consumes one character behind white space if it is there.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(character.value) else { return false }
        offset += 1
        return true
    }

    /// Reads an object; `field` reads each value.
    mutating func object(
        _ field: (inout HeaderReader, _ key: String, _ keyOffset: Int) throws(SafetensorsError)
            -> Void
    ) throws(SafetensorsError) {
        guard take("{") else { throw .notAnObject(offset: offset) }
        if take("}") { return }
        var keys: Set<String> = []
        repeat {
            _ = peek()
            let keyOffset = offset
            let key = try string()
            guard keys.insert(key).inserted else {
                throw .duplicateKey(key: key, offset: keyOffset)
            }
            try expect(":")
            try field(&self, key, keyOffset)
        } while take(",")
        try expect("}")
    }

    /// Reads an array of whole numbers, at most `limit` of them; nothing if there are more.
    mutating func numbers(limit: Int) throws(SafetensorsError) -> [Int]? {
        try expect("[")
        if take("]") { return [] }
        var result: [Int] = []
        repeat {
            guard result.count < limit else { return nil }
            result.append(try number())
        } while take(",")
        try expect("]")
        return result
    }

    /// Reads a whole number from 0 to Int.max without sign, leading zero, fraction or exponent.
    private mutating func number() throws(SafetensorsError) -> Int {
        guard let first = peek(), first >= 0x30, first <= 0x39 else {
            throw .malformedHeader(offset: offset, expected: "a whole number")
        }
        let start = offset
        var value = 0
        while offset < bytes.endIndex, bytes[offset] >= 0x30, bytes[offset] <= 0x39 {
            let (tenfold, over1) = value.multipliedReportingOverflow(by: 10)
            let (next, over2) = tenfold.addingReportingOverflow(Int(bytes[offset] - 0x30))
            guard !over1, !over2 else {
                throw .malformedHeader(offset: start, expected: "a number below 2^63")
            }
            value = next
            offset += 1
        }
        guard first != 0x30 || offset == start + 1 else {
            throw .malformedHeader(offset: start, expected: "a number without leading zeros")
        }
        return value
    }

    /// Reads a string.
    mutating func string() throws(SafetensorsError) -> String {
        try expect("\"")
        let start = offset
        var text: [UInt8] = []
        while offset < bytes.endIndex {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case 0x22:
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw .malformedHeader(offset: start, expected: "UTF-8")
                }
                return string
            case 0x5C: text.append(contentsOf: String(try escape()).utf8)
            case 0..<0x20:
                throw .malformedHeader(offset: offset - 1, expected: "no control character")
            default: text.append(byte)
            }
        }
        throw .malformedHeader(offset: offset, expected: "'\"'")
    }

    /// Reads what follows a backslash.
    private mutating func escape() throws(SafetensorsError) -> Unicode.Scalar {
        let start = offset - 1
        guard offset < bytes.endIndex else {
            throw .malformedHeader(offset: offset, expected: "an escape")
        }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try hexadecimal()
            if let scalar = Unicode.Scalar(unit) { return scalar }
            // A surrogate pair: the second half must follow.
            if unit < 0xDC00, offset + 1 < bytes.endIndex, bytes[offset] == 0x5C,
                bytes[offset + 1] == UInt8(ascii: "u")
            {
                offset += 2
                let second = try hexadecimal()
                if second >= 0xDC00, second < 0xE000 {
                    let value = 0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00)
                    if let scalar = Unicode.Scalar(value) { return scalar }
                }
            }
            throw .malformedHeader(offset: start, expected: "a whole surrogate pair")
        default: throw .malformedHeader(offset: start, expected: "a known escape")
        }
    }

    /// Reads four hexadecimal digits.
    private mutating func hexadecimal() throws(SafetensorsError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard offset < bytes.endIndex,
                let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue
            else { throw .malformedHeader(offset: offset, expected: "a hexadecimal digit") }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
