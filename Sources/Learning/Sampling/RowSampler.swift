import Neural

/// Draws rows of a store uniformly, without repetition within a draw; `Learning/Algorithm.md` 5.1.
///
/// Floyd's method: n numbers for n rows, whatever the store's size. Marks live in memory that grows
/// with the store's capacity once. Learner's thread only.
final class RowSampler {
    /// The draw in which each row was last drawn, [capacity].
    private var marks: [UInt32] = []
    private var generation: UInt32 = 0

    /// Fills `rows` [count] with row numbers below `below`.
    ///
    /// With fewer rows than are asked for, rows are drawn with repetition.
    func draw(
        _ count: Int, below: Int, key: RandomKey, into rows: UnsafeMutablePointer<Int32>
    ) {
        guard count > 0 else { return }
        guard below >= count else {
            key.fillUniformInt(rows, count: count, below: below)
            return
        }
        if marks.count < below { grow(to: below) }
        generation &+= 1
        if generation == 0 {
            for index in marks.indices { marks[index] = 0 }
            generation = 1
        }
        for index in 0..<count {
            let last = below - count + index
            let drawn = key.uniformInt(below: last + 1, index: UInt64(index))
            let row = marks[drawn] == generation ? last : drawn
            marks[row] = generation
            rows[index] = Int32(row)
        }
    }

    /// Makes room for a store of so many rows.
    func grow(to capacity: Int) {
        guard marks.count < capacity else { return }
        marks.append(contentsOf: repeatElement(0, count: capacity - marks.count))
    }
}
