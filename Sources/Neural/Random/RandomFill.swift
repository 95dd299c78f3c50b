internal import CKernels

/// Turns two words of random bits in each lane into two numbers.
private protocol WordFunction {
    func apply(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>) -> (Lanes, Lanes)
}

/// Box–Muller: √(−2 ln u) · (cos, sin)(2π v).
private struct NormalPair: WordFunction {
    @inline(always)
    func apply(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>) -> (Lanes, Lanes) {
        // u in (0, 1]: all 32 bits and a half, rounded once.
        let high = floats(a &>> 16)
        let low = floats(a & SIMD16<UInt32>(repeating: 0xFFFF)) + Lanes(repeating: 0.5)
        let u = low.addingProduct(high, Lanes(repeating: 65_536)) * Lanes(repeating: 0x1p-32)
        let square = larger(logarithm(u) * Lanes(repeating: -2), Lanes(repeating: 0))
        let radius = hone_lanes_sqrt(square)
        let (sine, cosine) = sineAndCosine(turn: b)
        return (radius * cosine, radius * sine)
    }
}

/// Numbers in [base, top].
private struct UniformPair: WordFunction {
    let base: Float
    let width: Float
    let top: Float

    @inline(always)
    func apply(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>) -> (Lanes, Lanes) {
        let start = Lanes(repeating: base)
        let scale = Lanes(repeating: width)
        let tops = Lanes(repeating: top)
        let u = floats(a &>> 9) * Lanes(repeating: 0x1p-23)
        let v = floats(b &>> 9) * Lanes(repeating: 0x1p-23)
        return (
            smaller(start.addingProduct(u, scale), tops),
            smaller(start.addingProduct(v, scale), tops)
        )
    }
}

/// Matrices of random numbers, sixteen generator blocks at a time.
extension RandomKey {
    /// Fills a matrix with standard normal numbers; row r has the numbers of row `firstRow` + r.
    ///
    /// Box–Muller: √(−2 ln u) · (cos, sin)(2π v), with |values| ≤ 6.7.
    public func fillNormal(_ target: Matrix, firstRow: UInt64 = 0) {
        fill(target, firstRow: firstRow, NormalPair())
    }

    /// Fills a buffer with standard normal numbers of one row.
    public func fillNormal(_ target: UnsafeMutablePointer<Float>, count: Int, row: UInt64 = 0) {
        fillNormal(Matrix(target, rows: 1, columns: count), firstRow: row)
    }

    /// Fills a matrix with numbers in [low, high); row r has the numbers of row `firstRow` + r.
    public func fillUniform(
        _ target: Matrix, low: Float = 0, high: Float = 1, firstRow: UInt64 = 0
    ) {
        // Rounding may land on `high` itself; the number below it stands for it.
        fill(
            target, firstRow: firstRow,
            UniformPair(base: low, width: high - low, top: high.nextDown))
    }

    /// Fills a buffer with numbers in [low, high) of one row.
    public func fillUniform(
        _ target: UnsafeMutablePointer<Float>, count: Int, low: Float = 0, high: Float = 1,
        row: UInt64 = 0
    ) {
        fillUniform(
            Matrix(target, rows: 1, columns: count), low: low, high: high, firstRow: row)
    }

    /// Computes columns 4j … 4j + 3 of a row from the block at (row, j): two results of `pair` for two words each.
    private func fill(
        _ target: Matrix, firstRow: UInt64, _ pair: some WordFunction
    ) {
        // Four words of sixteen blocks, on the stack: a stricter alignment than the stack's own is made on the heap.
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 16) { bytes in
            guard let staging = bytes.baseAddress else { return }
            let words = staging.bindMemory(to: UInt32.self, capacity: 64)
            let key = generatorKey
            let blocks = (target.columns + 3) / 4
            if target.rows >= 8 {
                // The lanes are rows.
                for block in 0..<blocks {
                    var row = 0
                    while row < target.rows {
                        hone_philox_lanes(
                            key.x, key.y, firstRow &+ UInt64(truncatingIfNeeded: row), 1,
                            UInt32(truncatingIfNeeded: block), 0, words)
                        RandomKey.scatter(
                            words, pair, to: target.row(row) + 4 &* block,
                            step: target.stride, count: min(16, target.rows &- row),
                            columns: target.columns &- 4 &* block, columnStep: 0)
                        row &+= 16
                    }
                }
            } else {
                // The lanes are blocks of one row.
                for row in 0..<target.rows {
                    var block = 0
                    while block < blocks {
                        hone_philox_lanes(
                            key.x, key.y, firstRow &+ UInt64(truncatingIfNeeded: row), 0,
                            UInt32(truncatingIfNeeded: block), 1, words)
                        RandomKey.scatter(
                            words, pair, to: target.row(row) + 4 &* block,
                            step: 4, count: min(16, blocks &- block),
                            columns: target.columns &- 4 &* block, columnStep: 4)
                        block &+= 16
                    }
                }
            }
        }
    }

    /// Turns the words of `count` lanes into numbers, and writes lane i's up to four to `target` + i · `step`.
    ///
    /// `columns` are left from lane 0's place to the end of its row, `columnStep` fewer for each further lane.
    @inline(always)
    private static func scatter(
        _ words: UnsafeMutablePointer<UInt32>, _ pair: some WordFunction,
        to target: UnsafeMutablePointer<Float>, step: Int, count: Int, columns: Int,
        columnStep: Int
    ) {
        let (a, b) = pair.apply(loadWords(words), loadWords(words + 16))
        let (c, d) = pair.apply(loadWords(words + 32), loadWords(words + 48))
        // Safe: the words are used up, and their memory holds the results as bits from here on.
        storeWords(a, words)
        storeWords(b, words + 16)
        storeWords(c, words + 32)
        storeWords(d, words + 48)
        var place = UnsafeMutableRawPointer(target)
        var left = columns
        for lane in 0..<count {
            let from = words + lane
            place.storeBytes(of: from[0], as: UInt32.self)
            if left > 1 { place.storeBytes(of: from[16], toByteOffset: 4, as: UInt32.self) }
            if left > 2 { place.storeBytes(of: from[32], toByteOffset: 8, as: UInt32.self) }
            if left > 3 { place.storeBytes(of: from[48], toByteOffset: 12, as: UInt32.self) }
            place += 4 &* step
            left &-= columnStep
        }
    }
}

/// Reads 16 words.
@inline(always)
private func loadWords(_ pointer: UnsafeMutablePointer<UInt32>) -> SIMD16<UInt32> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<UInt32>.self)
}

/// Writes the bits of 16 floats.
@inline(always)
private func storeWords(_ value: Lanes, _ pointer: UnsafeMutablePointer<UInt32>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Lanes.self)
}
