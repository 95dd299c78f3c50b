import Platform

/// Numbers as Hone reads them: decimal, nothing else.
///
/// YAML's own rules turn `010` into 8, `1:30` into 90 and `1_000` into 1000; here each is a mistake
/// with its reason.
enum NumberText {
    /// What a text is when read as a number.
    enum Reading: Equatable {
        case number(Double)
        /// Not a number, with the reason for a person, empty when it does not even look like one.
        case refused(reason: String)
    }

    /// Reads `[-+]digits[.digits][e[-+]digits]` without leading zeros.
    static func read(_ text: String) -> Reading {
        let bytes = Array(text.utf8)
        var index = 0
        func digits() -> Int {
            let start = index
            while index < bytes.count, isDigit(bytes[index]) { index += 1 }
            return index - start
        }
        if index < bytes.count,
            bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+")
        {
            index += 1
        }
        let first = index
        let whole = digits()
        guard whole > 0 else { return .refused(reason: reason(text)) }
        if whole > 1, bytes[first] == UInt8(ascii: "0") {
            return .refused(reason: "a number must not start with 0 (octal?)")
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard digits() > 0 else { return .refused(reason: reason(text)) }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count,
                bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+")
            {
                index += 1
            }
            guard digits() > 0 else { return .refused(reason: reason(text)) }
        }
        guard index == bytes.count else { return .refused(reason: reason(text)) }
        guard let value = Double(text), value.isFinite else {
            return .refused(reason: "it is too large to be a finite number")
        }
        return .number(value)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func reason(_ text: String) -> String {
        var rest = Substring(text.lowercased())
        if rest.hasPrefix("-") || rest.hasPrefix("+") { rest = rest.dropFirst() }
        if [".nan", "nan", ".inf", "inf", "infinity", ".infinity"].contains(String(rest)) {
            return "it must be finite"
        }
        guard let first = rest.utf8.first else { return "" }
        if first == UInt8(ascii: "."), rest.dropFirst().utf8.first.map(isDigit) == true {
            return "write the zero before the point"
        }
        guard isDigit(first) else { return "" }
        if rest.hasPrefix("0x") || rest.hasPrefix("0o") || rest.hasPrefix("0b") {
            return "only decimal numbers are read"
        }
        if rest.contains("_") { return "a number has no underscores" }
        if rest.contains(":") { return "a number has no colons (base 60?)" }
        if rest.contains(",") { return "a number has a point, not a comma" }
        return "a number stands alone; its unit is in the key"
    }
}
