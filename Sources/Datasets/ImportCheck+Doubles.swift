import Report

extension ImportCheck {
    /// Episodes that are in the file more than once, to the bit: each would count twice in what is trained on.
    mutating func checkDoubles() {
        var groups: [Int: [[Int]]] = [:]
        var start = 0
        let starts = columns.lengths.map { length in
            defer { start += length }
            return start
        }
        for episode in columns.lengths.indices {
            let key = fingerprint(starts[episode], columns.lengths[episode])
            let alike = groups[key, default: []].firstIndex { group in
                columns.lengths[group[0]] == columns.lengths[episode]
                    && isSame(starts[group[0]], starts[episode], columns.lengths[episode])
            }
            if let alike {
                groups[key]?[alike].append(episode)
            } else {
                groups[key, default: []].append([episode])
            }
        }
        let doubles = groups.values.joined().filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
        if doubles.isEmpty { return }
        let most = 4
        let texts = doubles.prefix(most).map { group in
            group.prefix(most).map { "\($0)" }.joined(separator: ", ")
                + (group.count > most ? " and \(group.count - most) more" : "")
        }
        let more = doubles.count > most ? ", and \(doubles.count - most) more such groups" : ""
        add(
            rules.isStrict ? .error : .warning,
            "the same episode more than once, observations and actions to the bit: episodes "
                + texts.joined(separator: "; episodes ") + more
                + ": each counts as often in what is trained on; take the copies out of the file")
    }

    private func fingerprint(_ start: Int, _ length: Int) -> Int {
        var hasher = Hasher()
        for table in [columns.observations, columns.actions] {
            for value in table.rows(start, length) { hasher.combine(value.bitPattern) }
        }
        return hasher.finalize()
    }

    private func isSame(_ one: Int, _ other: Int, _ length: Int) -> Bool {
        [columns.observations, columns.actions].allSatisfy { table in
            table.rows(one, length).elementsEqual(table.rows(other, length)) {
                $0.bitPattern == $1.bitPattern
            }
        }
    }
}

extension ImportedColumns.Table {
    /// The numbers of some rows.
    fileprivate func rows(_ start: Int, _ count: Int) -> ArraySlice<Float> {
        values[start * width..<(start + count) * width]
    }
}
