/// What a session's logs are called.
public enum SessionLog {
    /// What a log says wrote it.
    public static let library = "hone 0.1"
    /// The stem of the logs: `session.mcap`, then `session-0002.mcap` and so on.
    static let stem = "session"
    /// The stem of the labels: `labels-0001.mcap` and so on.
    static let labelStem = "labels"

    /// The name of part `number` of a series.
    static func name(_ stem: String, part number: Int) -> String {
        let digits = String(number)
        return "\(stem)-\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits).mcap"
    }

    /// Which part of a series a file is; nil when it is none, such as a recovered copy.
    static func part(of name: String, in stem: String) -> Int? {
        guard name.hasSuffix(".mcap"), name.hasPrefix(stem) else { return nil }
        let rest = name.dropFirst(stem.count).dropLast(5)
        if rest.isEmpty { return 1 }
        guard rest.hasPrefix("-"), rest.dropFirst().allSatisfy(\.isNumber) else { return nil }
        return Int(rest.dropFirst())
    }
}
