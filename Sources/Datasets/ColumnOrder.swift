/// Where a file has the numbers that a robot wants, by what the file and the robot call them.
///
/// A pure value. Names are the same where they differ only in case, in what stands between their words, in a last word
/// `pos`, which LeRobot gives to positions, or in words before or behind that all of one side have (`NameAffixes`).
struct ColumnOrder: Equatable {
    /// What names say of the file's order.
    enum Verdict: Equatable {
        /// Nothing, or that it is the robot's: as they stand.
        case asTheyStand
        /// Every number has a name of the robot's, in another order: for each of the robot's the file's number.
        case permuted([Int])
        /// The robot's are all there, among others: for each of the robot's the file's number.
        case among([Int])
        /// Some stand where the robot has others: for each of the robot's the file's number, where a name says it.
        case contradicted([Int?])
        /// Two numbers of the file have one name.
        case doubled(String, Int, Int)
    }

    /// What the names of a file say.
    let verdict: Verdict

    /// Compares names.
    ///
    /// - Parameters:
    ///   - names: of the file's numbers, in its order; empty or of another count where it does not name all.
    ///   - width: numbers of the file.
    ///   - wanted: the robot's names, in its order.
    init(names: [String], width: Int, wanted: [String]) {
        guard names.count == width else {
            verdict = .asTheyStand
            return
        }
        if let (first, second) = Self.firstDouble(names) {
            verdict = .doubled(names[first], first, second)
            return
        }
        let places = Self.places(of: wanted, in: names)
        let known = places.compactMap { $0 }
        if known.count == wanted.count, width > wanted.count {
            verdict = .among(known)
        } else if zip(places, places.indices).allSatisfy({ $0 == nil || $0 == $1 }) {
            verdict = .asTheyStand
        } else {
            verdict = known.count == wanted.count ? .permuted(known) : .contradicted(places)
        }
    }

    /// The first two that are the same to the letter.
    private static func firstDouble(_ names: [String]) -> (Int, Int)? {
        var seen: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if let earlier = seen[name] { return (earlier, index) }
            seen[name] = index
        }
        return nil
    }

    /// Which number of the file has each of the robot's names; nil where none has, or where more than one could be meant.
    static func places(of wanted: [String], in names: [String]) -> [Int?] {
        var places = wanted.map { name in
            names.firstIndex(of: name) ?? only(words(of: name), in: names.map(words))
        }
        for (index, name) in wanted.enumerated() where !names.contains(name) {
            // Of two that are called alike nobody knows which is meant.
            if wanted.count(where: { words(of: $0) == words(of: name) }) > 1 { places[index] = nil }
        }
        let unnamed = wanted.indices.filter { places[$0] == nil }
        let left = names.indices.filter { !places.contains($0) && !names[$0].hasSuffix("]") }
        let found = NameAffixes.matches(
            unnamed.map { words(of: wanted[$0]) }, in: left.map { words(of: names[$0]) })
        for (index, place) in zip(unnamed, found) { places[index] = place.map { left[$0] } }
        return places
    }

    private static func only(_ name: [String], in names: [[String]]) -> Int? {
        let found = names.indices.filter { names[$0] == name }
        return found.count == 1 ? found[0] : nil
    }

    /// The robot's name that a number's own name holds, though it is given to another; nil where it holds none.
    ///
    /// - Parameters:
    ///   - name: what the file calls the number.
    ///   - given: the robot's name that it is taken for.
    static func other(than given: String, in name: String, among wanted: [String]) -> String? {
        let (said, own) = (words(of: name), words(of: given))
        if said.contains(own) || own.contains(said) { return nil }
        return wanted.first { $0 != given && said.contains(words(of: $0)) }
    }

    /// The words of a name as they are compared.
    static func words(of name: String) -> [String] {
        var words = name.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
        if words.count > 1, words.last == "pos" { words.removeLast() }
        return words
    }
}
