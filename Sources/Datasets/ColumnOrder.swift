/// Where a file has the numbers that a robot wants, by what the file and the robot call them.
///
/// A pure value. Names are the same where they differ only in case, in what stands between their words, or in a last word
/// `pos`, which LeRobot gives to positions.
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
        let places = wanted.map { Self.place(of: $0, in: names, among: wanted) }
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

    /// Which number of the file has a name of the robot's; nil where none has, or where more than one could be meant.
    static func place(of name: String, in names: [String], among wanted: [String]) -> Int? {
        if let index = names.firstIndex(of: name) { return index }
        let bare = loose(name)
        let found = names.indices.filter { loose(names[$0]) == bare }
        let isOnlyOne = wanted.count { loose($0) == bare } == 1
        return found.count == 1 && isOnlyOne ? found[0] : nil
    }

    /// A name as it is compared.
    static func loose(_ name: String) -> String {
        var words = name.lowercased().split { !($0.isLetter || $0.isNumber) }
        if words.count > 1, words.last == "pos" { words.removeLast() }
        return words.joined(separator: ".")
    }
}
