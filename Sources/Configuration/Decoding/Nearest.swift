/// Which known word somebody probably meant.
enum Nearest {
    /// The known word within a third of the length in edits (at least one, at most three), the first of equals;
    /// nil when none is near.
    static func match(_ word: String, in known: [String]) -> String? {
        let allowed = min(3, max(1, word.count / 3))
        var best: (word: String, distance: Int)?
        for candidate in known {
            let distance = editDistance(word.lowercased(), candidate.lowercased())
            if distance <= allowed, distance < best?.distance ?? Int.max {
                best = (candidate, distance)
            }
        }
        return best?.word
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that make `left` into `right`.
    ///
    /// Words beyond 64 characters count as far away.
    static func editDistance(_ left: String, _ right: String) -> Int {
        let a = Array(left.unicodeScalars)
        let b = Array(right.unicodeScalars)
        if a.count > 64 || b.count > 64 { return Int.max }
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [Int](repeating: i, count: b.count + 1)
            for j in 1...b.count {
                let change = a[i - 1] == b[j - 1] ? 0 : 1
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
