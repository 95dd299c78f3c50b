/// Breaches of the house's rules that were there before the rules, in `Tests/house-exceptions.txt`.
///
/// The list may only shrink: what it names must still be so. A line is a rule's name, a colon, and what breaks
/// it, by names that stay when files move.
struct Exceptions {
    /// What breaks each rule.
    let listed: [String: Set<String>]

    /// - Parameter text: lines; empty ones and those that begin with `#` say nothing.
    init(_ text: String) {
        var listed: [String: Set<String>] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            listed[String(parts[0]), default: []].insert(String(parts[1].drop { $0 == " " }))
        }
        self.listed = listed
    }

    /// The one of the repository.
    static func read() throws -> Exceptions {
        Exceptions(try House.text(of: "Tests/house-exceptions.txt"))
    }

    /// What is wrong: breaches that are not listed, and listed ones that are no more.
    func complaints(_ rule: String, _ breaches: some Sequence<String>) -> [String] {
        let found = Set(breaches)
        let known = listed[rule] ?? []
        return found.subtracting(known).sorted().map { "\(rule): \($0)" }
            + known.subtracting(found).sorted().map {
                "\(rule): \($0) is no more: remove it from Tests/house-exceptions.txt"
            }
    }
}
