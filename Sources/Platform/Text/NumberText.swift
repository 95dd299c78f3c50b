internal import Glibc

/// Numbers as a person reads them; the same text on every machine and in every locale.
public enum NumberText {
    /// A fraction 0…1 in whole percent, without the sign; never rounds to 0 or 100 what is neither.
    public static func wholePercent(_ fraction: Double) -> String {
        let percent = fraction * 100
        if percent > 0 && percent < 0.5 { return "<1" }
        if percent < 100 && percent > 99.5 { return ">99" }
        return fixed(percent, decimals: 0)
    }

    /// With so many decimals, a true minus sign and no negative zero.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "–" : (value < 0 ? "−∞" : "∞") }
        let text = digits(value, max(0, decimals))
        guard text.hasPrefix("-") else { return text }
        let isZero = !text.contains { "123456789".contains($0) }
        return isZero ? String(text.dropFirst()) : "−" + text.dropFirst()
    }

    /// With so many decimals at most: none that is zero at the end.
    public static func trimmed(_ value: Double, decimals: Int) -> String {
        let text = fixed(value, decimals: decimals)
        guard text.contains(".") else { return text }
        let kept = text.reversed().drop { $0 == "0" }
        return String((kept.first == "." ? kept.dropFirst() : kept).reversed())
    }

    /// To about three significant digits, large and small ones with a power of ten.
    public static func short(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
        let magnitude = Int(log10(abs(value)).rounded(.down))
        if magnitude >= 6 || magnitude < -3 {
            return fixed(value / pow(10, Double(magnitude)), decimals: 1) + "e\(magnitude)"
        }
        return fixed(value, decimals: min(4, max(0, 2 - magnitude)))
    }

    /// A sum of rewards: without decimals where it is a whole number.
    public static func sum(_ value: Double) -> String {
        fixed(value, decimals: value == value.rounded() ? 0 : 2)
    }

    /// A count with groups of three: `1 234 567`.
    public static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index).isMultiple(of: 3) { text += "\u{202F}" }
            text.append(digit)
        }
        return value < 0 ? "−" + text : text
    }

    /// A span of time with the unit that suits it: `85 µs`, `3.20 ms`, `12.5 s`, `4 min 10 s`.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "–" }
        if seconds == 0 { return "0 s" }
        if seconds < 1e-3 { return significant(seconds * 1e6) + " µs" }
        if seconds < 1 { return significant(seconds * 1e3) + " ms" }
        if seconds < 60 { return significant(seconds) + " s" }
        let whole = Int(min(seconds, 1e12).rounded())
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// Like a clock: `0:27`, `12:05`, `1:02:05`.
    public static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e7 else { return "–:––" }
        let whole = Int(seconds.rounded())
        let tail = (whole % 60).padded(to: 2)
        if whole < 3600 { return "\(whole / 60):\(tail)" }
        return "\(whole / 3600):\((whole % 3600 / 60).padded(to: 2)):\(tail)"
    }

    /// As C prints it, in no locale: rounded to the nearest, ties to even.
    private static func digits(_ value: Double, _ decimals: Int) -> String {
        withVaList([Int32(decimals), value]) { list in
            // The largest double has 309 digits before its point.
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 352 + decimals) { buffer in
                guard let base = buffer.baseAddress else { return "" }
                vsnprintf(base, buffer.count, "%.*f", list)
                return String(cString: base)
            }
        }
    }

    private static func significant(_ value: Double) -> String {
        fixed(value, decimals: value < 9.995 ? 2 : (value < 99.95 ? 1 : 0))
    }
}
