/// Names that differ only in words before or behind that all of one side have, as `main_elbow` and `elbow` do.
enum NameAffixes {
    /// For each of `wanted` the one of `names` that is the same without such words; nil where none is, or more than one.
    ///
    /// Of all words that could be left out those are that find the most, and of these the fewest. Names are their words.
    static func matches(_ wanted: [[String]], in names: [[String]]) -> [Int?] {
        var best = [Int?](repeating: nil, count: wanted.count)
        var most = 0
        for (cut, shorter) in cuts(of: names) {
            for (otherCut, shorterWanted) in cuts(of: wanted) where cut + otherCut > 0 {
                let found = shorterWanted.map { name -> Int? in
                    let places = shorter.indices.filter { shorter[$0] == name }
                    let isOnlyOne = shorterWanted.count { $0 == name } == 1
                    return places.count == 1 && isOnlyOne ? places[0] : nil
                }
                let count = found.count { $0 != nil }
                if count > most { (best, most) = (found, count) }
            }
        }
        return best
    }

    /// Names without the first few and the last few of the words that all have, the fewest first; and how many words less.
    private static func cuts(of names: [[String]]) -> [(Int, [[String]])] {
        let least = (names.map(\.count).min() ?? 0) - 1
        // What only one has is common to nothing.
        guard names.count > 1, least > 0 else { return [(0, names)] }
        let before = (0..<least).prefix { place in
            names.allSatisfy { $0[place] == names[0][place] }
        }.count
        let behind = (1...least).prefix { place in
            names.allSatisfy { $0[$0.count - place] == names[0][names[0].count - place] }
        }.count
        var found: [(Int, [[String]])] = []
        for first in 0...before {
            for last in 0...behind where first + last <= least {
                found.append(
                    (first + last, names.map { Array($0.dropFirst(first).dropLast(last)) }))
            }
        }
        return found.sorted { $0.0 < $1.0 }
    }
}
